/**
 * What the parser makes of a client's frames: the groups 1–5, 7 and 10 of the Autobahn test suite, and what it leaves out.
 */
import { assertEquals, assertThrows } from "@std/assert";
import { CloseError } from "../../lib/websocket/close_error.ts";
import { FrameParser } from "../../lib/websocket/frame_parser.ts";
import { fromHex, hear, hexOf, masked, type Said, splits, wire, type WireCase } from "./frames.ts";

const SIZES = [0, 1, 125, 126, 127, 128, 65_535, 65_536];
const BROKEN: Said = ["error", 1002];

const SIZE_CASES: readonly WireCase[] = SIZES.flatMap((size) => [
  { name: `text of ${size} bytes`, frames: `81:2a*${size}`, said: [["text", "*".repeat(size)]] },
  { name: `binary of ${size} bytes`, frames: `82:fe*${size}`, said: [["binary", "fe".repeat(size)]] },
]);

const PING_CASES: readonly WireCase[] = [
  { name: "an empty ping", frames: "89:", said: [["ping", ""]] },
  { name: "a ping of text", frames: `89:${hexOf("Hello")}`, said: [["ping", hexOf("Hello")]] },
  { name: "a ping of bytes that are no UTF-8", frames: "89:00fffefdfcfb00ff", said: [["ping", "00fffefdfcfb00ff"]] },
  { name: "a ping of 125 bytes", frames: "89:fe*125", said: [["ping", "fe".repeat(125)]] },
  { name: "a ping of 126 bytes", frames: "89:fe*126", said: [BROKEN] },
  { name: "a pong nobody asked for", frames: "8a: 8a:01", said: [["pong", ""], ["pong", "01"]] },
  { name: "a pong of 126 bytes", frames: "8a:fe*126", said: [BROKEN] },
  { name: "ten pings", frames: "89:07 ".repeat(10), said: Array<Said>(10).fill(["ping", "07"]) },
];

const RESERVED_CASES: readonly WireCase[] = [
  ...["91", "a1", "b1", "c1", "d1", "e1", "f1", "c2", "c0", "c9", "90", "ca", "a8", "71"].map((byte) => ({
    name: `reserved bits in ${byte}`,
    frames: `81:2a ${byte}:2a 89:`,
    said: [["text", "*"], BROKEN] as const,
  })),
  ...["3", "4", "5", "6", "7", "b", "c", "d", "e", "f"].flatMap((opcode) =>
    ["8", "0"].map((final) => ({
      name: `opcode ${opcode}, first digit ${final}`,
      frames: `81:2a ${final}${opcode}:2a 89:`,
      said: [["text", "*"], BROKEN] as const,
    }))
  ),
];

const FRAGMENT_CASES: readonly WireCase[] = [
  { name: "text in two frames", frames: "01:61 80:62", said: [["text", "ab"]] },
  { name: "binary in three frames", frames: "02:fe 00:ff 80:fd", said: [["binary", "fefffd"]] },
  { name: "only empty frames", frames: "01: 00: 80:", said: [["text", ""]] },
  { name: "empty frames around", frames: "01: 00: 00:61 00: 80:", said: [["text", "a"]] },
  { name: "empty binary frames", frames: "02: 80:", said: [["binary", ""]] },
  {
    name: "control frames between",
    frames: "01:61 89:01 00:62 8a:02 80:63",
    said: [["ping", "01"], ["pong", "02"], [
      "text",
      "abc",
    ]],
  },
  { name: "a ping within a character", frames: "01:f09f 89:ff 80:9982", said: [["ping", "ff"], ["text", "🙂"]] },
  { name: "a fragmented ping", frames: "09:61 80:62", said: [BROKEN] },
  { name: "a fragmented pong", frames: "0a:61 80:62", said: [BROKEN] },
  { name: "a fragmented close", frames: "08:03e8 80:", said: [BROKEN] },
  { name: "a continuation of nothing", frames: "80:61 81:62", said: [BROKEN] },
  { name: "an empty continuation of nothing", frames: "80:", said: [BROKEN] },
  { name: "a continuation of nothing, not final", frames: "00:61", said: [BROKEN] },
  { name: "a continuation behind a message", frames: "81:61 80:62", said: [["text", "a"], BROKEN] },
  { name: "a continuation behind fragments", frames: "01:61 80:62 80:63", said: [["text", "ab"], BROKEN] },
  { name: "text within text", frames: "01:61 81:62", said: [BROKEN] },
  { name: "binary within text", frames: "01:61 00:62 02:63", said: [BROKEN] },
  { name: "text within binary", frames: "02: 01:62", said: [BROKEN] },
  { name: "a message given up by a close", frames: "01:f0 88:03e8c3a9 80:62", said: [["close", 1000, "é"]] },
  {
    name: "kinds that alternate",
    frames: "01:c3 80:a9 02:c3 80:28 81:2a",
    said: [["text", "é"], ["binary", "c328"], [
      "text",
      "*",
    ]],
  },
];

