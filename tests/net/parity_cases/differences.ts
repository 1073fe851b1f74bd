/**
 * Where the transports differ, and why: all of it. Everything else that is asked of both is answered alike.
 *
 * Each is asserted to be so, on a fresh server of each transport; one that is gone has to go from this list.
 *
 * @module
 */
import { toBytes } from "../http_cases/wire.ts";
import { hexOf, wire } from "../../websocket/frames.ts";
import { head } from "./case.ts";
import type { Answer } from "./subject.ts";
import type { TalkClient } from "./talk.ts";

/** A difference in what is answered to some bytes. */
export interface Difference {
  /** What differs. */
  readonly name: string;
  /** Why it is let be. */
  readonly reason: string;
  /** The bytes; `{host}` stands for the server's address. */
  readonly send: string;
  /** What the native transport answers, from the status line to the end of the connection. */
  readonly native: RegExp;
  /** What the raw transport answers. */
  readonly raw: RegExp;
}

/** A difference in what is heard on a socket after its welcome. */
export interface TalkDifference extends Omit<Difference, "send"> {
  /** What is done on the socket. */
  readonly talk: (client: TalkClient) => Promise<void>;
}

const STRICTER =
  "hyper lets it through or tells it otherwise, before we see it; RFC 9112 asks for, or allows, what raw does";
const CLOSE = "Connection: close";
const HANDSHAKE = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];
const OK = /^HTTP\/1\.1 200 OK\r\n/;

function get(target: string, ...fields: readonly string[]): string {
  return head(`GET ${target} HTTP/1.1`, "Host: {host}", ...fields, CLOSE);
}

function post(fields: readonly string[], body: string, version = "1.1"): string {
  return head(`POST /nothing HTTP/${version}`, "Host: {host}", ...fields, CLOSE) + body;
}

const status = (code: number) => new RegExp(`^HTTP/1\\.1 ${code} `);
/** A refusal of hyper's own: it says nothing. */
const EMPTY_400 = /^HTTP\/1\.1 400 Bad Request\r\ncontent-length: 0\r\n/;
/** A refusal of the raw transport: it says what is wrong. */
const refusal = (code: number, text: RegExp) => new RegExp(`^HTTP/1\\.1 ${code} [^]*\r\n\r\n${text.source}\n$`);

/** What raw refuses, or tells more of. */
const STRICT: ReadonlyArray<readonly [name: string, send: string, native: RegExp, raw: RegExp]> = [
  ["a missing Host", head("GET /healthz HTTP/1.1", CLOSE), OK, refusal(400, /.*Host is missing/)],
  ["an empty Host", head("GET /healthz HTTP/1.1", "Host:", CLOSE), OK, refusal(400, /Host must be .*/)],
  ["a Host that is none", head("GET /healthz HTTP/1.1", "Host: a b", CLOSE), /^[^]*"error"/, refusal(400, /Host .*/)],
  ["a refusal's text", "nonsense\r\n\r\n", EMPTY_400, refusal(400, /A request begins with a method.*/)],
  ["a line that ends with LF alone", get("/healthz").replaceAll("\r", ""), OK, refusal(400, /.*CR and LF/)],
  ["a fragment in the target", get("/healthz#a"), OK, refusal(400, /.*percent-encoded.*/)],
  ["a target of another scheme", get("ftp://{host}/healthz"), OK, refusal(400, /The target has to be .*/)],
  ["a tunnel", head("CONNECT a:80 HTTP/1.1", "Host: a:80", CLOSE), /"error"/, refusal(501, /.*no tunnels/)],
  [
    "a method of more than 64 letters",
    get("/").replace("GET", "A".repeat(65)),
    /"error"/,
    refusal(501, /.*no such method/),
  ],
  ["HTTP/2.0 in the request line", get("/healthz").replace("1.1", "2.0"), EMPTY_400, refusal(505, /.*speaks.*/)],
  ["HTTP/1.2, which is read as 1.1", get("/healthz").replace("1.1", "1.2"), EMPTY_400, OK],
  [
    "two Content-Length",
    post(["Content-Length: 2", "Content-Length: 2"], "hi"),
    status(404),
    refusal(400, /.*Length.*/),
  ],
  [
    "a coding besides chunked",
    post(["Transfer-Encoding: gzip, chunked"], "0\r\n\r\n"),
    status(404),
    refusal(501, /.*/),
  ],
  [
    "another expectation",
    post(["Expect: miracles", "Content-Length: 0"], ""),
    status(404),
    refusal(417, /.*100-continue/),
  ],
  ["more than 100 fields", get("/healthz", ...Array(101).fill("X: y")), OK, refusal(431, /.*100 header fields/)],
  ["more than 32 KiB of fields", get("/healthz", `X: ${"y".repeat(33_000)}`), OK, refusal(431, /.*32768 bytes.*/)],
  ["a target of more than 8000 bytes", get(`/healthz?${"y".repeat(8_000)}`), OK, refusal(414, /.*8000 bytes/)],
];

