/**
 * The eight stations of a request's journey, as `lib/app.ts` lists them, and what each of them decided on one request.
 *
 * Nothing here is guessed: the request's bytes are parsed by the parser that the server has, the rest is told by the log's
 * line of that request, by the table of routes and by the reply's bytes.
 *
 * @module
 */
import { STATUS_TEXT } from "@std/http/status";
import { checkSameOrigin } from "../auth/origin.ts";
import { HttpError } from "../errors.ts";
import type { Route } from "../file_routes.ts";
import { bodyLength, CHUNKED, expectsContinue, wantsToPersist } from "../http1/framing.ts";
import { HEAD_LIMITS, type RequestHead } from "../http1/request_head.ts";
import { requestUrl } from "../http1/target.ts";
import type { RequestLine } from "../log.ts";
import { RAW_LIMITS } from "../net/raw_limits.ts";
import { type Exchange, type ParsedReply, see, type Seen } from "./wire.ts";

/** The stations in their order, and the function where each of them stands. */
export const STATIONS: ReadonlyArray<{ readonly name: string; readonly where: string }> = [
  { name: "Accept", where: "lib/net/raw.ts #accept()" },
  { name: "Parse", where: "lib/http1/request_head.ts parse()" },
  { name: "Enter", where: "lib/app.ts enter()" },
  { name: "Guard", where: "lib/app.ts #guard()" },
  { name: "Match", where: "lib/app.ts #respond()" },
  { name: "Handle", where: "lib/app.ts handle()" },
  { name: "Settle", where: "lib/app.ts #settle()" },
  { name: "Write", where: "lib/net/raw_reply.ts sendReply()" },
];

/** What one station decided. */
export interface Decision {
  /** Whether the request went on, was refused here, or never came here. */
  readonly outcome: "passed" | "refused" | "skipped";
  /** The decision, in a few words. */
  readonly verdict: string;
  /** What it was made of. */
  readonly facts: ReadonlyArray<readonly [name: string, value: string]>;
}

/** An exchange that came to the application, and so into the log. */
type Known = Seen & { readonly line: RequestLine };
type Facts = Array<readonly [name: string, value: string]>;

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS", "TRACE"];
const COMMON_HEADERS = ["x-content-type-options", "referrer-policy", "content-security-policy"];
const FILE_SERVER = "answerWith() of lib/files/reply.ts";
const SKIPPED: Decision = { outcome: "skipped", verdict: "the request never came here", facts: [] };

/** The decisions of the eight stations on one request, in their order. */
export function decide(exchange: Exchange): readonly Decision[] {
  const seen = see(exchange);
  const first = [accepted(exchange), parsing(seen)];
  const { line } = exchange;
  // What the transport refuses by itself has a line, but no id: the application knows nothing of it.
  if (line === undefined || line.requestId === "-") {
    return [...first, ...Array<Decision>(5).fill(SKIPPED), writing({ ...seen, line: undefined })];
  }
  const known = { ...seen, line };
  const guard = guarding(known);
  const match = guard.outcome === "passed" ? matching(known) : SKIPPED;
  const handle = match.outcome === "passed" ? handling(known) : SKIPPED;
  return [...first, entering(known), guard, match, handle, settling(known), writing(seen)];
}

function accepted({ clientPort }: Exchange): Decision {
  const { maxConnections, maxConnectionsPerAddress, headTimeoutMs } = RAW_LIMITS;
  return passed("there is room for it", [
    ["who", `127.0.0.1, port ${clientPort}, by TCP`],
    ["room", `1 of ${count(maxConnections)} connections, ${count(maxConnectionsPerAddress)} an address; more get 503`],
    ["deadline", `${headTimeoutMs / 1_000} s for the head; who is later gets 408`],
  ]);
}

