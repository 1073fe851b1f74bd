import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { fakeClock, PASSWORD, testApp } from "../testing.ts";

const NEW_PASSWORD = "a new one of many words";

async function scene() {
  const it = await testApp();
  const root = await it.member("root", "administrator");
  const ada = await it.member("ada");
  const status = async (work: () => Promise<unknown>) => (await assertRejects(work, HttpError)).status;
  return { ...it, root, ada, resets: it.services.resets, status };
}

Deno.test("a reset link sets a password once, and ends all sessions", async () => {
  await using it = await scene();
  const token = await it.resets.offer(it.root.account, it.ada.account);
  assertMatch(token, /^[\w-]{43}$/);
  assertEquals((await it.resets.find(token))?.name, "ada");
  assertEquals(await it.status(() => it.resets.use(token, "short")), 422, "the link is not used up by this");
  assertEquals((await it.resets.use(token, NEW_PASSWORD)).name, "ada");
  assertEquals((await it.request("/api/me", { as: it.ada })).status, 401);
  assertEquals(await it.services.accounts.verify("ada", PASSWORD), undefined);
  assert(await it.services.accounts.verify("ada", NEW_PASSWORD));
  assertEquals(await it.resets.find(token), undefined);
  assertEquals(await it.status(() => it.resets.use(token, NEW_PASSWORD)), 403);
});

Deno.test("two who use a reset link at the same moment: one does", async () => {
  await using it = await scene();
  const token = await it.resets.offer(it.root.account, it.ada.account);
  const settled = await Promise.allSettled(
    ["one password", "two password", "six password"].map((password) => it.resets.use(token, password)),
  );
  assertEquals(settled.map(({ status }) => status).toSorted(), ["fulfilled", "rejected", "rejected"]);
});

Deno.test("a reset link is valid for 24 hours, and only the newest is", async () => {
  await using it = await scene();
  using clock = fakeClock();
  const [first, second] = [
    await it.resets.offer(it.root.account, it.ada.account),
    await it.resets.offer(it.root.account, it.ada.account),
  ];
  assertEquals(await it.resets.find(first), undefined);
  clock.tick(24 * 60 * 60 * 1_000 - 1);
  assert(await it.resets.find(second));
  clock.tick(1);
  assertEquals(await it.status(() => it.resets.use(second, NEW_PASSWORD)), 403);
});

Deno.test("only administrators make reset links, and not for themselves", async () => {
  await using it = await scene();
  const mod = await it.member("mod", "moderator");
  const other = await it.member("other", "administrator");
  for (const { account } of [mod, it.ada]) {
    assertEquals(await it.status(() => it.resets.offer(account, it.ada.account)), 403);
  }
  assertEquals(await it.status(() => it.resets.offer(it.root.account, it.root.account)), 409);
  assert(await it.resets.offer(it.root.account, other.account));
  assertEquals(
    it.services.moderation.list(mod.account, { limit: 9 }).map(({ by, what, account }) => [by, what, account]),
    [
      ["root", "reset-offered", "other"],
    ],
  );
});

Deno.test("a reset link of somebody who is banned or gone, or who knows the password again, is not valid", async () => {
  await using it = await scene();
  const { moderation } = it.services;
  const token = await it.resets.offer(it.root.account, it.ada.account);
  await moderation.change(it.root.account, it.ada.account, { banned: true });
  assertEquals(await it.status(() => it.resets.use(token, NEW_PASSWORD)), 403);
  await moderation.change(it.root.account, it.ada.account, { banned: false });
  const ada = { ...it.ada, cookie: `session=${await it.services.sessions.begin(it.ada.account)}` };
  assertEquals((await it.post("/api/me/password", { current: PASSWORD, password: NEW_PASSWORD }, ada)).status, 204);
  assertEquals(await it.status(() => it.resets.use(token, NEW_PASSWORD)), 403);
  const another = await it.resets.offer(it.root.account, it.ada.account);
  await moderation.remove(it.root.account, it.ada.account);
  assertEquals(await it.status(() => it.resets.use(another, NEW_PASSWORD)), 403);
  assertEquals(await it.resets.find(""), undefined);
});

Deno.test("of two links that are offered at once one is valid, and once", async () => {
  await using it = await scene();
  const offer = () => it.resets.offer(it.root.account, it.ada.account);
  const tokens = await Promise.all([offer(), offer(), offer()]);
  const found = await Promise.all(tokens.map((token) => it.resets.find(token)));
  assertEquals(found.map((account) => account?.name), [undefined, undefined, "ada"]);
  assertEquals((await it.resets.use(tokens[2], NEW_PASSWORD)).name, "ada");
  for (const token of tokens) assertEquals(await it.status(() => it.resets.use(token, NEW_PASSWORD)), 403);
  assertEquals(await it.store.log.list("reset"), [], "none is left behind");
});

Deno.test("a link that is replaced, or whose account is banned, while its password is hashed sets none", async () => {
  for (const way of ["replaced", "banned"] as const) {
    await using it = await scene();
    const { resets, root, ada } = it;
    const token = await resets.offer(root.account, ada.account);
    const { accounts, moderation } = it.services;
    const setPassword = accounts.setPassword.bind(accounts);
    accounts.setPassword = async (...args) => {
      if (way === "banned") await moderation.change(root.account, ada.account, { banned: true });
      else await resets.offer(root.account, ada.account);
      return await setPassword(...args);
    };
    assertEquals(await it.status(() => resets.use(token, NEW_PASSWORD)), 403);
    assert(await accounts.verify("ada", PASSWORD));
  }
});