const LENGTH_CASES: readonly WireCase[] = [
  { name: "125 in 16 bits, masked", frames: `=81fe007d00000000${"61".repeat(125)}`, said: [BROKEN] },
  { name: "0 in 16 bits", frames: "=81fe000000000000", said: [BROKEN] },
  { name: "65535 in 64 bits", frames: "=82ff000000000000ffff00000000", said: [BROKEN] },
  { name: "0 in 64 bits", frames: "=82ff000000000000000000000000", said: [BROKEN] },
  { name: "the highest bit", frames: "=82ff800000000000000000000000", said: [BROKEN] },
  { name: "all bits", frames: "=82ffffffffffffffffff00000000", said: [BROKEN] },
  { name: "2^63 - 1", frames: "=82ff7fffffffffffffff00000000", said: [["error", 1009]] },
  { name: "2^53 + 1", frames: "=82ff002000000000000100000000", said: [["error", 1009]] },
  { name: "2^32", frames: "=82ff000000010000000000000000", said: [["error", 1009]] },
  { name: "a ping in 16 bits", frames: "=89fe007d00000000", said: [BROKEN] },
  { name: "a ping in 64 bits", frames: "=89ff000000000000007d00000000", said: [BROKEN] },
  { name: "text without a mask", frames: "=810548656c6c6f", said: [BROKEN] },
  { name: "an empty frame without a mask", frames: "=8100", said: [BROKEN] },
  { name: "a ping without a mask", frames: "=8900", said: [BROKEN] },
  { name: "a close without a mask", frames: "=880203e8", said: [BROKEN] },
];

const CLOSE_CASES: readonly WireCase[] = [
  { name: "no code", frames: "88:", said: [["close", undefined, ""]] },
  { name: "one byte", frames: "88:03", said: [BROKEN] },
  { name: "a code", frames: "88:03e8", said: [["close", 1000, ""]] },
  { name: "a code and a reason", frames: `88:03e8${hexOf("Bye 🙂")}`, said: [["close", 1000, "Bye 🙂"]] },
  { name: "a reason of 123 bytes", frames: `88:03e8${"2a".repeat(123)}`, said: [["close", 1000, "*".repeat(123)]] },
  { name: "a reason of 124 bytes", frames: `88:03e8${"2a".repeat(124)}`, said: [BROKEN] },
  { name: "a reason that is no UTF-8", frames: "88:03e8cebae1bdb9cf83cebcceb5eda08065", said: [["error", 1007]] },
  { name: "a reason that breaks off", frames: "88:03e8e282", said: [["error", 1007]] },
  { name: "a bad code before a bad reason", frames: "88:03edff", said: [BROKEN] },
  { name: "a byte order mark", frames: "88:03e8efbbbf", said: [["close", 1000, "\ufeff"]] },
  {
    name: "what comes behind",
    frames: "81:61 88:03e8 81:62 89: 88: =ffff",
    said: [["text", "a"], ["close", 1000, ""]],
  },
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map((code) => ({
    name: `code ${code}`,
    frames: `88:${code.toString(16).padStart(4, "0")}`,
    said: [["close", code, ""]] as const,
  })),
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map((code) => ({
    name: `code ${code}`,
    frames: `88:${code.toString(16).padStart(4, "0")}`,
    said: [BROKEN],
  })),
];

const GROUPS: Readonly<Record<string, readonly WireCase[]>> = {
  "payloads of all sizes (Autobahn 1)": SIZE_CASES,
  "pings and pongs (Autobahn 2)": PING_CASES,
  "reserved bits and opcodes (Autobahn 3, 4)": RESERVED_CASES,
  "fragments (Autobahn 5)": FRAGMENT_CASES,
  "lengths and masks": LENGTH_CASES,
  "close frames (Autobahn 7)": CLOSE_CASES,
};

for (const [group, cases] of Object.entries(GROUPS)) {
  Deno.test(`FrameParser reads ${group}, however they are split`, () => {
    for (const { name, frames, said } of cases) {
      for (const pieces of splits(wire(frames))) assertEquals(hear(pieces), said, name);
    }
  });
}

