import { assert, assertEquals, assertThrows } from "@std/assert";
import { createRateLimits, RateLimit } from "../../lib/auth/rate_limits.ts";
import { HttpError } from "../../lib/errors.ts";

Deno.test("take() lets a burst through, then a steady rate", () => {
  const limit = new RateLimit({ burst: 3, perSecond: 2, what: "things" });
  const steps: ReadonlyArray<readonly [atMs: number, waitMs: number]> = [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 500],
    [375, 125],
    [500, 0],
    [500, 500],
    [1_000, 0],
    [1_125, 375],
    [60_000, 0],
    [60_000, 0],
    [60_000, 0],
    [60_000, 500],
  ];
  for (const [atMs, waitMs] of steps) assertEquals(limit.take("ada", 1_000 + atMs), waitMs, `at ${atMs} ms`);
});

Deno.test("take() lets pass whoever waited as long as was said", () => {
  for (const perSecond of [1 / 30, 1 / 3, 0.7, 1, 4, 7, 10]) {
    const limit = new RateLimit({ burst: 1, perSecond, what: "things" });
    let nowMs = 0;
    for (let taken = 0; taken < 20; taken++) {
      assertEquals(limit.take("ada", nowMs), 0, `${perSecond} a second`);
      nowMs += limit.take("ada", nowMs);
    }
  }
});

Deno.test("take() counts each key apart", () => {
  const limit = new RateLimit({ burst: 1, perSecond: 1, what: "things" });
  assertEquals([limit.take("a", 0), limit.take("a", 0), limit.take("b", 0)], [0, 1_000, 0]);
});

Deno.test("a refusal costs nothing: who keeps asking waits no longer", () => {
  const limit = new RateLimit({ burst: 1, perSecond: 1, what: "things" });
  limit.take("a", 0);
  for (let nowMs = 0; nowMs < 1_000; nowMs += 125) assertEquals(limit.take("a", nowMs), 1_000 - nowMs);
  assertEquals(limit.take("a", 1_000), 0);
});

Deno.test("a flood of keys forgets the key that was used longest ago, not the others", () => {
  const limit = new RateLimit({ burst: 2, perSecond: 1, what: "things" });
  for (const key of ["often", "once", "often"]) limit.take(key, 0);
  for (let key = 0; key < 49_999; key++) limit.take(`address ${key}`, 0);
  assertEquals(limit.take("often", 0), 1_000);
  assertEquals([limit.take("once", 0), limit.take("once", 0)], [0, 0], "it begins anew");
});

Deno.test("check() refuses with 429, and says when to come again", () => {
  const limit = new RateLimit({ burst: 2, perSecond: 1 / 30, what: "logins for this name" });
  limit.check("ada");
  limit.check("ada");
  const error = assertThrows(() => limit.check("ada"), HttpError, "Too many logins for this name; try again in 30 s");
  assertEquals([error.status, error.headers["retry-after"]], [429, "30"]);
  limit.check("bob");
});

Deno.test("createRateLimits() limits everything, or nothing for load tests", () => {
  const on = Object.entries(createRateLimits(true));
  assertEquals(on.map(([name]) => name).toSorted(), [
    "changes",
    "exports",
    "history",
    "invitations",
    "loginsByAddress",
    "loginsByName",
    "loginsByNameAndAddress",
    "messages",
    "profiles",
    "registrations",
    "resets",
    "rooms",
    "searches",
    "signals",
    "sockets",
  ]);
  for (const [name, limit] of on) {
    const waits = Array.from({ length: 1_000 }, () => limit.take("a", 0));
    assert(waits[0] === 0 && waits.some((waitMs) => waitMs > 0), name);
  }
  for (const [name, limit] of Object.entries(createRateLimits(false))) {
    for (let taken = 0; taken < 1_000; taken++) assertEquals(limit.take("a", 0), 0, name);
  }
});

Deno.test("a clock that is set back locks nobody out", () => {
  const limit = new RateLimit({ burst: 2, perSecond: 1, what: "tries" });
  limit.take("ada", 3_600_000);
  assertEquals(limit.take("ada", 0), 0);
  assertEquals(limit.take("ada", 0), 1_000);
});
