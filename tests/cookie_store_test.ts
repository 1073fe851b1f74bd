import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { cookieKey, CookieStore, newCookieKey } from "../lib/cookie_store.ts";
import { openStore } from "../lib/store/mod.ts";
import { fakeClock } from "./testing.ts";

const KEY = newCookieKey();

/** A request with a cookie, and its reply. */
function visit(cookie?: string, { key = KEY, isSecure = false } = {}) {
  const reply = new Headers();
  const cookies = new Headers(cookie === undefined ? {} : { cookie });
  const store = new CookieStore({ cookies, reply, isSecure, key });
  /** What the browser holds after it. */
  const kept = () => reply.getSetCookie().map((line) => line.split(";")[0]).at(-1)!;
  return { store, reply, kept };
}

Deno.test("a browser keeps values from request to request", () => {
  const first = visit();
  assertEquals(first.store.get("count"), undefined);
  first.store.set("count", 1);
  first.store.set("list", ["ü", { a: null }]);
  assertEquals(first.store.get("count"), 1, "at once");
  assertEquals(first.reply.getSetCookie().length, 1, "one cookie, however often it is set");
  assertMatch(
    first.reply.getSetCookie()[0],
    /^kept=[\w-]+\.[\w-]{43}; HttpOnly; Max-Age=2592000; SameSite=Lax; Path=\//i,
  );
  const second = visit(first.kept());
  assertEquals([second.store.get("count"), second.store.get("list")], [1, ["ü", { a: null }]]);
  assertEquals(second.reply.getSetCookie(), [], "reading writes nothing");
  second.store.delete("count");
  assertEquals(visit(second.kept()).store.get("count"), undefined);
  assertEquals(visit(second.kept()).store.get("list"), ["ü", { a: null }]);
});

Deno.test("the last value that is deleted takes the cookie with it", () => {
  const first = visit();
  first.store.set("a", 1);
  const second = visit(first.kept());
  second.store.delete("other");
  assertEquals(second.reply.getSetCookie(), []);
  second.store.delete("a");
  assertMatch(second.reply.getSetCookie()[0], /^kept=;.*Expires=Thu, 01 Jan 1970/);
});

Deno.test("over TLS the cookie has a name that no other site can set", () => {
  const first = visit(undefined, { isSecure: true });
  first.store.set("a", 1);
  assertMatch(first.reply.getSetCookie()[0], /^__Host-kept=.*Secure/);
  assertEquals(visit(first.kept(), { isSecure: true }).store.get("a"), 1);
  assertEquals(visit(first.kept()).store.get("a"), undefined);
});

Deno.test("what a browser makes up, or another server has signed, is none of ours", () => {
  const { store, kept } = visit();
  store.set("role", "user");
  const [payload, signature] = kept().slice("kept=".length).split(".");
  const forged = btoa('[9999999999,[["role","admin"]]]').replaceAll("=", "");
  const cookies = [
    "kept=",
    "kept=.",
    "kept=x.y",
    `kept=${payload}`,
    `kept=${payload}.`,
    `kept=${payload}.${signature}.`,
    `kept=${payload}.${signature.slice(1)}`,
    `kept=${payload}.${signature.slice(0, -1)}${signature.endsWith("A") ? "E" : "A"}`,
    `kept=${forged}.${signature}`,
    `kept=${payload}x.${signature}`,
  ];
  for (const cookie of cookies) {
    assertEquals(visit(cookie).store.get("role"), undefined, cookie);
  }
  assertEquals(visit(`kept=${payload}.${signature}`, { key: newCookieKey() }).store.get("role"), undefined);
  assertEquals(visit(`kept=${payload}.${signature}`).store.get("role"), "user");
});

Deno.test("values end after 30 days, whatever the browser does", () => {
  using clock = fakeClock();
  const { store, kept } = visit();
  store.set("a", 1);
  clock.tick(30 * 24 * 60 * 60 * 1_000 - 2_000);
  assertEquals(visit(kept()).store.get("a"), 1);
  clock.tick(4_000);
  assertEquals(visit(kept()).store.get("a"), undefined);
});

Deno.test("more than a browser would keep is refused, and what was there stays", () => {
  const { store, reply } = visit();
  store.set("a", 1);
  const [before] = reply.getSetCookie();
  assertThrows(() => store.set("b", "x".repeat(3_000)), RangeError, "has no room for so much");
  assertEquals([store.get("a"), store.get("b")], [1, undefined]);
  assertEquals(reply.getSetCookie(), [before]);
  store.set("b", "x".repeat(2_800));
  assert(reply.getSetCookie()[0].length <= 4_096);
});

Deno.test("other cookies of the reply are left alone", () => {
  const { store, reply } = visit();
  reply.append("set-cookie", "session=1; Path=/");
  store.set("a", 1);
  store.set("a", 2);
  assertEquals(reply.getSetCookie().map((cookie) => cookie.split("=")[0]), ["session", "kept"]);
});

Deno.test("the key is the same from start to start", async () => {
  const { log } = openStore(":memory:");
  const first = await cookieKey(log);
  assertEquals(first.length, 32);
  assertEquals([...await cookieKey(log)], [...first]);
  await log.close();
});
