import { assertEquals } from "@std/assert";
import { FIELD_VALUE, HEX_VALUE, isAuthority, isFieldValue, isToken, TARGET, TOKEN } from "../../lib/http1/grammar.ts";

const CHARACTERS = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const VISIBLE = CHARACTERS.slice(0x21, 0x7f).join("");

Deno.test("each table allows just the bytes of its rule", () => {
  const cases: ReadonlyArray<readonly [name: string, table: Uint8Array, allowed: string]> = [
    ["TOKEN", TOKEN, `!#$%&'*+-.^_\`|~${LETTERS}`],
    ["TARGET", TARGET, VISIBLE.replace("#", "")],
    ["FIELD_VALUE", FIELD_VALUE, `\t ${VISIBLE}${CHARACTERS.slice(0x80).join("")}`],
  ];
  for (const [name, table, allowed] of cases) {
    for (const [byte, character] of CHARACTERS.entries()) {
      assertEquals(table[byte], allowed.includes(character) ? 1 : 0, `${name} ${JSON.stringify(character)}`);
    }
  }
});

Deno.test("isToken() and isFieldValue() say of texts what the tables say of bytes", () => {
  for (const [byte, character] of CHARACTERS.entries()) {
    assertEquals(isToken(`a${character}`), TOKEN[byte] === 1, JSON.stringify(character));
    assertEquals(isFieldValue(`a${character}`), FIELD_VALUE[byte] === 1, JSON.stringify(character));
  }
  assertEquals([isToken(""), isFieldValue("")], [false, true]);
  assertEquals([isToken("a\u0100"), isFieldValue("a\u0100")], [false, false], "what is no byte is nothing");
  assertEquals([isToken("a\n"), isFieldValue("a\n"), isFieldValue("a\r\nb: c")], [false, false, false]);
});

Deno.test("HEX_VALUE has the value of each digit, and of nothing else", () => {
  for (const [byte, character] of CHARACTERS.entries()) {
    const digit = "0123456789abcdef".indexOf(character.toLowerCase());
    assertEquals(HEX_VALUE[byte], digit === -1 ? 255 : digit, JSON.stringify(character));
  }
});

Deno.test("isAuthority() knows names and addresses, with or without a port", () => {
  const good = [
    "a",
    "a.b",
    "a.b.",
    "127.0.0.1",
    "a:80",
    "a:",
    "[::1]",
    "[::1]:8000",
    "[::ffff:1.2.3.4]",
    "xn--a-0ga.example",
    "a_b",
    "A-1",
    "%41b",
    "a:65535",
  ];
  const bad = [
    "",
    ":80",
    "a:x",
    "a:-1",
    "a:123456",
    "a:65536",
    "a b",
    "a/b",
    "a?b",
    "a#b",
    "a@b",
    "a\\b",
    "[::1",
    "::1",
    "[]",
    "[::1]x",
    "[g::1]",
    "a:80:80",
    "%4",
    "%zz",
    "\xe9",
    "a\n",
    "[::1]]",
    "<a>",
    'a"b',
    "256.256.256.256",
  ];
  for (const text of good) assertEquals(isAuthority(text), true, text);
  for (const text of bad) assertEquals(isAuthority(text), false, text);
});