function parsing({ head, error, isComplete, line }: Seen): Decision {
  if (error !== undefined) {
    return {
      ...refused(error.status, error.message),
      facts: line === undefined ? [] : [["log", JSON.stringify(line)]],
    };
  }
  if (!isComplete) return { outcome: "refused", verdict: "the head never ended", facts: [] };
  const { method, target, fields } = head;
  const targetStart = head.start + method.length + 1;
  const fieldsStart = targetStart + target.length + " HTTP/1.1\r\n".length;
  const names = Array.from({ length: fields.count }, (_, field) => fields.name(field)).join(", ");
  const { maxFields, maxFieldsBytes } = HEAD_LIMITS;
  return passed("a request", [
    ["method", `${method}, bytes ${range(head.start, method)}`],
    ["target", `${target}, bytes ${range(targetStart, target)}`],
    ["version", `HTTP/1.${head.minorVersion}`],
    ["fields", `${fields.count} in ${count(head.end - fieldsStart)} bytes: ${names || "none"}`],
    ["", `(at most ${maxFields}, in ${count(maxFieldsBytes)} bytes; more get 431)`],
    ["body", bodyText(head)],
    ["connection", wantsToPersist(head) ? "is to be kept for the next request" : "is to be closed after the reply"],
  ]);
}

function bodyText(head: RequestHead): string {
  const length = bodyLength(head);
  if (length === 0) return "none";
  const waits = expectsContinue(head) ? "; the client waits for 100 Continue before it sends" : "";
  return (length === CHUNKED ? "in chunks, until one is empty" : `${count(length)} bytes, says Content-Length`) + waits;
}

function entering({ line, head, host }: Known): Decision {
  return passed("handed to the application", [
    ["url", requestUrl(head, { scheme: "http", fallbackHost: host })],
    ["request id", line.requestId],
  ]);
}

function guarding(known: Known): Decision {
  const { line, reply, head: { fields } } = known;
  const { path, method, user } = line;
  const foreign = SAFE_METHODS.includes(method) ? undefined : foreignOrigin(known);
  const isRefused = path === "-" || line.status === 501 || foreign !== undefined;
  const { outcome, verdict } = isRefused ? refused(line.status, messageOf(reply)) : passed("it may go on", []);
  const facts: Facts = [["path", path], ["method", line.status === 501 ? `${method} is unknown` : method]];
  if (path !== "-" && line.status !== 501) facts.push(["origin", originText(known)]);
  if (!isRefused) {
    facts.push(["user", user ?? `nobody: there is no ${fields.has("cookie") ? "such session" : "cookie"}`]);
  }
  return { outcome, verdict, facts };
}

function originText({ line, head: { fields } }: Known): string {
  if (SAFE_METHODS.includes(line.method)) return `not asked for: a ${line.method} changes nothing`;
  const origin = fields.get("origin") ?? fields.get("sec-fetch-site");
  return origin === undefined ? "none is named, so this comes from no browser, and may pass" : origin;
}

