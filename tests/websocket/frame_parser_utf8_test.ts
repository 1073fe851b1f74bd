/**
 * Text that is UTF-8, and text that is not: the group 6 of the Autobahn test suite, by its numbers.
 */
import { assertEquals } from "@std/assert";
import { byteByByte, concat, fromHex, hear, hexOf, masked, splits } from "./frames.ts";

const KOSME = "cebae1bdb9cf83cebcceb5";

const VALID: Readonly<Record<string, readonly string[]>> = {
  "6.2": [hexOf("Hello-µ@ßöäüàá-UTF-8!!")],
  "6.5": [KOSME],
  "6.6": ["ceba", "cebae1bdb9", "cebae1bdb9cf83", "cebae1bdb9cf83cebc"],
  "6.7": ["00", "c280", "e0a080", "f0908080"],
  "6.9": ["7f", "dfbf", "efbfbf", "f48fbfbf"],
  "6.11": ["ed9fbf", "ee8080", "efbfbd", "f48fbfbf"],
  "6.22": [
    ...["efbfbe", "efbfbf", "f09fbfbe", "f09fbfbf", "f0afbfbe", "f0afbfbf", "f0bfbfbe", "f0bfbfbf", "f18fbfbe"],
    ...["f18fbfbf", "f19fbfbe", "f19fbfbf", "f1afbfbe", "f1afbfbf", "f1bfbfbe", "f1bfbfbf", "f28fbfbe", "f28fbfbf"],
    ...["f29fbfbe", "f29fbfbf", "f2afbfbe", "f2afbfbf", "f2bfbfbe", "f2bfbfbf", "f38fbfbe", "f38fbfbf", "f39fbfbe"],
    ...["f39fbfbf", "f3afbfbe", "f3afbfbf", "f3bfbfbe", "f3bfbfbf", "f48fbfbe", "f48fbfbf"],
  ],
  "6.23": ["efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd"],
  "a byte order mark": ["efbbbf61", "61efbbbf"],
};

const continuations = Array.from({ length: 64 }, (_, at) => (0x80 + at).toString(16));
const lonely = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => (from + at).toString(16) + "20").join("");
const INCOMPLETE = ["c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"];

const INVALID: Readonly<Record<string, readonly string[]>> = {
  "6.3, 6.4": [`${KOSME}eda080656469746564`, `${KOSME}f4908080656469746564`],
  "6.6": ["ce", "cebae1", "cebae1bd", "cebae1bdb9cf", "cebae1bdb9cf83ce", "cebae1bdb9cf83cebcce"],
  "6.8": ["f888808080", "fc8480808080"],
  "6.10": ["f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"],
  "6.11": ["f4908080"],
  "6.12": ["80", "bf", "80bf", "80bf80", "80bf80bf", "80bf80bf80", "80bf80bf80bf", continuations.join("")],
  "6.13": [lonely(0xc0, 0xdf), lonely(0xe0, 0xef), lonely(0xf0, 0xf7), lonely(0xf8, 0xfb), lonely(0xfc, 0xfd)],
  "6.14": INCOMPLETE,
  "6.15": [INCOMPLETE.join("")],
  "6.16": ["fe", "ff", "fefeffff"],
  "6.17": ["c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"],
  "6.18": ["c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"],
  "6.19": ["c080", "e08080", "f0808080", "f880808080", "fc8080808080"],
  "6.20": ["eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"],
  "6.21": [
    ...["eda080edb080", "eda080edbfbf", "edadbfedb080", "edadbfedbfbf", "edae80edb080", "edae80edbfbf"],
    ...["edafbfedb080", "edafbfedbfbf"],
  ],
};

/** A text message in two frames, cut anywhere, or in frames of one byte. */
function* fragmentations(text: Uint8Array): Generator<Uint8Array[]> {
  yield [masked(0x81, text)];
  for (let at = 0; at <= text.length; at++) yield [masked(0x01, text.subarray(0, at)), masked(0x80, text.subarray(at))];
  yield [
    masked(0x01, new Uint8Array()),
    ...[...byteByByte(text)].map((byte) => masked(0x00, byte)),
    masked(0x80, new Uint8Array()),
  ];
}

/** How many of the bytes may come before it is plain that they are not UTF-8, by the built-in decoder. */
function goodLength(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < bytes.length; at++) {
    try {
      decoder.decode(bytes.subarray(at, at + 1), { stream: true });
    } catch {
      return at;
    }
  }
  return bytes.length;
}

function eachOf(cases: typeof VALID): Array<readonly [name: string, text: Uint8Array]> {
  return Object.entries(cases).flatMap(([group, texts]) =>
    texts.map((hex) => [`${group} ${hex}`, fromHex(hex)] as const)
  );
}

Deno.test("FrameParser takes UTF-8, however frames and bytes are split (Autobahn 6.1–6.23)", () => {
  for (const [name, bytes] of eachOf(VALID)) {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    for (const frames of fragmentations(bytes)) {
      for (const pieces of splits(concat(frames))) assertEquals(hear(pieces), [["text", text]], name);
    }
  }
});

Deno.test("FrameParser refuses what is not UTF-8, however frames and bytes are split (Autobahn 6.3–6.21)", () => {
  for (const [name, bytes] of eachOf(INVALID)) {
    for (const frames of fragmentations(bytes)) {
      for (const pieces of splits(concat(frames))) assertEquals(hear(pieces), [["error", 1007]], name);
    }
    assertEquals(hear([masked(0x82, bytes)])[0][0], "binary", name);
  }
});

Deno.test("FrameParser refuses text at the first byte that cannot be UTF-8, within a frame (Autobahn 6.4)", () => {
  const rest = new Uint8Array(50);
  const heads = { "a whole message": [0x81, 6], "a first fragment": [0x01, 6], "a reason": [0x88, 8] } as const;
  for (const [name, bytes] of eachOf(INVALID)) {
    const good = goodLength(bytes);
    if (good === bytes.length) continue;
    for (const [kind, [firstByte, headLength]] of Object.entries(heads)) {
      const code = firstByte === 0x88 ? [0x03, 0xe8] : [];
      const frame = masked(firstByte, concat([Uint8Array.from(code), bytes.subarray(0, 50), rest]).subarray(0, 100));
      assertEquals(hear([frame.subarray(0, headLength + good)]), [], `${name}: ${kind}`);
      for (const pieces of splits(frame.subarray(0, headLength + good + 1))) {
        assertEquals(hear(pieces), [["error", 1007]], `${name}: ${kind}`);
      }
    }
  }
});

Deno.test("FrameParser refuses text at the first byte that cannot be UTF-8, in a later fragment (Autobahn 6.4)", () => {
  for (const [name, bytes] of eachOf(INVALID)) {
    const good = goodLength(bytes);
    if (good === bytes.length) continue;
    const first = masked(0x01, bytes.subarray(0, good));
    const later = masked(0x00, concat([bytes.subarray(good), new Uint8Array(20)]).subarray(0, 20));
    assertEquals(hear([first, later.subarray(0, 6)]), [], name);
    assertEquals(hear([first, later.subarray(0, 7)]), [["error", 1007]], name);
  }
});
