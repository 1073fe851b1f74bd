/**
 * What the fuzzer sends: valid traffic of HTTP and WebSocket from a seed, and what can be done to it.
 *
 * Every character of a string is a byte.
 *
 * @module
 */

/** Numbers that only look random: the same seed gives the same ones (mulberry32). */
export class Random {
  #state: number;

  /**
   * Begins.
   *
   * @param seed Any integer.
   */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to but not 2^32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** From 0 up to but not `limit`. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** Once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of several. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}

/** What one connection sends. */
export interface Session {
  /** Stands in everything that it sends, and in nothing that others send. */
  readonly token: string;
  /** Sent one after the other. */
  readonly pieces: readonly string[];
  /** Whether the first reply is awaited before the last piece goes: what a WebSocket's client does. */
  readonly waits: boolean;
  /** Whether the client goes away without reading. */
  readonly aborts: boolean;
}

/** Looks like a token. */
export const TOKEN = /tok[0-9a-f]{16}/g;

/**
 * Makes the traffic of one connection.
 *
 * @param random Decides everything.
 */
export function makeSession(random: Random): Session {
  const hex = () => random.next().toString(16).padStart(8, "0");
  const token = `tok${hex()}${hex()}`;
  const isSocket = random.oneIn(3);
  const [first, rest] = isSocket ? [handshake(token), frames(random, token)] : ["", requests(random, token)];
  const waits = isSocket && !random.oneIn(4);
  const mutated = waits ? [first, mutate(random, rest)] : [mutate(random, first + rest)];
  const pieces = mutated.slice(0, -1).concat(splitUp(random, mutated.at(-1)!));
  return { token, pieces, waits, aborts: random.oneIn(10) };
}

type Template = (random: Random, token: string) => string;

const HOST = "Host: a\r\n";

const TEMPLATES: readonly Template[] = [
  (_, token) => `GET /${token} HTTP/1.1\r\n${HOST}\r\n`,
  (_, token) => `GET /?${token} HTTP/1.1\r\n${HOST}X-Token: ${token}\r\nAccept: */*\r\nCookie: a=b\r\n\r\n`,
  (_, token) => `GET http://a/${token} HTTP/1.1\r\n${HOST}Connection: keep-alive\r\n\r\n`,
  (_, token) => `HEAD /${token} HTTP/1.1\r\n${HOST}\r\n`,
  (_, token) => `OPTIONS * HTTP/1.1\r\n${HOST}X-Token: ${token}\r\n\r\n`,
  (_, token) => `GET /stream/${token} HTTP/1.1\r\n${HOST}\r\n`,
  (_, token) => `GET /nothing/${token} HTTP/1.1\r\n${HOST}\r\n`,
  (_, token) => `GET /later/${token} HTTP/1.1\r\n${HOST}\r\n`,
  (_, token) => `GET /${token} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`,
  (_, token) => `GET /${token} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
  (_, token) => `POST /${token} HTTP/1.1\r\n${HOST}Content-Length: ${token.length}\r\n\r\n${token}`,
  (_, token) => `POST /ignore/${token} HTTP/1.1\r\n${HOST}Content-Length: ${token.length}\r\n\r\n${token}`,
  (_, token) => `PUT / HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: ${token.length}\r\n\r\n${token}`,
  (random, token) =>
    `POST / HTTP/1.1\r\n${HOST}X: ${token}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks(random, token)}`,
  (random, token) => `POST /ignore HTTP/1.1\r\n${HOST}transfer-encoding:chunked\r\n\r\n${chunks(random, token)}`,
  (_, token) => `BREW /${token} HTTP/1.1\r\n${HOST}\r\n`,
];

function requests(random: Random, token: string): string {
  return Array.from({ length: 1 + random.below(5) }, () => random.pick(TEMPLATES)(random, token)).join("");
}

function chunks(random: Random, token: string): string {
  const chunk = () => `${token.length.toString(16)}${random.oneIn(4) ? ";a=b" : ""}\r\n${token}\r\n`;
  const body = Array.from({ length: 1 + random.below(3) }, chunk).join("");
  return `${body}0\r\n${random.oneIn(3) ? `X-Trailer: ${token}\r\n` : ""}\r\n`;
}

/** The request that opens a WebSocket. */
function handshake(token: string): string {
  return `GET /socket/${token} HTTP/1.1\r\n${HOST}Upgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
}

/** How a frame of a client may be. */
interface FrameOptions {
  readonly first: number;
  readonly isMasked?: boolean;
}

function frame(random: Random, payload: string, { first, isMasked = true }: FrameOptions): string {
  const flag = isMasked ? 0x80 : 0;
  const length = payload.length < 126
    ? byte(flag | payload.length)
    : byte(flag | 126) + byte(payload.length >> 8) + byte(payload.length & 255);
  const mask = Array.from({ length: 4 }, () => random.below(256));
  const masked = [...payload].map((char, index) => byte(char.charCodeAt(0) ^ mask[index % 4])).join("");
  return byte(first) + length + (isMasked ? mask.map(byte).join("") + masked : payload);
}