/** The differences by HTTP. */
export const DIFFERENCES: readonly Difference[] = [
  ...STRICT.map(([name, send, native, raw]) => ({ name, reason: STRICTER, send, native, raw })),
  {
    name: "a broken chunk",
    reason: "Deno tells the application that the body broke, and drops the connection with the reply unsent",
    send: head(
      "POST /api/search HTTP/1.1",
      "Host: {host}",
      "Content-Type: application/json",
      "Transfer-Encoding: chunked",
      CLOSE,
    ) +
      "nonsense\r\n",
    native: /^$/,
    raw: /^HTTP\/1\.1 400 Bad Request\r\n[^]*"error"/,
  },
  {
    name: "the version in the reply to HTTP/1.0",
    reason:
      "hyper repeats the request's; RFC 9110 §6.2 has a server say what it speaks itself, and then it says that it closes",
    send: head("GET /healthz HTTP/1.0", "Host: {host}"),
    native: /^HTTP\/1\.0 200 OK\r\n(?!.*connection)/,
    raw: /^HTTP\/1\.1 200 OK\r\n[^]*connection: close/,
  },
  {
    name: "a WebSocket that begins with HTTP/1.0",
    reason: "RFC 6455 §4.1 asks for 1.1; Deno does not tell the application which version came",
    // A close frame behind it ends the socket that native opens.
    send: head("GET /api/chat HTTP/1.0", "Host: {host}", "Cookie: {cookie of ada}", ...HANDSHAKE) + "\x88\x80\0\0\0\0",
    native: /^HTTP\/1\.0 101 /,
    raw: /^HTTP\/1\.1 400 [^]*A WebSocket begins with HTTP\/1\.1/,
  },
  {
    name: "the phrase of 413",
    reason: "hyper knows the one of RFC 7231; RFC 9110 §15.5.14 renamed it",
    send: head("POST /api/search HTTP/1.1", "Host: {host}", "Content-Length: 70000", CLOSE) + "x".repeat(70_000),
    native: /^HTTP\/1\.1 413 Payload Too Large\r\n/,
    raw: /^HTTP\/1\.1 413 Content Too Large\r\n/,
  },
  {
    name: "a body that nobody read",
    reason: "hyper closes the connection; raw reads and drops up to 64 KiB, for a new connection costs more",
    send: head("PUT /nothing HTTP/1.1", "Host: {host}", "Content-Length: 20000") + "x".repeat(20_000) + get("/healthz"),
    native: /^HTTP\/1\.1 404 (?![^]*200 OK)[^]*connection: close/,
    raw: /^HTTP\/1\.1 404 [^]*HTTP\/1\.1 200 OK/,
  },
];

/** What both transports say alike but for the differences above that would show in many replies. */
export function withoutPhrase({ status, ...answer }: Answer): Answer {
  return { ...answer, status: status.replace("413 Payload Too Large", "413 Content Too Large") };
}

const WEBSOCKET = "Deno's own WebSocket does so, and gives us no say: see native_socket.ts";
const HELLO = '{"type":"resume","rooms":{"common":0}}';
const frames = (text: string) => async (client: TalkClient) => {
  await client.raw(wire(text));
  await client.take(1);
};

/** The differences by WebSocket: what is heard next. */
export const TALK_DIFFERENCES: readonly TalkDifference[] = [
  {
    name: "a frame without a mask",
    reason: WEBSOCKET,
    talk: async (client) => {
      await client.raw(toBytes(`\x81${String.fromCharCode(HELLO.length)}${HELLO}`));
      await client.take(1);
    },
    native: /^\[\{"type":"replayed"/,
    raw: /^\[\{"close":1002,/,
  },
  {
    name: "a reserved bit",
    reason: WEBSOCKET,
    talk: frames(`c1:${hexOf(HELLO)}`),
    native: /^\["/,
    raw: /"close":1002/,
  },
  { name: "an unknown opcode", reason: WEBSOCKET, talk: frames("83:00"), native: /^\["/, raw: /"close":1002/ },
  { name: "a text that is no UTF-8", reason: WEBSOCKET, talk: frames("81:ff"), native: /^\["/, raw: /"close":1007/ },
  {
    name: "fragments that end inside a character",
    reason: WEBSOCKET,
    talk: frames(`01:${hexOf(HELLO)} 80:c3`),
    native: /^\[\{"type":"/,
    raw: /"close":1007/,
  },
  {
    name: "the reason of an echoed close",
    reason: "RFC 6455 §5.5.1 has the code come back; the reason means nothing to who gave it",
    talk: async (client) => {
      await client.sendClose(1001, "going away");
      await client.take(1);
    },
    native: /"close":1001,"reason":"going away"/,
    raw: /"close":1001,"reason":""/,
  },
];
