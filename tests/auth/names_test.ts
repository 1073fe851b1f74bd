import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { checkName, foldName, skeletonOf } from "../../lib/auth/names.ts";
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

Deno.test("checkName() refuses what turns the direction of writing", () => {
  for (const control of "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
    for (const name of [`ada${control}bob`, `${control}${control}ada`, `ada${control}x`]) {
      assertEquals(assertThrows(() => checkName(name), HttpError).status, 422, JSON.stringify(name));
    }
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

/** Pairs that can be told apart only by somebody who looks closely, or not at all. */
const LOOK_ALIKES: ReadonlyArray<readonly [one: string, other: string, because: string]> = [
  ["ada", "\u0430d\u0430", "Cyrillic а"],
  ["Ada", "\u0430da", "Cyrillic а for a capital"],
  ["sophia", "\u0455\u043e\u0440h\u0456\u0430", "Cyrillic ѕ, о, р, і, а"],
  ["joshua", "\u0458\u043e\u0455\u04bbua", "Cyrillic ј, о, ѕ, һ"],
  ["dan", "\u0501an", "Cyrillic ԁ"],
  ["quinn", "\u051buinn", "Cyrillic ԛ"],
  ["wendy", "\u051dend\u0443", "Cyrillic ԝ, у"],
  ["xenia", "\u0445\u0435nia", "Cyrillic х, е"],
  ["cecil", "\u0441e\u0441il", "Cyrillic с"],
  ["MAXIM", "\u041c\u0410\u0425\u0406\u041c", "Cyrillic МАХІМ"],
  ["KATE", "\u041a\u0410\u0422\u0415", "Cyrillic КАТЕ"],
  ["bob", "\u0412\u041e\u0412", "Cyrillic ВОВ"],
  ["bob", "\u0432\u043e\u0432", "Cyrillic вов"],
  ["HANNA", "\u041d\u0410NN\u0410", "Cyrillic Н, А"],
  ["zo\u00eb", "z\u043e\u0451", "Cyrillic о, ё"],
  ["anton", "\u0391\u039d\u03a4\u039f\u039d", "Greek ΑΝΤΟΝ"],
  ["Helen", "\u0397elen", "Greek Η"],
  ["Maria", "\u039caria", "Greek Μ"],
  ["paolo", "\u03c1\u03b1\u03bfl\u03bf", "Greek ρ, α, ο"],
  ["viv", "\u03bdi\u03bd", "Greek ν"],
  ["otto", "\u0585tt\u0585", "Armenian օ"],
  ["Sue", "\u054f\u057de", "Armenian Տ, ս"],
  ["ALEX", "\u13aa\u13de\u13acX", "Cherokee ᎪᏞᎬ"],
  ["bob", "\ua4d0\ua4f3\ua4d0", "Lisu ꓐꓳꓐ"],
  ["ada", "\u1d00\u1d05\u1d00", "small capitals"],
  ["ken", "\u1d0b\u1d07\u0274", "small capitals"],
  ["mr_t", "\u1d0d\u0280_\u1d1b", "small capitals"],
  ["ada", "\uff41\uff44\uff41", "full width"],
  ["ada", "\u{1d49c}\u{1d4b9}\u{1d4b6}", "mathematical"],
  ["finn", "\ufb01nn", "ligature"],
  ["foo", "\u017foo", "long s"],
  ["IAN", "lan", "I and l"],
  ["Ian", "1an", "I and 1"],
  ["ian", "IAN", "case"],
  ["1an", "ian", "1 for I, in another case"],
  ["pa\u0456", "pal", "Cyrillic і for I"],
  ["bill", "b1ll", "i and 1"],
  ["dilan", "d\u0131lan", "i without a dot"],
  ["ian", "i\u0307an", "i with two dots"],
  ["Otto", "0tt0", "O and 0"],
  ["emma", "ernrna", "m and rn"],
  ["Amir", "ARNIR", "M and RN"],
  ["walter", "VValter", "W and VV"],
  ["ada_b", "ada-b", "dashes"],
  ["ada_b", "ada\u30fcb", "the long vowel of Katakana"],
  ["Ada Bell", "Ada Be||", "bars"],
  ["Ada\u2010O\u2019Neil", "Ada_O'Nei1", "another dash, and an apostrophe"],
  ["ada", "a\u200bda\ufe0f", "what is not seen"],
  ["ad\u00e1", "ad\u00e1\u0301", "one acute on the other"],
];

Deno.test("skeletonOf() makes one of what looks alike", () => {
  for (const [one, other, because] of LOOK_ALIKES) assertEquals(skeletonOf(one), skeletonOf(other), because);
});

Deno.test("skeletonOf() keeps apart what the eye does", () => {
  const pairs = "ana/anna müller/muller ada/adá ada/ada_ ada1/ada2 bob/rob mia/nia vera/wera Lạn/Lan año/ano çan/can " +
    "иван/іван иван/ivan ольга/олга νίκος/vikos Zoë/Zoe José/Jose straße/strase søren/soren łukasz/lukasz " +
    "李小龍/李小竜 أحمد/محمد अनीता/अनिता";
  const cases = pairs.split(" ").map((pair) => pair.split("/"));
  for (const [one, other] of cases) assertNotEquals(skeletonOf(one), skeletonOf(other), `${one} ${other}`);
});

Deno.test("skeletonOf() changes nothing the second time, whatever the letter", () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const letter = String.fromCodePoint(codePoint);
    if (/\p{C}/u.test(letter)) continue;
    const skeleton = skeletonOf(`i${letter}`);
    if (skeletonOf(skeleton) !== skeleton) assertEquals(skeletonOf(skeleton), skeleton, codePoint.toString(16));
  }
});

Deno.test("skeletonOf() is the same in every case of a Latin name", () => {
  const names = "IAN Ian ada_Lovelace-2 WILLIAM Zoë Ｉａｎ 𝐈an Ångström ﬃ ² İnci 0I1".split(" ");
  for (const name of names) {
    for (const cased of [name.toLowerCase(), name.toUpperCase(), foldName(name)]) {
      assertEquals(skeletonOf(cased), skeletonOf(name), `${name} ${cased}`);
    }
  }
});