const byte = (code: number) => String.fromCharCode(code);

function frames(random: Random, token: string): string {
  const kinds: ReadonlyArray<() => string> = [
    () => frame(random, token, { first: 0x81 }),
    () => frame(random, token.repeat(10), { first: 0x81 }),
    () => frame(random, `${token}\0\xff`, { first: 0x82 }),
    () => frame(random, "", { first: 0x81 }),
    () => frame(random, token, { first: 0x89 }),
    () => frame(random, token, { first: 0x8a }),
    () =>
      frame(random, token, { first: 0x01 }) + frame(random, "", { first: 0x89 }) +
      frame(random, token, { first: 0x80 }),
    () => frame(random, "\xe2\x82", { first: 0x01 }) + frame(random, "\xac", { first: 0x80 }),
    () => frame(random, "\x03\xe8bye", { first: 0x88 }),
    () => frame(random, token, { first: random.below(256), isMasked: !random.oneIn(4) }),
  ];
  return Array.from({ length: 1 + random.below(8) }, () => random.pick(kinds)()).join("");
}

const DICTIONARY: readonly string[] = [
  "\r\n",
  "\n",
  "\r",
  "\r\n\r\n",
  "\0",
  " ",
  "\t",
  ":",
  ";",
  ",",
  "#",
  "%00",
  "\x0b",
  "\xff",
  "\xe2\x82",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding : chunked\r\n",
  "Transfer-Encoding:\x0bchunked\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: 0\r\n",
  "Content-Length: 18446744073709551616\r\n",
  "Content-Length: 1048577\r\n",
  "Host: b\r\n",
  "Connection: close\r\n",
  "Connection: upgrade\r\n",
  "Upgrade: websocket\r\n",
  "Sec-WebSocket-Extensions: permessage-deflate\r\n",
  "Sec-WebSocket-Version: 8\r\n",
  "Expect: 100-continue\r\n",
  "Expect: x\r\n",
  " folded\r\n",
  "0\r\n\r\n",
  "ffffffffffffffff\r\n",
  "10000000000000005\r\n",
  "-1",
  "+",
  "0x",
  "99999999999999999999",
  "GET / HTTP/1.1\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "HEAD ",
  "CONNECT a:1 HTTP/1.1\r\n",
  "HTTP/1.0",
  "HTTP/2.0",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\x88\x80\0\0\0\0",
  "\x81\xfe\xff\xff",
  "\x81\xff\0\0\0\0\xff\xff\xff\xff",
  "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff",
  "\xc1\x80\0\0\0\0",
  "\x89\xfe\0\x7e",
];

type Mutation = (random: Random, text: string, at: number) => string;

const MUTATIONS: readonly Mutation[] = [
  (random, text, at) => replace(text, at, { count: 1, by: byte((text.charCodeAt(at) || 0) ^ (1 << random.below(8))) }),
  (random, text, at) => replace(text, at, { count: 1, by: byte(random.below(256)) }),
  (random, text, at) => replace(text, at, { count: 1 + random.below(8), by: "" }),
  (random, text, at) => replace(text, at, { count: random.below(40), by: "" }),
  (random, text, at) => replace(text, at, { count: 0, by: byte(random.below(256)).repeat(1 + random.below(3)) }),
  (random, text, at) => replace(text, at, { count: 0, by: text.slice(at, at + random.below(80)) }),
  (random, text, at) => replace(text, at, { count: 0, by: random.pick(DICTIONARY) }),
  (random, text, at) => replace(text, at, { count: 0, by: random.pick(DICTIONARY) }),
  (random, text, at) => replace(text, at, { count: random.below(8), by: random.pick(DICTIONARY) }),
  (random, text) => afterLine(random, text),
  (_, text, at) => text.slice(0, at),
  (random, text, at) =>
    replace(text, at, {
      count: 0,
      by: random.pick(["A", " ", "\t", "0", "\r\n", "X: y\r\n"]).repeat(random.below(20_000)),
    }),
];

function replace(text: string, at: number, { count, by }: { count: number; by: string }): string {
  return text.slice(0, at) + by + text.slice(at + count);
}

/** Puts a word of the dictionary where a field could begin. */
function afterLine(random: Random, text: string): string {
  const lines = [...text.matchAll(/\r\n/g)].map(({ index }) => index + 2);
  return lines.length === 0 ? text : replace(text, random.pick(lines), { count: 0, by: random.pick(DICTIONARY) });
}

function mutate(random: Random, text: string): string {
  let mutated = text;
  const count = random.pick([0, 1, 1, 1, 2, 2, 3, 5]);
  for (let turn = 0; turn < count; turn++) {
    mutated = random.pick(MUTATIONS)(random, mutated, random.below(mutated.length + 1));
  }
  return mutated;
}

function splitUp(random: Random, text: string): string[] {
  const count = random.pick([0, 0, 1, 1, 2, 4, 8]);
  const points = Array.from({ length: count }, () => random.below(text.length + 1)).toSorted((a, b) => a - b);
  return [0, ...points].map((start, index) => text.slice(start, points[index] ?? text.length));
}
