import { assertEquals } from "@std/assert";
import { jsonOf, type Member, PASSWORD, type TestApp, testApp, testServer } from "./testing.ts";

/** A request whose head has been dealt with, and whose body is still to come. */
async function late(it: TestApp, path: string, { as, type = "application/json" }: { as?: Member; type?: string }) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  const body = new ReadableStream({
    async pull(controller) {
      asked.resolve();
      controller.enqueue(new TextEncoder().encode(await promise));
      controller.close();
    },
  }, { highWaterMark: 0 });
  const response = it.request(path, { method: "POST", headers: { "content-type": type }, body, as });
  await asked.promise;
  const send = async (text: string) => {
    resolve(text);
    return await response;
  };
  return { send };
}

const message = JSON.stringify({ text: "too late", name: "Ghost", open: true, expiresInHours: 1, maxUses: 9 });
const PATHS = [
  "/api/rooms/common/messages",
  "/api/rooms",
  "/api/direct",
  "/api/invitations",
  "/api/me/profile",
  "/api/rooms/common/read",
];

Deno.test("a body that comes after the session has ended does nothing", async () => {
  const ways: Readonly<Record<string, (it: TestApp, as: Record<"root" | "eve", Member>) => Promise<unknown>>> = {
    ban: (it, { root, eve }) => it.services.moderation.change(root.account, eve.account, { banned: true }),
    removal: (it, { root, eve }) => it.services.moderation.remove(root.account, eve.account),
    leaving: (it, { eve }) => it.post("/api/me/delete", { password: PASSWORD }, eve),
    logout: (it, { eve }) => it.post("/api/logout", {}, eve),
  };
  for (const [way, end] of Object.entries(ways)) {
    await using it = await testApp();
    const [root, eve] = [await it.member("root", "administrator"), await it.member("eve")];
    const waiting = await Promise.all(PATHS.map((path) => late(it, path, { as: eve })));
    await end(it, { root, eve });
    const before = await it.store.log.head();
    for (const [index, { send }] of waiting.entries()) {
      const response = await send(message);
      assertEquals(response.status, 401, `${way} ${PATHS[index]}`);
      assertEquals((await jsonOf(response)).error.message, "Your session has ended; log in again");
    }
    assertEquals(await it.store.log.head(), before, `${way}: nothing is written`);
  }
});

Deno.test("a form that comes after the session has ended leads back, and does nothing", async () => {
  await using it = await testApp();
  const eve = await it.member("eve");
  const { send } = await late(it, "/api/invitations", { as: eve, type: "application/x-www-form-urlencoded" });
  await it.services.sessions.endAll(eve.account);
  const response = await send("expiresInHours=1&maxUses=1");
  assertEquals([response.status, response.headers.get("location")], [303, "/invitations"]);
  assertEquals(it.store.invitations.list({ limit: 9 }), []);
});

Deno.test("a body that comes after a change of role is read by whoever has the role of now", async () => {
  await using it = await testApp();
  const [root, mod] = [await it.member("root", "administrator"), await it.member("mod", "moderator")];
  const bob = await it.member("bob");
  const waiting = await late(it, "/api/people/bob", { as: mod });
  await it.services.moderation.change(root.account, mod.account, { role: "member" });
  assertEquals((await waiting.send('{"banned":true}')).status, 403);
  const promoted = await late(it, "/api/people/mod", { as: bob });
  await it.services.moderation.change(root.account, bob.account, { role: "moderator" });
  const response = await promoted.send('{"mutedMinutes":5}');
  const { person } = await jsonOf(response);
  assertEquals([response.status, typeof person.mutedUntil], [200, "number"], "shown what moderators see");
});

Deno.test("the session is looked up once more only where there is one", async () => {
  await using it = await testApp({ isRegistrationOpen: true });
  const ada = await it.member("ada");
  const { sessions } = it.services;
  let lookups = 0;
  const findAgain = sessions.findAgain.bind(sessions);
  sessions.findAgain = (session) => {
    lookups++;
    return findAgain(session);
  };
  assertEquals((await it.post("/api/register", { name: "bob", password: PASSWORD })).status, 201);
  assertEquals((await it.request("/api/me", { as: ada })).status, 200);
  assertEquals(lookups, 0);
  assertEquals((await it.post("/api/rooms/common/messages", { text: "hello" }, ada)).status, 201);
  assertEquals(lookups, 1);
});

for (const transport of ["native", "raw"] as const) {
  Deno.test(`whoever deletes the account between the head and the body says nothing more (${transport})`, async () => {
    await using it = await testServer({ transport, isRegistrationOpen: true });
    const post = (path: string, body: object, cookie = "") =>
      fetch(`${it.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: JSON.stringify(body),
      });
    const registered = await post("api/register", { name: "eve", password: PASSWORD });
    await registered.body?.cancel();
    const cookie = registered.headers.get("set-cookie")!.split(";")[0];
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
    const write = (text: string) => connection.write(new TextEncoder().encode(text));
    const fields = `host: 127.0.0.1:${it.port}\r\ncookie: ${cookie}\r\ncontent-type: application/json\r\n`;
    await write(
      `POST /api/rooms/common/messages HTTP/1.1\r\n${fields}content-length: ${message.length}\r\n\r\n${message[0]}`,
    );
    // On a connection of its own: the head above came first, and has been read when this is answered.
    assertEquals((await post("api/me/delete", { password: PASSWORD }, cookie)).status, 204);
    await write(message.slice(1));
    const buffer = new Uint8Array(1_024);
    const count = await connection.read(buffer) ?? 0;
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count)).split("\r\n")[0], "HTTP/1.1 401 Unauthorized");
  });
}