function foreignOrigin({ head, host }: Known): HttpError | undefined {
  const { fields } = head;
  const url = URL.parse(requestUrl(head, { scheme: "http", fallbackHost: host }));
  if (url === null) return undefined;
  const headers = new Headers();
  for (const name of ["origin", "sec-fetch-site"]) if (fields.has(name)) headers.set(name, fields.get(name)!);
  try {
    checkSameOrigin(headers, url.host);
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

function matching({ line, match, reply, head }: Known): Decision {
  const { status, method } = line;
  if (match === undefined) return matchingFile(line, reply);
  const { pattern, file, allow, maxBodyBytes } = match.route;
  const facts: Facts = [["pattern", pattern]];
  for (const [name, value] of Object.entries(match.params)) facts.push([`[${name}]`, value]);
  facts.push(["answers", allow]);
  const length = head.fields.contentLengths === 0 ? 0 : bodyLength(head);
  if (length > 0) facts.push(["body", `${count(length)} bytes, of ${count(maxBodyBytes)} that the route takes`]);
  if (handlerOf(match.route, method) === undefined && method !== "OPTIONS" || length > maxBodyBytes) {
    return { ...refused(status, messageOf(reply)), facts };
  }
  return passed(`the route ${file}`, facts);
}

function matchingFile({ status }: RequestLine, reply: ParsedReply | undefined): Decision {
  const location = reply?.headers.get("location");
  if (location?.startsWith("/login?")) return refused(status, `the site is for members; go to ${location}`);
  if (status >= 400 && ![412, 416].includes(status)) return refused(status, messageOf(reply));
  const type = reply?.headers.get("content-type");
  const facts: Facts = type == null ? [] : [["type", type]];
  return passed(location == null ? "no route; a file of the site" : `no route; its address is ${location}`, facts);
}

function handling({ line, match, reply }: Known): Decision {
  const { method, status } = line;
  const handler = match && handlerOf(match.route, method);
  const middleware = match?.route.middleware.length ?? 0;
  const facts: Facts = [["called", handler === undefined ? "nothing" : `${handler}() of ${match!.route.file}`]];
  if (match === undefined) facts[0] = ["called", reply?.headers.has("location") ? "redirect()" : FILE_SERVER];
  if (middleware > 0) facts.push(["behind", `${middleware} middleware`]);
  facts.push(["took", `${line.durationMs.toFixed(2)} ms, all from station 3 on`]);
  if (status === 101) return passed("it asked for a WebSocket, and gets it", facts);
  if (status >= 400) return { ...refused(status, messageOf(reply)), facts };
  return passed(handler === undefined && match !== undefined ? "the table of routes answers" : "it answered", facts);
}

/** Which of its functions a route calls for a method. */
function handlerOf({ handlers }: Route, method: string): string | undefined {
  if (handlers.has(method)) return method;
  return method === "HEAD" && handlers.has("GET") ? "GET" : undefined;
}

function settling({ line, reply, defects }: Known): Decision {
  const facts: Facts = [];
  if (line.status >= 400) facts.push(["error", "made a reply, with the request's id, so that the log tells more"]);
  for (const name of COMMON_HEADERS) {
    const value = reply?.headers.get(name);
    if (value != null) facts.push(["header", `${name}: ${value}`]);
  }
  facts.push(["log", JSON.stringify(line)], ...defects.map((text) => ["defect", text] as const));
  return passed(`the reply is ${statusText(line.status)}`, facts);
}

function writing({ reply, reads, receivedBytes, isCut, line }: Seen): Decision {
  if (reply === undefined) return { outcome: "refused", verdict: "closed without a reply", facts: [] };
  const { headBytes, headers, status } = reply;
  const bodyBytes = receivedBytes - headBytes;
  const closes = headers.get("connection") === "close";
  const facts: Facts = [
    ["framing", framingText(reply, line?.method)],
    ["connection", status === 101 ? "is a WebSocket from now on" : closes ? "closed" : "kept for the next request"],
    ["bytes", `${count(receivedBytes)}: ${count(headBytes)} of head and ${count(bodyBytes)} of body`],
    ["", `in ${reads} read${reads === 1 ? "" : "s"}${isCut ? ", and no end was seen" : ""}`],
  ];
  return passed(`sent${line === undefined ? ` ${statusText(status)}` : ""}`, facts);
}

function framingText({ headers, status }: ParsedReply, method: string | undefined): string {
  const length = headers.get("content-length");
  if (status === 101 || status === 204 || status === 304) return `none: a ${status} has no body`;
  if (headers.has("transfer-encoding")) return "chunked: the length is not known beforehand";
  if (length === null) return "none: the body ends with the connection";
  return `content-length: ${length}${method === "HEAD" ? ", of the body that a GET would get" : ""}`;
}

/** What the reply says of an error. */
function messageOf(reply: ParsedReply | undefined): string {
  if (reply === undefined) return "no reply came";
  try {
    return JSON.parse(reply.text).error.message;
  } catch {
    return STATUS_TEXT[reply.status as keyof typeof STATUS_TEXT] ?? "";
  }
}

function passed(verdict: string, facts: Decision["facts"]): Decision {
  return { outcome: "passed", verdict, facts };
}

function refused(status: number, message: string): Decision {
  return { outcome: "refused", verdict: `refused with ${status}: ${message}`, facts: [] };
}

function statusText(status: number): string {
  return `${status} ${STATUS_TEXT[status as keyof typeof STATUS_TEXT] ?? ""}`.trimEnd();
}

function count(number: number): string {
  return number.toLocaleString("en");
}

function range(start: number, text: string): string {
  return text.length === 1 ? String(start) : `${start} to ${start + text.length - 1}`;
}
