import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Flash, setFlash, takeFlash } from "../lib/flash.ts";

function cookieOf(headers: Headers): string {
  return headers.get("set-cookie")!.split(";")[0];
}

function take(cookie?: string) {
  const headers = new Headers();
  const request = new Request("http://localhost/", { headers: cookie === undefined ? {} : { cookie } });
  const flash = takeFlash({ request, headers });
  return { message: flash?.message, flash, setCookie: headers.get("set-cookie") };
}

Deno.test("a message comes through the browser as it was left, and is taken away", () => {
  for (const message of ["Hello", "<b>ünïcödé</b> \u2028 😀; a=b, c", " ", "a".repeat(500)]) {
    const headers = new Headers();
    setFlash(headers, { message });
    assertMatch(headers.get("set-cookie")!, /^flash=[\w.-]+; HttpOnly; Max-Age=60; SameSite=Lax; Path=\/$/);
    const taken = take(cookieOf(headers));
    assertEquals(taken.message, message);
    assertMatch(taken.setCookie!, /^flash=;.*Path=\/.*Expires=Thu, 01 Jan 1970/);
  }
});

Deno.test("a message has at most 500 characters, going and coming", () => {
  const headers = new Headers();
  setFlash(headers, { message: "a".repeat(501) });
  assertEquals(take(cookieOf(headers)).message, "a".repeat(500));
  const forged = btoa("b".repeat(2_000)).replaceAll("=", "");
  assertEquals(take(`flash=${forged}`).message, "b".repeat(500));
});

Deno.test("without a message nothing is taken, and nothing set", () => {
  for (const cookie of [undefined, "other=1", "xflash=aGk"]) {
    assertEquals(take(cookie), { message: undefined, flash: undefined, setCookie: null }, cookie);
  }
});

Deno.test("a message that is forged badly is thrown away", () => {
  for (const cookie of ["flash=!!!", "flash=%00", "flash=a", "flash=aGk==="]) {
    const { message, setCookie } = take(cookie);
    assertEquals(message, undefined, cookie);
    assert(setCookie !== null, "and does not come again");
  }
});

Deno.test("with a message come its kind, its place, and what was typed; what is forged is no kind", () => {
  const flashes: readonly Flash[] = [
    { message: "Saved", kind: "done" },
    { message: "Wrong", beside: "delete" },
    { message: "Taken", typed: "Ädä. <b>" },
  ];
  for (const flash of flashes) {
    const headers = new Headers();
    setFlash(headers, flash);
    assertEquals(take(cookieOf(headers)).flash, { kind: "problem", beside: "", typed: "", ...flash });
  }
  const forged = [btoa("hi"), btoa("king"), "", btoa("t".repeat(999))].join(".").replaceAll("=", "");
  assertEquals(take(`flash=${forged}`).flash, { message: "hi", kind: "problem", beside: "", typed: "t".repeat(128) });
});
