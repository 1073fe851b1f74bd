import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { checkName, foldName } from "../../lib/auth/names.ts";
import { HttpError } from "../../lib/errors.ts";

Deno.test("checkName() takes letters and digits of any script", () => {
  const cases: ReadonlyArray<readonly [name: string, checked: string]> = [
    ["ada", "ada"],
    ["Ada_Lovelace-2", "Ada_Lovelace-2"],
    ["  ada\n", "ada"],
    ["--", "--"],
    ["42", "42"],
    ["Zoë", "Zoë"],
    ["Zoe\u0308", "Zo\u00eb"],
    ["Ольга", "Ольга"],
    ["李小龍", "李小龍"],
    ["أحمد", "أحمد"],
    ["अनीता", "अनीता"],
    ["สมชาย", "สมชาย"],
    ["Nguyễn", "Nguyễn"],
    ["a".repeat(32), "a".repeat(32)],
    ["𝒜".repeat(32), "𝒜".repeat(32)],
  ];
  for (const [name, checked] of cases) assertEquals(checkName(name), checked, name);
});

Deno.test("checkName() refuses everything else with 422", () => {
  const cases: readonly string[] = [
    "",
    " ",
    "a",
    "a".repeat(33),
    "𝒜".repeat(33),
    "ada lovelace",
    "ada\tb",
    "ada\u00a0b",
    "ada\u200bb",
    "ada\u202eb",
    "ada\ufeffb",
    "a\0b",
    "ada\nb",
    "<b>ada</b>",
    "ada&bob",
    'ada"',
    "ada@example.org",
    "../ada",
    "ada/bob",
    "ada.bob",
    "ada:bob",
    "😀😀",
    "ada\ud800",
    "\u0301\u0301",
    "\u0301ada",
    `a${"\u0301".repeat(4)}b`,
    `a${"\u0363".repeat(20)}`,
    "a\u0334\u0335\u0336b",
  ];
  for (const name of cases) {
    assertEquals(assertThrows(() => checkName(name), HttpError).status, 422, JSON.stringify(name));
  }
});

Deno.test("checkName() refuses a name that holds something invisible, for it would look like another", () => {
  const invisible = [
    "\u3164\u3164",
    "\u115f\u1160",
    "\uffa0\uffa0",
    "ada\u3164",
    "a\u034fda",
    "ada\ufe0f",
    "ada\u{e0100}",
  ];
  for (const name of invisible) {
    assertEquals(assertThrows(() => checkName(name), HttpError).status, 422, JSON.stringify(name));
  }
});

Deno.test("foldName() makes one of what looks or reads alike", () => {
  const cases: ReadonlyArray<readonly [one: string, other: string]> = [
    ["ada", "ADA"],
    ["Straße", "STRASSE"],
    ["ΣΊΣΥΦΟΣ", "σίσυφος"],
    ["σίσυφοσ", "σίσυφος"],
    ["Ａｄａ", "ada"],
    ["𝒜𝒹𝒶", "ada"],
    ["ﬁnn", "finn"],
    ["Zo\u00eb", "ZOE\u0308"],
    ["²", "2"],
    ["ÅNGSTRÖM", "\u212bngström"],
  ];
  for (const [one, other] of cases) assertEquals(foldName(one), foldName(other), `${one} ${other}`);
});

Deno.test("foldName() keeps apart what is not the same", () => {
  const cases: ReadonlyArray<readonly [one: string, other: string]> = [
    ["ada", "adá"],
    ["ada", "ada_"],
    ["ada1", "ada2"],
    ["аda", "ada"],
  ];
  for (const [one, other] of cases) assertNotEquals(foldName(one), foldName(other));
});

Deno.test("foldName() makes one of all the cases of a name", () => {
  for (const name of ["straße", "STRASSE", "STRAẞE", "Straẞe"]) assertEquals(foldName(name), "strasse", name);
});

Deno.test("foldName() changes nothing the second time", () => {
  for (const name of ["Straße", "ΣΊΣΥΦΟΣ", "Ａｄａ", "ﬁnn", "İstanbul", "ǅ", "ŉ", "ẞ", "ΐ", "ﬃ"]) {
    assertEquals(foldName(foldName(name)), foldName(name), name);
  }
});
