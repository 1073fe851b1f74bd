import { assert, assertMatch, assertNotEquals, assertNotMatch } from "@std/assert";
import { Wire } from "./http_cases/wire.ts";
import { ACCOUNTS } from "./parity_cases/accounts.ts";
import { CHAT } from "./parity_cases/chat.ts";
import { compareAll, hearBoth } from "./parity_cases/compare.ts";
import { DIFFERENCES, TALK_DIFFERENCES } from "./parity_cases/differences.ts";
import { fileCases, parityDir } from "./parity_cases/files.ts";
import { MESSAGE_CASES, searchCases } from "./parity_cases/messages.ts";
import { REQUESTS } from "./parity_cases/requests.ts";
import { patterns, routeCases } from "./parity_cases/routes.ts";
import { startSubject, type Subject } from "./parity_cases/subject.ts";

Deno.test("both transports answer every route alike", async () => {
  const all = await patterns();
  assert(all.length > 10);
  await compareAll(all.flatMap(routeCases));
});

Deno.test("both transports answer for files alike", async () => {
  await using dir = await parityDir();
  await compareAll(fileCases(dir.path));
});

Deno.test("both transports answer alike: accounts, sessions and forms", () => compareAll(ACCOUNTS));

Deno.test("both transports answer alike: messages and search", async () => {
  await using dir = await parityDir();
  await compareAll([...MESSAGE_CASES, ...searchCases(dir.path)]);
});

Deno.test("both transports answer alike: requests that are wrong, or follow one another", () => compareAll(REQUESTS));

Deno.test("both transports carry the chat alike", () => compareAll(CHAT));

Deno.test("the list of differences is true: each is still there, on each transport as it is told", async () => {
  await using native = await startSubject({ transport: "native" });
  await using raw = await startSubject({ transport: "raw" });
  for (const subject of [native, raw]) await subject.register("ada");
  for (const { name, reason, send, ...expected } of DIFFERENCES) {
    assertNotEquals(reason, "");
    const [a, b] = await Promise.all([native, raw].map((subject) => converse(subject, send)));
    assertMatch(a, expected.native, `${name}, native`);
    assertMatch(b, expected.raw, `${name}, raw`);
    assertNotMatch(b, expected.native, `${name}: the difference is gone`);
  }
});

/** What comes until the other side closes. */
async function converse(subject: Subject, bytes: string): Promise<string> {
  using wire = await Wire.open(subject.port);
  await wire.write(subject.fill(bytes));
  await wire.readToEnd();
  return wire.received;
}

Deno.test("the list of differences on sockets is true", async () => {
  for (const { name, talk, ...expected } of TALK_DIFFERENCES) {
    const { native, raw } = await hearBoth({
      name,
      members: ["ada"],
      talk: async (sockets) => await talk(await sockets.join("ada")),
    });
    // The handshake, the welcome and the presence come first.
    const [a, b] = [native, raw].map((heard) => JSON.stringify(heard.talk.ada.slice(3)));
    assertMatch(a, expected.native, `${name}, native`);
    assertMatch(b, expected.raw, `${name}, raw`);
    assertNotMatch(b, expected.native, `${name}: the difference is gone`);
  }
});
