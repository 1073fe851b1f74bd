import { assertEquals } from "@std/assert";
import type { Change } from "../../lib/auth/moderation.ts";
import { HttpError } from "../../lib/errors.ts";
import type { Role } from "../../lib/store/entries.ts";
import { fakeClock, PASSWORD, type TestApp, testApp } from "../testing.ts";

const ROLES: readonly Role[] = ["member", "moderator", "administrator"];

/** What becomes of it: 200, or the status of the refusal. */
async function outcome(work: () => Promise<unknown>): Promise<number> {
  try {
    await work();
    return 200;
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

async function team(it: TestApp) {
  const of = async (role: Role, name: string) => (await it.member(name, role)).account;
  return {
    member: await of("member", "mia"),
    moderator: await of("moderator", "max"),
    administrator: await of("administrator", "amy"),
    // A second one, so that the last-administrator rule is not what refuses.
    other: await of("administrator", "ben"),
  };
}

Deno.test("who may change what of whom", async () => {
  const cases: ReadonlyArray<readonly [change: Change, expected: ReadonlyArray<readonly number[]>]> = [
    // Rows: who does it; columns: to whom. Each in the order member, moderator, administrator.
    [{ mutedMinutes: 10 }, [[403, 403, 403], [200, 403, 403], [200, 200, 403]]],
    [{ banned: true }, [[403, 403, 403], [200, 403, 403], [200, 200, 403]]],
    [{ role: "moderator" }, [[403, 403, 403], [403, 403, 403], [200, 200, 200]]],
    [{ mutedMinutes: 10, role: "member" }, [[403, 403, 403], [403, 403, 403], [200, 200, 403]]],
    [{}, [[422, 422, 422], [422, 422, 422], [422, 422, 422]]],
  ];
  for (const [change, expected] of cases) {
    for (const [row, actor] of ROLES.entries()) {
      for (const [column, role] of ROLES.entries()) {
        await using it = await testApp();
        const accounts = await team(it);
        const target = (await it.member("target", role)).account;
        const status = await outcome(() => it.services.moderation.change(accounts[actor], target, change));
        assertEquals(status, expected[row][column], `${actor} ${JSON.stringify(change)} ${role}`);
        if (status !== 200) assertEquals(it.store.accounts.byId(target.id), target, "nothing was done");
      }
    }
  }
});

Deno.test("who may remove whom", async () => {
  for (const actor of ROLES) {
    for (const role of ROLES) {
      await using it = await testApp();
      const accounts = await team(it);
      const target = (await it.member("target", role)).account;
      const status = await outcome(() => it.services.moderation.remove(accounts[actor], target));
      assertEquals(status, actor === "administrator" ? 200 : 403, `${actor} ${role}`);
      assertEquals(it.store.accounts.byId(target.id) === undefined, actor === "administrator");
    }
  }
});

Deno.test("nobody removes their own account as if it were another's: that asks for the password", async () => {
  await using it = await testApp();
  for (const role of ROLES) {
    const { account } = await it.member(`self${role}`, role);
    assertEquals(await outcome(() => it.services.moderation.remove(account, account)), 409);
    assertEquals(it.store.accounts.byId(account.id), account);
  }
});

Deno.test("the last administrator stays one", async () => {
  await using it = await testApp();
  const { moderation } = it.services;
  const [{ account: amy }, { account: ben }] = [await it.member("amy", "administrator"), await it.member("ben")];
  assertEquals(await outcome(() => moderation.change(amy, amy, { role: "member" })), 409);
  assertEquals(await outcome(() => moderation.leave(amy)), 409);
  await moderation.change(amy, ben, { role: "administrator" });
  assertEquals((await moderation.change(amy, amy, { role: "moderator" })).role, "moderator");
  assertEquals(await outcome(() => moderation.change(amy, ben, { role: "member" })), 403, "amy was demoted meanwhile");
});

Deno.test("two administrators who go at the same moment do not leave nobody", async () => {
  for (const way of ["role", "remove"] as const) {
    await using it = await testApp();
    const { moderation } = it.services;
    const both = [await it.member("amy", "administrator"), await it.member("ben", "administrator")];
    const outcomes = await Promise.all(
      both.map(({ account }) =>
        outcome(() =>
          way === "role" ? moderation.change(account, account, { role: "member" }) : moderation.leave(account)
        )
      ),
    );
    assertEquals(outcomes.toSorted(), [200, 409], way);
    assertEquals(it.services.accounts.hasAdministrator(), true);
  }
});

Deno.test("a mute ends when it is time, or when it is lifted", async () => {
  await using it = await testApp();
  using clock = fakeClock();
  const { moderation } = it.services;
  const { account: mod } = await it.member("mod", "moderator");
  const { account: ada } = await it.member("ada");
  const isMuted = () => it.store.accounts.mutedUntilMs(ada.id) > Date.now();
  await moderation.change(mod, ada, { mutedMinutes: 10, reason: " too loud " });
  clock.tick(10 * 60_000 - 1);
  assertEquals(isMuted(), true);
  clock.tick(1);
  assertEquals(isMuted(), false);
  await moderation.change(mod, ada, { mutedMinutes: 10 });
  await moderation.change(mod, ada, { mutedMinutes: 0 });
  await moderation.change(mod, ada, { mutedMinutes: 0 });
  assertEquals(isMuted(), false);
  assertEquals(moderation.list(mod, { limit: 10 }).map(({ what, reason }) => [what, reason]), [
    ["unmuted", undefined],
    ["muted", undefined],
    ["muted", "too loud"],
  ], "what changed nothing is not listed");
});

Deno.test("what makes no sense is refused", async () => {
  await using it = await testApp();
  const { moderation } = it.services;
  const [{ account: amy }, { account: ada }] = [await it.member("amy", "administrator"), await it.member("ada")];
  const cases: ReadonlyArray<readonly [Change, number]> = [
    [{ mutedMinutes: -1 }, 422],
    [{ mutedMinutes: 1.5 }, 422],
    [{ mutedMinutes: 365 * 24 * 60 + 1 }, 422],
    [{ mutedMinutes: NaN }, 422],
    [{ mutedMinutes: 1, reason: "x".repeat(301) }, 422],
    [{ banned: true, role: "administrator" }, 409],
  ];
  for (const [change, status] of cases) {
    assertEquals(await outcome(() => moderation.change(amy, ada, change)), status, JSON.stringify(change));
  }
  await moderation.change(amy, ada, { banned: true });
  assertEquals(await outcome(() => moderation.change(amy, ada, { role: "moderator" })), 409);
  assertEquals((await moderation.change(amy, ada, { role: "moderator", banned: false })).role, "moderator");
  const gone = await it.member("gone");
  await moderation.remove(amy, gone.account);
  assertEquals(await outcome(() => moderation.change(amy, gone.account, { banned: true })), 404);
  assertEquals(await outcome(() => moderation.remove(amy, gone.account)), 404);
});

Deno.test("a ban ends the sessions, closes the sockets, and no old cookie opens anything", async () => {
  await using it = await testApp();
  const [mod, ada] = [await it.member("mod", "moderator"), await it.member("ada")];
  const closed: unknown[] = [];
  const { entrance } = it.services.chat;
  const endAccount = entrance.endAccount.bind(entrance);
  entrance.endAccount = (...args) => {
    closed.push(args);
    endAccount(...args);
  };
  await it.services.moderation.change(mod.account, ada.account, { banned: true, reason: "spam" });
  assertEquals(closed, [[ada.account.id, 4403, "Banned"]]);
  assertEquals((await it.request("/api/me", { as: ada })).status, 401);
  assertEquals(await it.services.sessions.list(ada.account.id), []);
  const refused = await it.post("/api/login", { name: "ada", password: PASSWORD });
  assertEquals([refused.status, (await refused.json()).error.message], [
    403,
    "You are banned; ask a moderator. The reason: spam",
  ]);
  assertEquals((await it.post("/api/login", { name: "ada", password: "wrong password" })).status, 401);
  await it.services.moderation.change(mod.account, ada.account, { banned: false });
  assertEquals((await it.request("/api/me", { as: ada })).status, 401, "the old session is over for good");
  assertEquals((await it.post("/api/login", { name: "ada", password: PASSWORD })).status, 200);
});

Deno.test("moderators are not told what was done in rooms that they may not read", async () => {
  await using it = await testApp();
  const [mod, ada, bob] = [await it.member("mod", "moderator"), await it.member("ada"), await it.member("bob")];
  const [other, { rooms }] = [await it.member("other", "moderator"), it.services.chat];
  const { id: room } = await rooms.make(ada.account, { name: "Private", open: false });
  for (const name of ["bob", "mod"]) await rooms.bring(ada.account, room, name);
  await rooms.sendOut(mod.account, room, "bob");
  await rooms.bring(ada.account, room, "bob");
  await rooms.sendOut(ada.account, room, "bob");
  const told = ({ account }: typeof mod) =>
    it.services.moderation.list(account, { limit: 9 }).map(({ by, what, account }) => [by, what, account]);
  assertEquals([told(mod), told(other)], [[["mod", "sent-out", bob.account.name]], []]);
});