Deno.test("FrameParser reads every mask", () => {
  const payload = new TextEncoder().encode("Hello, world");
  for (const mask of [[0, 0, 0, 0], [255, 255, 255, 255], [128, 0, 0, 1], [0, 0, 0, 255], [127, 254, 1, 200]]) {
    for (const pieces of splits(masked(0x81, payload, mask))) {
      assertEquals(hear(pieces), [["text", "Hello, world"]], mask.join());
    }
  }
});

Deno.test("FrameParser reads long messages in fragments of any size (Autobahn 9, 10)", () => {
  const text = "Hello-µ@ßöäüàá-UTF-8!!".repeat(3_000);
  const bytes = new TextEncoder().encode(text);
  for (const size of [64, 255, 1_300, 65_536, bytes.length]) {
    const frames: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const isLast = at + size >= bytes.length;
      frames.push(masked((isLast ? 0x80 : 0) | (at === 0 ? 1 : 0), bytes.subarray(at, at + size)));
    }
    assertEquals(hear(frames), [["text", text]], String(size));
  }
});

Deno.test("FrameParser refuses a message by its declared length, before the payload", () => {
  const cases: ReadonlyArray<readonly [frames: string, said: readonly Said[]]> = [
    ["81:61*10", [["text", "a".repeat(10)]]],
    ["=818b00000000", [["error", 1009]]],
    ["=828b00000000", [["error", 1009]]],
    ["=82fe007e00000000", [["error", 1009]]],
    ["01:61*5 80:61*5", [["text", "a".repeat(10)]]],
    ["01:61*5 =808600000000", [["error", 1009]]],
    ["02:61*10 =008100000000", [["error", 1009]]],
    ["02:61*10 00: 80:", [["binary", "61".repeat(10)]]],
    ["81:61*10 01:61*10 80: 82:61*10", [["text", "a".repeat(10)], ["text", "a".repeat(10)], [
      "binary",
      "61".repeat(10),
    ]]],
    ["89:61*20 88:03e861626364656667686970", [["ping", "61".repeat(20)], ["close", 1000, "abcdefghip"]]],
  ];
  for (const [frames, said] of cases) {
    for (const pieces of splits(wire(frames))) assertEquals(hear(pieces, 10), said, frames);
  }
  assertEquals(hear([wire("81:")], 0), [["text", ""]]);
  assertEquals(hear([wire("81:61")], 0), [["error", 1009]]);
});

Deno.test("FrameParser fails at the first byte that breaks a rule", () => {
  const cases: ReadonlyArray<readonly [name: string, hex: string]> = [
    ["a reserved bit", "c1"],
    ["a reserved opcode", "83"],
    ["a fragmented ping", "09"],
    ["no mask", "8105"],
    ["a long ping", "89fe"],
    ["a close of one byte", "8881"],
    ["the highest bit of a length", "81ff80"],
    ["a length that is not the shortest", "81fe007d"],
    ["a bad close code", "888700000000" + "03ee"],
  ];
  for (const [name, hex] of cases) {
    const bytes = fromHex(hex);
    assertEquals(hear([bytes.subarray(0, -1)]), [], name);
    assertEquals(hear([bytes]), [["error", 1002]], name);
  }
});

Deno.test("FrameParser takes a message of very many fragments in linear time, however small they are", () => {
  const middle = wire("00:61 00: 00:");
  const many = new Uint8Array(middle.length * 100_000);
  for (let at = 0; at < many.length; at += middle.length) many.set(middle, at);
  assertEquals(hear([wire("01:"), many, wire("80:")]), [["text", "a".repeat(100_000)]]);
});

Deno.test("FrameParser is dead after an error of an event, too", () => {
  let texts = 0;
  const fail = () => {
    texts++;
    throw new TypeError("The room is gone");
  };
  const events = { text: fail, binary: fail, ping: fail, pong: fail, close: fail };
  const parser = new FrameParser({ maxMessageBytes: 100, events });
  assertThrows(() => parser.push(wire("81:61 81:62")), TypeError, "gone");
  parser.push(wire("81:63"));
  assertEquals(texts, 1);
});

Deno.test("FrameParser says why it closes in at most 123 bytes", () => {
  const events = { text() {}, binary() {}, ping() {}, pong() {}, close() {} };
  for (
    const frames of [
      "c1:",
      "83:",
      "09:",
      "=8100",
      "89:61*126",
      "88:03",
      "88:03ed",
      "80:",
      "81:ff",
      "82:61*200",
      "=82fe0001",
    ]
  ) {
    const parser = new FrameParser({ maxMessageBytes: 100, events });
    const error = assertThrows(() => parser.push(wire(frames)), CloseError);
    assertEquals(error.message.length > 0 && new TextEncoder().encode(error.message).length <= 123, true, frames);
  }
});
