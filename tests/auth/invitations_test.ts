import { assert, assertEquals, assertRejects } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { fakeClock, type Member, PASSWORD, type TestApp, testApp } from "../testing.ts";

const HOUR_MS = 60 * 60 * 1_000;

const register = (it: TestApp, token: string, name: string) =>
  it.services.invitations.use(
    token,
    (invitation) => it.services.accounts.make({ name, password: PASSWORD, role: "member", invitation }),
  );

async function statusOf(work: () => Promise<unknown>): Promise<number> {
  return (await assertRejects(work, HttpError)).status;
}

Deno.test("ten registrations at once with an invitation for three: exactly three", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const { token } = await it.services.invitations.make(ada.account, { expiresInHours: 1, maxUses: 3 });
  const names = Array.from({ length: 10 }, (_, index) => `guest${String.fromCharCode(97 + index).repeat(3)}`);
  const settled = await Promise.allSettled(names.map((name) => register(it, token, name)));
  assertEquals(settled.filter(({ status }) => status === "fulfilled").length, 3);
  const [{ uses, state }] = it.services.invitations.list(ada.account);
  assertEquals([uses, state], [3, "used-up"]);
  assertEquals(await statusOf(() => register(it, token, "late")), 403);
});

Deno.test("a registration that fails uses nothing up", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const { token } = await it.services.invitations.make(ada.account, { expiresInHours: 1, maxUses: 1 });
  assertEquals(await statusOf(() => register(it, token, "ada")), 409);
  assertEquals(await statusOf(() => register(it, token, "a")), 422);
  assertEquals((await register(it, token, "bob")).name, "bob");
});

Deno.test("an invitation ends when it is time", async () => {
  await using it = await testApp();
  using clock = fakeClock();
  const ada = await it.member("ada");
  const { token, invitation } = await it.services.invitations.make(ada.account, { expiresInHours: 2, maxUses: 5 });
  assertEquals(invitation.expiresAt - Date.now(), 2 * HOUR_MS);
  clock.tick(2 * HOUR_MS - 1);
  assert(it.services.invitations.find(token));
  clock.tick(1);
  assertEquals(it.services.invitations.find(token), undefined);
  assertEquals(await statusOf(() => register(it, token, "bob")), 403);
  assertEquals(it.services.invitations.list(ada.account)[0].state, "expired");
});

Deno.test("the terms of an invitation are bounded", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  for (
    const [expiresInHours, maxUses] of [[0, 1], [721, 1], [1.5, 1], [NaN, 1], [1, 0], [1, 1_001], [1, -1], [1, 0.5]]
  ) {
    const make = () => it.services.invitations.make(ada.account, { expiresInHours, maxUses });
    assertEquals(await statusOf(make), 422, `${expiresInHours} ${maxUses}`);
  }
  await it.services.invitations.make(ada.account, { expiresInHours: 720, maxUses: 1_000 });
});

Deno.test("one sees and takes back one's own invitations, moderators all", async () => {
  await using it = await testApp();
  const { invitations } = it.services;
  const [mod, ada, bob] = [await it.member("mod", "moderator"), await it.member("ada"), await it.member("bob")];
  const make = async ({ account }: Member) => await invitations.make(account, { expiresInHours: 1, maxUses: 1 });
  const [ofAda, ofBob] = [await make(ada), await make(bob)];
  assertEquals(invitations.list(ada.account).map(({ madeBy }) => madeBy), ["ada"]);
  assertEquals(invitations.list(mod.account).map(({ madeBy }) => madeBy), ["bob", "ada"]);
  assertEquals(await statusOf(() => invitations.revoke(ada.account, ofBob.invitation.id)), 404);
  assertEquals(await statusOf(() => invitations.revoke(ada.account, "nonsense")), 404);
  await invitations.revoke(ada.account, ofAda.invitation.id);
  await invitations.revoke(mod.account, ofBob.invitation.id);
  await invitations.revoke(mod.account, ofBob.invitation.id);
  for (const { token } of [ofAda, ofBob]) assertEquals(await statusOf(() => register(it, token, "eve")), 403);
});

Deno.test("the invitations of somebody who is banned or gone let nobody in", async () => {
  await using it = await testApp();
  const [root, ada, bob] = [await it.member("root", "administrator"), await it.member("ada"), await it.member("bob")];
  const { invitations, moderation } = it.services;
  const made = await invitations.make(ada.account, { expiresInHours: 1, maxUses: 9 });
  await moderation.change(root.account, ada.account, { banned: true });
  assertEquals(await statusOf(() => register(it, made.token, "eve")), 403);
  await moderation.change(root.account, ada.account, { banned: false });
  assertEquals((await register(it, made.token, "eve")).name, "eve");
  const other = await invitations.make(bob.account, { expiresInHours: 1, maxUses: 9 });
  await moderation.leave(bob.account);
  assertEquals(await statusOf(() => register(it, other.token, "zoe")), 403);
});

Deno.test("whoever is muted brings nobody in who would write instead", async () => {
  await using it = await testApp();
  const [root, ada] = [await it.member("root", "administrator"), await it.member("ada")];
  await it.services.moderation.change(root.account, ada.account, { mutedMinutes: 10 });
  const make = () => it.services.invitations.make(ada.account, { expiresInHours: 1, maxUses: 1 });
  assertEquals(await statusOf(make), 403);
});

Deno.test("the store holds no invitation's token", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const { token } = await it.services.invitations.make(ada.account, { expiresInHours: 1, maxUses: 1 });
  assert(!JSON.stringify(await it.store.log.read(0, 1_000)).includes(token));
});

Deno.test("whoever deletes the account gives no use back: a link for one serves one", async () => {
  await using it = await testApp();
  const { invitations, moderation } = it.services;
  const ada = await it.member("ada");
  const { token, invitation: { id } } = await invitations.make(ada.account, { expiresInHours: 1, maxUses: 1 });
  await moderation.leave(await register(it, token, "bob"));
  assertEquals(it.services.accounts.search({ prefix: "bob", limit: 1 }), [], "bob is gone");
  assertEquals(await statusOf(() => register(it, token, "bob")), 403);
  assertEquals([it.store.invitations.byId(id)?.uses, it.store.invitations.byId(id)?.maxUses], [1, 1]);
  const said = JSON.stringify(await it.store.log.read(0, 1_000));
  assert(!said.includes("bob"), "the entry that counts names nobody");
});

Deno.test("whoever is gone or banned invites nobody, though the request began before", async () => {
  await using it = await testApp();
  const { invitations, moderation } = it.services;
  const [root, ada, bob] = [await it.member("root", "administrator"), await it.member("ada"), await it.member("bob")];
  const terms = { expiresInHours: 1, maxUses: 1 };
  await moderation.change(root.account, ada.account, { banned: true });
  assertEquals(await statusOf(() => invitations.make(ada.account, terms)), 403);
  // In one turn: the account is there when the invitation is asked for, and gone when it is written.
  const leaving = moderation.leave(bob.account);
  await Promise.resolve();
  const made = await invitations.make(bob.account, terms).catch(() => undefined);
  await leaving;
  if (made !== undefined) assertEquals(invitations.find(made.token), undefined, "nobody answers for it");
  assertEquals(await statusOf(() => invitations.make(bob.account, terms)), 401);
});
