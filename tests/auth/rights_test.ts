import { assertEquals, assertThrows } from "@std/assert";
import {
  checkMayDelete,
  checkMayManage,
  checkMayModerate,
  checkNotBanned,
  checkNotMuted,
  checkStillHere,
  isAdministrator,
  isModerator,
  mayModerate,
} from "../../lib/auth/rights.ts";
import { HttpError } from "../../lib/errors.ts";
import type { Role } from "../../lib/store/entries.ts";

const ROLES: readonly Role[] = ["member", "moderator", "administrator"];

Deno.test("mayModerate() is for moderators, over those of a lower role", () => {
  const table = ROLES.map((role) => ROLES.map((target) => mayModerate({ role }, { role: target })));
  assertEquals(table, [[false, false, false], [true, false, false], [true, true, false]]);
  for (const role of ROLES) {
    for (const target of ROLES) {
      if (mayModerate({ role }, { role: target })) checkMayModerate({ role }, { role: target });
      else assertEquals(statusOf(() => checkMayModerate({ role }, { role: target })), 403);
    }
  }
});

Deno.test("isModerator() and isAdministrator() go by the role", () => {
  assertEquals(ROLES.map((role) => isModerator({ role })), [false, true, true]);
  assertEquals(ROLES.map((role) => isAdministrator({ role })), [false, false, true]);
});

Deno.test("checkNotMuted() says until when", () => {
  checkNotMuted(0, 1_000);
  checkNotMuted(1_000, 1_000);
  const error = assertThrows(() => checkNotMuted(Date.UTC(2026, 10, 22, 12, 30), 0), HttpError);
  assertEquals([error.status, error.message], [
    403,
    "You are muted until 2026-11-22 12:30 UTC; wait, or ask a moderator",
  ]);
});

Deno.test("checkNotBanned() says why", () => {
  checkNotBanned({ isBanned: false, banReason: "once" });
  assertEquals(
    assertThrows(() => checkNotBanned({ isBanned: true }), HttpError).message,
    "You are banned; ask a moderator.",
  );
  assertEquals(
    assertThrows(() => checkNotBanned({ isBanned: true, banReason: "spam" }), HttpError).message,
    "You are banned; ask a moderator. The reason: spam",
  );
});

Deno.test("checkMayDelete() is for moderators, but not over those who may moderate them", () => {
  const table = ROLES.map((role) => [...ROLES, undefined].map((author) => mayDelete(role, author)));
  assertEquals(table, [[false, false, false, false], [true, true, false, true], [true, true, true, true]]);
  function mayDelete(role: Role, author: Role | undefined): boolean {
    return isAllowed(() => checkMayDelete({ role }, author && { role: author }));
  }
});

Deno.test("checkMayManage() is for whoever made the room, and moderators; for everybody's room administrators alone", () => {
  const table = ROLES.map((role) =>
    ["id", "another", null].map((madeBy) => isAllowed(() => checkMayManage({ id: "id", role }, { madeBy })))
  );
  assertEquals(table, [[true, false, false], [true, true, false], [true, true, true]]);
});

Deno.test("checkStillHere() refuses whoever is gone or banned", () => {
  const ada = { id: "ada", name: "ada", role: "member" } as const;
  const roll = (isThere: boolean, isBanned: boolean) => ({
    byId: () => isThere ? ada : undefined,
    standing: () => ({ mutedUntilMs: 0, isBanned }),
  });
  assertEquals(checkStillHere(roll(true, false), "ada"), ada);
  assertEquals(statusOf(() => checkStillHere(roll(true, true), "ada")), 403);
  assertEquals(statusOf(() => checkStillHere(roll(false, false), "ada")), 401);
});

function isAllowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    assertEquals(error instanceof HttpError && error.status, 403);
    return false;
  }
}

function statusOf(check: () => void): number {
  return assertThrows(check, HttpError).status;
}
