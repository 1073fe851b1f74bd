import { assertEquals, assertThrows } from "@std/assert";
import { encodeClose, encodeFrame, encodeText } from "../../lib/websocket/frame_writer.ts";
import { OPCODES } from "../../lib/websocket/opcodes.ts";
import { hexOf, toHex } from "./frames.ts";

const LENGTHS: ReadonlyArray<readonly [bytes: number, form: string]> = [
  [0, "00"],
  [1, "01"],
  [125, "7d"],
  [126, "7e007e"],
  [127, "7e007f"],
  [65_535, "7effff"],
  [65_536, "7f0000000000010000"],
  [200_000, "7f0000000000030d40"],
];

Deno.test("encodeText() and encodeFrame() give each length in its shortest form", () => {
  for (const [bytes, form] of LENGTHS) {
    const payload = new Uint8Array(bytes).fill(0x61);
    assertEquals(toHex(encodeText("a".repeat(bytes))), `81${form}${"61".repeat(bytes)}`, `text ${bytes}`);
    assertEquals(toHex(encodeFrame(OPCODES.binary, payload)), `82${form}${"61".repeat(bytes)}`, `binary ${bytes}`);
  }
});

Deno.test("encodeText() counts bytes, not characters", () => {
  const cases: ReadonlyArray<readonly [text: string, form: string]> = [
    ["é".repeat(62), "7c"],
    ["é".repeat(63), "7e007e"],
    ["🙂".repeat(31) + "a", "7d"],
    ["🙂".repeat(16_383) + "abc", "7effff"],
    ["🙂".repeat(16_384), "7f0000000000010000"],
    ["€".repeat(21_844), "7efffc"],
    ["€".repeat(21_845), "7effff"],
    ["€".repeat(21_846), "7f0000000000010002"],
    ["\ufeffa", "04"],
  ];
  for (const [text, form] of cases) {
    assertEquals(toHex(encodeText(text)), `81${form}${hexOf(text)}`, `${text.slice(0, 2)}… ${text.length}`);
  }
});

Deno.test("encodeText() makes U+FFFD of a lone surrogate", () => {
  assertEquals(toHex(encodeText("a\ud83d")), "810461efbfbd");
  assertEquals(toHex(encodeText("\ude42a")), "8104efbfbd61");
});

Deno.test("a frame is nobody else's memory", () => {
  const payload = new Uint8Array([1, 2]);
  const frames = [encodeText("first"), encodeFrame(OPCODES.binary, payload), encodeText("second")];
  payload.fill(0);
  assertEquals(frames.map(toHex), [`8105${hexOf("first")}`, "82020102", `8106${hexOf("second")}`]);
  for (const frame of frames) assertEquals(frame.buffer.byteLength, frame.length);
});

Deno.test("encodeFrame() makes control frames of at most 125 bytes", () => {
  for (const [name, first] of [["ping", "89"], ["pong", "8a"], ["close", "88"]] as const) {
    assertEquals(toHex(encodeFrame(OPCODES[name], new Uint8Array(125))), `${first}7d${"00".repeat(125)}`);
    assertThrows(() => encodeFrame(OPCODES[name], new Uint8Array(126)), RangeError, "126");
  }
});

Deno.test("encodeClose() sends a code and a reason cut between two characters", () => {
  const cases: ReadonlyArray<readonly [code: number | undefined, reason: string, payload: string]> = [
    [undefined, "", ""],
    [undefined, "left out", ""],
    [1000, "", "03e8"],
    [4999, "ok", "13876f6b"],
    [1001, "é", "03e9c3a9"],
    [1000, "a".repeat(123), "03e8" + "61".repeat(123)],
    [1000, "a".repeat(124), "03e8" + "61".repeat(123)],
    [1000, "é".repeat(62), "03e8" + "c3a9".repeat(61)],
    [1000, "🙂".repeat(31), "03e8" + "f09f9982".repeat(30)],
  ];
  for (const [code, reason, payload] of cases) {
    const length = (payload.length / 2).toString(16).padStart(2, "0");
    assertEquals(toHex(encodeClose(code, reason)), `88${length}${payload}`, `${code} ${reason}`);
  }
});

Deno.test("encodeClose() sends no code that must not be sent", () => {
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2000, 5000, 65_536, 1000.5, NaN]) {
    assertThrows(() => encodeClose(code, ""), RangeError, String(code));
  }
});
