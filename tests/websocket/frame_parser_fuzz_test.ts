/**
 * Random traffic, and random damage to it, from fixed seeds.
 */
import { assert, assertEquals } from "@std/assert";
import { byteByByte, concat, fromHex, hear, hexOf, masked, type Said } from "./frames.ts";

const MAX_MESSAGE_BYTES = 2_000;

/** Numbers from 0 up to a bound, the same ones for a seed (mulberry32). */
function randomOf(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

type Random = ReturnType<typeof randomOf>;

function randomBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random(256));
}

function randomText(random: Random): string {
  const alphabet = random(2) === 0 ? ["a", "b", " ", "{", '"'] : ["a", "ß", "€", "🙂", "\ufeff", "\0"];
  return Array.from({ length: random(random(4) === 0 ? 300 : 60) }, () => alphabet[random(alphabet.length)]).join("");
}

function frameOf(random: Random, firstByte: number, payload: Uint8Array): Uint8Array {
  return masked(firstByte, payload, [...randomBytes(random, 4)]);
}

/** A message in up to four frames, pings between them, and what has to be said of them. */
function randomMessage(random: Random): { frames: Uint8Array[]; said: Said[] } {
  const text = random(3) > 0 ? randomText(random) : undefined;
  const payload = text === undefined ? randomBytes(random, random(400)) : fromHex(hexOf(text));
  const cuts = Array.from({ length: random(4) }, () => random(payload.length + 1)).toSorted((a, b) => a - b);
  const frames: Uint8Array[] = [];
  const said: Said[] = [];
  for (const [index, start] of [0, ...cuts].entries()) {
    const isLast = index === cuts.length;
    const opcode = index > 0 ? 0 : text === undefined ? 2 : 1;
    frames.push(frameOf(random, (isLast ? 0x80 : 0) | opcode, payload.subarray(start, cuts[index] ?? payload.length)));
    if (!isLast && random(3) === 0) {
      const kind = random(2);
      frames.push(frameOf(random, 0x89 + kind, new Uint8Array(random(20))));
      said.push([kind === 0 ? "ping" : "pong", "00".repeat(frames[frames.length - 1].length - 6)]);
    }
  }
  said.push(text === undefined ? ["binary", Array.from(payload, hexOfByte).join("")] : ["text", text]);
  return { frames, said };
}

function hexOfByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function randomTraffic(random: Random): { bytes: Uint8Array<ArrayBuffer>; said: Said[] } {
  const messages = Array.from({ length: 1 + random(6) }, () => randomMessage(random));
  const frames = messages.flatMap((message) => message.frames);
  const said = messages.flatMap((message) => message.said);
  if (random(2) === 0) {
    frames.push(frameOf(random, 0x88, fromHex("03e9" + hexOf("bye"))));
    said.push(["close", 1001, "bye"]);
  }
  return { bytes: concat(frames), said };
}

/** Some bytes changed, left out, put in, or the end cut off. */
function damage(random: Random, bytes: Uint8Array): Uint8Array {
  let damaged: Uint8Array = bytes.slice();
  for (let times = 1 + random(4); times > 0; times--) {
    // Often near the beginning, where a head is.
    const at = random(random(2) === 0 ? Math.min(16, damaged.length) + 1 : damaged.length + 1);
    const [before, after] = [damaged.subarray(0, at), damaged.subarray(at)];
    const kind = random(5);
    if (kind === 0) damaged = concat([before, after.subarray(1 + random(4))]);
    else if (kind === 1) damaged = concat([before, randomBytes(random, 1 + random(4)), after]);
    else if (kind === 2) {
      damaged = concat([before, Uint8Array.of((after[0] ?? 0) ^ (1 << random(8))), after.subarray(1)]);
    } else if (kind === 3) damaged = concat([before, randomBytes(random, 1), after.subarray(1)]);
    else if (random(4) === 0) damaged = before;
  }
  return damaged;
}

function randomPieces(random: Random, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const longest = 1 + random(200);
  for (let at = 0; at < bytes.length;) {
    const end = at + random(longest + 1);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

Deno.test("FrameParser reads random traffic, split at random", () => {
  for (let seed = 0; seed < 500; seed++) {
    const random = randomOf(seed);
    const { bytes, said } = randomTraffic(random);
    for (const pieces of [[bytes], byteByByte(bytes), randomPieces(random, bytes), randomPieces(random, bytes)]) {
      assertEquals(hear(pieces, MAX_MESSAGE_BYTES), said, `seed ${seed}`);
    }
  }
});

Deno.test("FrameParser says the same of damaged traffic however it is split, and throws nothing but CloseErrors", () => {
  const codes = new Map<number, number>();
  for (let seed = 10_000; seed < 14_000; seed++) {
    const random = randomOf(seed);
    const bytes = damage(random, randomTraffic(random).bytes);
    const said = hear([bytes], MAX_MESSAGE_BYTES);
    for (const pieces of [byteByByte(bytes), randomPieces(random, bytes), randomPieces(random, bytes)]) {
      assertEquals(hear(pieces, MAX_MESSAGE_BYTES), said, `seed ${seed}`);
    }
    const ends = said.findIndex(([kind]) => kind === "error" || kind === "close");
    assert(ends < 0 || ends === said.length - 1, `seed ${seed}: something is said behind the end`);
    const last = said.at(-1);
    if (last?.[0] === "error") codes.set(last[1], (codes.get(last[1]) ?? 0) + 1);
  }
  assertEquals([...codes.keys()].toSorted(), [1002, 1007, 1009]);
  for (const [code, times] of codes) assert(times > 20, `${code} came ${times} times only`);
});
