import { assertEquals } from "@std/assert";
import { turnMask, unmask } from "../../lib/websocket/unmask.ts";

const MASK = 0x80fa213d;

/** As RFC 6455 §5.3 writes it. */
function maskSlowly(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, at) => byte ^ ((MASK >>> (24 - 8 * (at % 4))) & 0xff));
}

Deno.test("unmask() and turnMask() do as RFC 6455 §5.3 says, in any two pieces", () => {
  for (let length = 0; length < 20; length++) {
    const original = Uint8Array.from({ length }, (_, at) => at * 17);
    for (let at = 0; at <= length; at++) {
      const bytes = original.slice();
      unmask(bytes.subarray(0, at), MASK);
      unmask(bytes.subarray(at), turnMask(MASK, at));
      assertEquals(bytes, maskSlowly(original), `${at} of ${length}`);
    }
  }
});

Deno.test("unmask() tells whether all that comes out is ASCII", () => {
  for (let length = 1; length < 10; length++) {
    const ascii = new Uint8Array(length).fill(0x7f);
    assertEquals(unmask(maskSlowly(ascii), MASK), 0x7f);
    for (let at = 0; at < length; at++) assertEquals(unmask(maskSlowly(ascii.with(at, 0x80)), MASK) > 0x7f, true);
  }
});
