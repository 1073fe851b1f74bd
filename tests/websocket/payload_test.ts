import { assert, assertEquals } from "@std/assert";
import { Payload } from "../../lib/websocket/payload.ts";

Deno.test("a Payload hands over what was appended, and begins anew", () => {
  const payload = new Payload();
  const piece = new Uint8Array([1, 2, 3]);
  payload.append(piece, 10);
  payload.append(new Uint8Array(), 10);
  payload.append(piece.subarray(1), 10);
  piece.fill(0);
  const taken = payload.take();
  assertEquals([payload.length, payload.bytes], [0, new Uint8Array()]);
  payload.append(new Uint8Array([9]), 10);
  assertEquals(taken, new Uint8Array([1, 2, 3, 2, 3]));
  assertEquals(payload.take(), new Uint8Array([9]));
});

Deno.test("a Payload holds at most twice what came, never more than can come, and nothing when it is empty", () => {
  const payload = new Payload();
  assertEquals(payload.bytes.buffer.byteLength, 0);
  let buffers = 0;
  let last: ArrayBuffer | undefined;
  for (let length = 1; length <= 5_000; length++) {
    payload.append(new Uint8Array([length & 0xff]), 5_000);
    const { buffer } = payload.bytes;
    assert(buffer.byteLength <= Math.min(2 * length, 5_000), `${buffer.byteLength} for ${length}`);
    if (buffer !== last) buffers++;
    last = buffer;
  }
  assert(buffers < 20, `copied ${buffers} times`);
  payload.take();
  assertEquals(payload.bytes.buffer.byteLength, 0);
});
