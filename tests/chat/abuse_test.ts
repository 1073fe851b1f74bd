/**
 * What clients may do to the chat that no good client does: on real servers, on both transports.
 */
import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { ChatClient } from "../chat_client.ts";
import { BareClient, knock, peopledServer } from "./abuse_server.ts";

type Transport = "native" | "raw";

const CROWD = 1_000;
/** Changes of presence are told about three times a second at most, in ms. */
const TELL_EVERY_MS = 300;
const FRAME_BYTES = 64 * 1024;

const send = (key: string, text = key) => ({ type: "send", room: "common", key, text });

for (const transport of ["native", "raw"] as const) {
  abuse(transport, "a thousand who join at once are all live, and cost each other few frames", async () => {
    const names = Array.from({ length: CROWD + 1 }, (_, index) => `person-${index}`);
    await using server = await peopledServer(names, { transport });
    await using stack = new AsyncDisposableStack();
    const bystander = stack.use(await ChatClient.connect(server.url, server.cookies[CROWD]));
    await bystander.until("welcome");
    const beganAt = performance.now();
    const crowd = await Promise.all(
      server.cookies.slice(0, CROWD).map(async (cookie) => {
        const client = stack.use(await ChatClient.connect(server.url, cookie));
        client.say({ type: "resume", rooms: { common: 0 } });
        return client;
      }),
    );
    await bystander.until("presence", () => joinedIn(bystander).size === CROWD + 1);
    const frames = bystander.said.filter(({ type }) => type === "presence").length;
    assertLess(frames, 4 + (performance.now() - beganAt) / TELL_EVERY_MS);
    await Promise.all(crowd.map((client) => client.until("replayed")));
    bystander.say(send("hello"));
    await Promise.all(crowd.map((client) => client.until("message", ({ key }) => key === "hello")));
  });

  abuse(transport, "a frame of 64 KiB is taken, one byte more closes with 1009", async () => {
    await using server = await peopledServer(["ada"], { transport });
    await using ada = await ChatClient.connect(server.url, server.cookies[0]);
    const message = JSON.stringify(send("long"));
    ada.say(message.padEnd(FRAME_BYTES));
    await ada.until("ack", ({ key }) => key === "long");
    ada.say(message.padEnd(FRAME_BYTES + 1));
    assertEquals((await ada.closed).code, 1009);
  });

  abuse(transport, "a text that is no UTF-8 ends its connection, and no other", async () => {
    await using server = await peopledServer(["ada", "bob"], { transport });
    await using bob = await ChatClient.connect(server.url, server.cookies[1]);
    using ada = await BareClient.connect(server, server.cookies[0]);
    await ada.send(0x81, new Uint8Array([0x22, 0xff, 0x22]));
    // The runtime's own WebSocket drops it without a word.
    assertEquals(await ada.closeCode(), transport === "raw" ? 1007 : undefined);
    await isUsable(bob);
  });

  abuse(transport, "who does not read is cut with 1013, and nobody waits for that", async () => {
    await using server = await peopledServer(["ada", "slow"], { transport });
    await using ada = await ChatClient.connect(server.url, server.cookies[0]);
    using slow = await BareClient.connect(server, server.cookies[1]);
    await slow.send(0x81, new TextEncoder().encode('{"type":"resume","rooms":{"common":0}}'));
    ada.say({ type: "resume", rooms: { common: 0 } });
    await ada.until("replayed");
    const text = "漢".repeat(4_000);
    let sent = 0;
    while (!leftIn(ada).has("slow")) {
      const keys = [1, 2, 3, 4, 5].map(() => `k${++sent}`);
      // Five such texts fill most of a frame.
      ada.say(keys.map((key) => send(key, text)));
      await ada.until("message", ({ key }) => key === keys.at(-1));
    }
    assertEquals(await slow.closeCode(), 1013);
    await isUsable(ada);
  });

  abuse(transport, "another site's page cannot use a member's cookie", async () => {
    await using server = await peopledServer(["ada"], { transport });
    const { port, cookies: [cookie] } = server;
    for (const origin of ["http://evil.example", "null", `http://127.0.0.1:${port + 1}`]) {
      assertEquals(await knock(port, { cookie, origin }), 403);
      const reply = await fetch(new URL("api/rooms/common/messages", server.url), {
        method: "POST",
        headers: { cookie, origin, "content-type": "application/json" },
        body: JSON.stringify({ key: "forged", text: "Not by ada" }),
      });
      await reply.body?.cancel();
      assertEquals(reply.status, 403);
    }
    await using ada = await ChatClient.connect(server.url, cookie);
    assertEquals((await ada.until("welcome")).rooms[0].lastSeq, 0);
  });

  abuse(transport, "a hundred malformed messages close with 1008", async () => {
    await using server = await peopledServer(["ada"], { transport });
    await using ada = await ChatClient.connect(server.url, server.cookies[0]);
    for (let count = 1; count < 100; count++) ada.say("nonsense");
    ada.say(send("still-here"));
    await ada.until("ack");
    ada.say("nonsense");
    assertEquals((await ada.closed).code, 1008);
    assertEquals(ada.said.filter(({ type }) => type === "refused").length, 100);
  });

  abuse(
    transport,
    "a flood of signals and reactions is refused with a time, and the connection stays usable",
    async () => {
      await using server = await peopledServer(["ada"], { transport, hasRateLimits: true });
      await using ada = await ChatClient.connect(server.url, server.cookies[0]);
      await isUsable(ada);
      const floods = [
        { type: "typing", room: "common" },
        { type: "read", room: "common", seq: 1 },
        { type: "react", room: "common", seq: 1, emoji: "👍", on: true },
      ];
      for (const message of floods) {
        const before = refusalsOf(ada).length;
        for (let frame = 0; frame < 3; frame++) ada.say(Array.from({ length: 90 }, () => message));
        await ada.until("refused", () => refusalsOf(ada).length > before + 50);
        for (const { status, retryAfterMs = 0 } of refusalsOf(ada)) {
          assertEquals(status, 429);
          assertGreater(retryAfterMs, 0);
        }
        await isUsable(ada);
      }
    },
  );

  abuse(transport, "frames that are made to hurt are refused, and change nothing", async () => {
    await using server = await peopledServer(["ada"], { transport });
    await using ada = await ChatClient.connect(server.url, server.cookies[0]);
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    const rooms = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`room-${index}`, 1]));
    const frames = [
      deep,
      `{"type":"send","room":"common","key":"k","text":${deep}}`,
      `{"type":"resume","rooms":${deep}}`,
      `{"a":`.repeat(8_000) + "1" + "}".repeat(8_000),
      JSON.stringify({ type: "resume", rooms }),
      JSON.stringify({ type: "resume", rooms: { common: 1e308 } }),
      `[${"0,".repeat(30_000)}0]`,
      '{"__proto__":{"type":"typing","room":"common"}}',
      '{"type":"send","room":"__proto__","key":"k","text":"t"}',
      '{"type":"send","room":"constructor","key":"__proto__","text":"t"}',
      '{"type":"typing","room":"toString"}',
      '{"type":"read","room":"__proto__","seq":1}',
      '{"type":"__proto__"}',
      '{"type":"edit","room":"common","seq":9007199254740993,"text":"t"}',
      '{"type":"edit","room":"common","seq":1e-9,"text":"t"}',
      '{"type":"react","room":"common","seq":1,"emoji":"__proto__","on":true}',
    ];
    for (const frame of frames) {
      assert(frame.length <= FRAME_BYTES);
      const before = refusalsOf(ada).length;
      ada.say(frame);
      const { status } = await ada.until("refused", (refused) => refusalsOf(ada).indexOf(refused) >= before);
      assert(status >= 400 && status < 500, `${frame.slice(0, 80)}: ${status}`);
    }
    // As an own key it is no room, and no prototype either.
    ada.say('{"type":"resume","rooms":{"common":0,"__proto__":1}}');
    await ada.until("replayed", ({ room }) => room === "common");
    assertEquals(({} as { type?: string }).type, undefined);
    await isUsable(ada);
  });
}

function abuse(transport: Transport, name: string, run: () => Promise<void>): void {
  Deno.test(`${name} (${transport})`, run);
}

let probes = 0;

/** Says something, and waits for the answer. */
async function isUsable(client: ChatClient): Promise<void> {
  const key = `probe-${++probes}`;
  client.say(send(key));
  await client.until("ack", (ack) => ack.key === key);
}

function refusalsOf({ said }: ChatClient) {
  return said.filter((message) => message.type === "refused");
}

/** Who was there at the welcome, or has come since. */
function joinedIn({ said }: ChatClient): Set<string> {
  return new Set(said.flatMap((message) => {
    return message.type === "welcome" ? message.online : message.type === "presence" ? message.joined ?? [] : [];
  }));
}

function leftIn({ said }: ChatClient): Set<string> {
  return new Set(said.flatMap((message) => message.type === "presence" ? message.left ?? [] : []));
}
