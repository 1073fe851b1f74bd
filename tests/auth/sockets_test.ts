/** What moderators decide reaches open sockets, on both transports; and what a crash broke off goes on at a start. */
import { assert, assertEquals } from "@std/assert";
import { encodeFact, keyOf } from "../../lib/store/entries.ts";
import { openStore } from "../../lib/store/mod.ts";
import { ChatClient, register } from "../chat_client.ts";
import { PASSWORD, tempDir, type TestServer, testServer } from "../testing.ts";

interface Call {
  readonly cookie: string;
  readonly body?: object;
  readonly method?: string;
}

async function call(it: TestServer, path: string, { cookie, body, method }: Call): Promise<Response> {
  const headers = { cookie, ...body !== undefined && { "content-type": "application/json" } };
  const init = { method: method ?? (body === undefined ? "GET" : "POST"), headers, body: body && JSON.stringify(body) };
  const response = await fetch(new URL(path, it.url), init);
  return new Response(response.status === 204 ? null : await response.text(), response);
}

async function administrator(it: TestServer): Promise<string> {
  const invitation = new URL(it.server.setupUrl!).searchParams.get("invitation");
  const response = await call(it, "/api/register", {
    cookie: "",
    body: { name: "root", password: PASSWORD, invitation },
  });
  return response.headers.getSetCookie()[0].split(";")[0];
}

for (const transport of ["native", "raw"] as const) {
  Deno.test(`the sockets of whoever is banned close with 4403, of a session that ends with 4401 (${transport})`, async () => {
    await using it = await testServer({ transport, isRegistrationOpen: true });
    const root = await administrator(it);
    const [ada, bob] = [await register(it.url, "ada"), await register(it.url, "bob")];
    await using adas = await ChatClient.connect(it.url, ada);
    await using bobs = await ChatClient.connect(it.url, bob);
    await Promise.all([adas.until("welcome"), bobs.until("welcome")]);

    assertEquals((await call(it, "/api/people/ada", { cookie: root, body: { banned: true } })).status, 200);
    assertEquals((await adas.closed).code, 4403);

    const { sessions } = await (await call(it, "/api/me/sessions", { cookie: bob })).json();
    assertEquals((await call(it, `/api/me/sessions/${sessions[0].id}`, { cookie: bob, method: "DELETE" })).status, 204);
    assertEquals((await bobs.closed).code, 4401);

    const carl = await register(it.url, "carl");
    await using carls = await ChatClient.connect(it.url, carl);
    await carls.until("welcome");
    const body = { password: "the password of carl" };
    assertEquals((await call(it, "/api/me/delete", { cookie: carl, body })).status, 204);
    assertEquals((await carls.closed).code, 4401);
  });

  Deno.test(`whoever is muted is told so, and how others appear is told to all (${transport})`, async () => {
    await using it = await testServer({ transport, isRegistrationOpen: true });
    const root = await administrator(it);
    const ada = await register(it.url, "ada");
    await using adas = await ChatClient.connect(it.url, ada);
    await adas.until("welcome");
    await call(it, "/api/me/profile", { cookie: root, body: { displayName: "The Boss", colour: 2 } });
    assertEquals(await adas.until("profile"), {
      type: "profile",
      name: "root",
      displayName: "The Boss",
      colour: 2,
      role: "administrator",
    });
    await call(it, "/api/people/ada", { cookie: root, body: { mutedMinutes: 5 } });
    adas.say({ type: "send", room: "common", key: "k1", text: "may I?" });
    assertEquals((await adas.until("refused")).status, 403);
    await call(it, "/api/people/ada", { cookie: root, body: { mutedMinutes: 0 } });
    adas.say({ type: "send", room: "common", key: "k2", text: "thank you" });
    assertEquals((await adas.until("ack")).key, "k2");
  });
}

Deno.test("a server that is started after a crash in the middle of a removal erases the rest", async () => {
  await using dir = await tempDir();
  {
    await using it = await testServer({ dataDir: dir.path, isRegistrationOpen: true });
    const ada = await register(it.url, "ada");
    await call(it, "/api/rooms/common/messages", { cookie: ada, body: { key: "k", text: "engine secrets" } });
  }
  const store = openStore(dir.path);
  const account = store.accounts.byFoldedName("ada")!.id;
  await store.log.append(
    keyOf.accountChange(account),
    encodeFact({ type: "account-removed", account, by: account }),
  );
  await store.log.close();
  {
    await using it = await testServer({ dataDir: dir.path, isRegistrationOpen: true });
    // The name is free when all is erased.
    for (let status = 0; status !== 201;) {
      const body = { name: "ada", password: PASSWORD };
      const response = await call(it, "/api/register", { cookie: "", body });
      status = response.status;
      assert(status === 201 || status === 409, String(status));
    }
  }
  const after = openStore(dir.path);
  assertEquals(after.accounts.removals(), []);
  assert(!JSON.stringify(await after.log.read(0, 1_000)).includes("engine secrets"));
  assert(after.accounts.byFoldedName("ada")!.id !== account);
  await after.log.close();
});
