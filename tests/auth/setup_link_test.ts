import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { SETUP_LIFETIME_MS, SetupLink } from "../../lib/auth/setup_link.ts";

const invitationOf = (link: SetupLink) => new URL(link.path()!, "http://localhost").searchParams.get("invitation")!;

Deno.test("the setup link is accepted for half an hour", () => {
  const link = new SetupLink(() => true, 1_000);
  const invitation = invitationOf(link);
  const cases: ReadonlyArray<readonly [nowMs: number, isAccepted: boolean]> = [
    [1_000, true],
    [1_000 + SETUP_LIFETIME_MS - 1, true],
    [1_000 + SETUP_LIFETIME_MS, false],
    [Infinity, false],
  ];
  for (const [nowMs, isAccepted] of cases) assertEquals(link.accepts(invitation, nowMs), isAccepted, String(nowMs));
  assertEquals(SETUP_LIFETIME_MS, 30 * 60 * 1_000);
});

Deno.test("the setup link is dead once there is an administrator", () => {
  let isNeeded = true;
  const link = new SetupLink(() => isNeeded, 0);
  const invitation = invitationOf(link);
  assertEquals(link.accepts(invitation, 1), true);
  isNeeded = false;
  assertEquals(link.accepts(invitation, 1), false);
  assertEquals(link.path(), undefined);
});

Deno.test("the setup link accepts its own invitation alone", () => {
  const link = new SetupLink(() => true, 0);
  const invitation = invitationOf(link);
  assertMatch(link.path()!, /^\/register\?invitation=[\w-]{43}$/);
  const other = invitationOf(new SetupLink(() => true, 0));
  assertNotEquals(other, invitation, "each start prints another");
  for (
    const wrong of ["", "x", other, `${invitation}x`, invitation.slice(1), ` ${invitation}`, invitation.toLowerCase()]
  ) {
    assertEquals(link.accepts(wrong, 1), false, wrong);
  }
});
