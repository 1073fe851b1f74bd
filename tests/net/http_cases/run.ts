/**
 * Runs cases against a port: whole, and split in two at every point.
 *
 * @module
 */
import { escapeBytes, type ExpectedReply, type ExpectedRequest, type HttpCase, type Seen, SMUGGLED } from "./case.ts";
import { type Reply, Wire } from "./wire.ts";

/** What shows that a connection goes on to answer. */
const PROBE = "GET /probe HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n";
/** So many connections are under way at once. */
const PARALLEL = 48;
/** Longer cases are not split. */
const MAX_SPLIT_BYTES = 200;

/** After so many failures there is no need to go on. */
const ENOUGH = 20;

/** A case with how it is sent. */
interface Attempt {
  readonly it: HttpCase;
  readonly pieces: readonly string[];
}

/**
 * Runs cases, many at once, each whole; what closes its connection is also sent with a request behind it, that must not be
 * answered.
 *
 * @returns What is wrong, one text for each failure.
 */
export async function runWhole(port: number, cases: readonly HttpCase[]): Promise<string[]> {
  const attempts = cases.flatMap(attemptsOf);
  const failures: string[] = [];
  const work = async () => {
    for (let attempt = attempts.pop(); attempt !== undefined; attempt = attempts.pop()) {
      const failure = await run(port, attempt);
      if (failure !== undefined) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return failures;
}

function attemptsOf(it: HttpCase): Attempt[] {
  const pieces = typeof it.send === "string" ? [it.send] : it.send;
  const whole = { it, pieces };
  if (it.then !== "closed" || it.isHalfClosed) return [whole];
  return [whole, { it, pieces: [...pieces.slice(0, -1), pieces.at(-1) + SMUGGLED] }];
}

async function run(port: number, attempt: Attempt): Promise<string | undefined> {
  using wire = await Wire.open(port);
  try {
    const replies = await converse(wire, attempt);
    checkReplies(attempt.it, replies);
    await (attempt.it.then === "closed" ? checkClosed(wire, attempt.it, replies) : checkOpen(wire, attempt.it));
  } catch (error) {
    return failureOf(attempt, `${(error as Error).message} (connection ${wire.state})`);
  }
}

function failureOf({ it, pieces }: Attempt, problem: string): string {
  const sent = pieces.map((piece) => `\n    sent "${escapeBytes(piece, 400)}"`).join("");
  return `${it.name}: ${problem}${sent}\n    expected ${JSON.stringify(it.replies, showPattern)}, then ${it.then}`;
}

function showPattern(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? String(value) : value;
}

/** Sends the pieces, and takes as many replies as are expected. */
async function converse(wire: Wire, { it, pieces }: Attempt): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await takeReplies(wire, it, { replies, count: index });
    await wire.write(piece);
  }
  if (it.isHalfClosed) await wire.closeWrite();
  await takeReplies(wire, it, { replies, count: it.replies.length });
  return replies;
}

async function takeReplies(
  wire: Wire,
  it: HttpCase,
  { replies, count }: { replies: Reply[]; count: number },
): Promise<void> {
  while (replies.length < count) {
    const finals = it.replies.filter(({ status }) => status !== 100);
    const next = finals[replies.filter(({ status }) => status !== 100).length];
    if (next === undefined) return;
    const reply = await wire.nextReply({ toHead: next.toHead ?? false });
    if (reply === undefined) return;
    replies.push(reply);
  }
}

function checkReplies({ replies: expected, then, isUnsaid }: HttpCase, replies: readonly Reply[]): void {
  const waiting = [...replies];
  for (const it of expected) {
    if (it.isOptional && waiting[0]?.status !== it.status) continue;
    const reply = waiting.shift();
    if (reply === undefined) throw new TypeError(`only ${replies.length} replies, ${statusesOf(replies)}`);
    checkReply(reply, it);
  }
  if (waiting.length > 0) throw new TypeError(`more replies than expected, ${statusesOf(replies)}`);
  const last = replies.at(-1);
  const says = hasClose(last);
  if (then === "open" && says) throw new TypeError("the reply says that the connection closes");
  if (then === "closed" && !says && !isUnsaid && last?.isComplete) {
    throw new TypeError(`the reply ${last.status} does not say that the connection closes`);
  }
}

function hasClose(reply: Reply | undefined): boolean {
  return /(^|,)\s*close\s*(,|$)/i.test(reply?.headers.get("connection") ?? "");
}

function statusesOf(replies: readonly Reply[]): string {
  return replies.map(({ status }) => status).join(" ") || "none";
}

function checkReply(reply: Reply, it: ExpectedReply): void {
  const problem = (what: string) =>
    new TypeError(`${what} in the reply ${reply.status} ${escapeBytes(reply.body, 300)}`);
  if (![it.status].flat().includes(reply.status)) throw problem("a wrong status");
  if (it.reason !== undefined && reply.reason !== it.reason) throw problem(`the phrase ${reply.reason}`);
  if (reply.isComplete === (it.isBroken ?? false)) throw problem(reply.isComplete ? "an end" : "no end of the body");
  if (it.body !== undefined && reply.body !== it.body) throw problem("a wrong body");
  for (const [name, expected] of Object.entries(it.headers ?? {})) {
    const value = reply.headers.get(name);
    if (!matches(value, expected)) throw problem(`${name}: ${value}`);
  }
  if (it.seen !== undefined && reply.status === 200) checkSeen(JSON.parse(utf8(reply.body)), it.seen);
}

function matches(value: string | undefined, expected: string | RegExp | null): boolean {
  return expected instanceof RegExp ? value !== undefined && expected.test(value) : (value ?? null) === expected;
}

function utf8(body: string): string {
  return new TextDecoder().decode(Uint8Array.from(body, (char) => char.charCodeAt(0)));
}

function checkSeen(seen: Seen, it: ExpectedRequest): void {
  const wrong = (what: string, value: unknown) => new TypeError(`the handler saw the ${what} ${JSON.stringify(value)}`);
  if (it.method !== undefined && seen.method !== it.method) throw wrong("method", seen.method);
  if (it.url !== undefined && hrefOf(seen.url) !== hrefOf(it.url)) throw wrong("URL", seen.url);
  if (it.body !== undefined && seen.body !== it.body) throw wrong("body", seen.body);
  for (const [name, value] of Object.entries(it.headers ?? {})) {
    if ((seen.headers[name] ?? null) !== value) throw wrong(`field ${name}`, seen.headers[name]);
  }
}

function hrefOf(url: string): string {
  return URL.parse(url)?.href ?? url;
}

async function checkOpen(wire: Wire, { then }: HttpCase): Promise<void> {
  await wire.write(PROBE);
  const reply = await wire.nextReply();
  if (reply === undefined) {
    if (then === "either" && wire.state === "closed") return;
    throw new TypeError("the connection does not go on");
  }
  if (reply.status !== 200 || JSON.parse(reply.body).url !== "http://probe/probe") {
    throw new TypeError(`the next request is answered by ${reply.status} ${reply.body}`);
  }
}

async function checkClosed(wire: Wire, it: HttpCase, replies: readonly Reply[]): Promise<void> {
  await wire.readToEnd();
  if (wire.received !== "") throw new TypeError(`more than was expected: ${escapeBytes(wire.received, 300)}`);
  if (wire.state === "closed") return;
  // A body that breaks off may do so by a reset.
  if (wire.state === "reset" && it.replies.some(({ isBroken }) => isBroken) && replies.length > 0) return;
  throw new TypeError("the connection is not closed");
}

/** A case that is being split, and its connection, which is kept as long as it stays open. */
interface Splitting {
  readonly it: HttpCase;
  readonly bytes: string;
  wire?: Wire;
}

/**
 * Runs the shorter cases that are accepted, split in two at every point, such that the pieces are read apart.
 *
 * @returns What is wrong, one text for each failure.
 */
export async function runSplit(port: number, cases: readonly HttpCase[]): Promise<string[]> {
  const splittings = cases.flatMap(splittingOf);
  const failures: string[] = [];
  using other = await Wire.open(port, 60_000);
  for (let at = 1; at < MAX_SPLIT_BYTES && failures.length < ENOUGH; at++) {
    const round = splittings.filter(({ bytes }) => bytes.length > at);
    await Promise.all(round.map((splitting) => sendFirst(port, splitting, at)));
    // The answer to another connection shows that the server has read what came before.
    await other.write("GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
    await other.nextReply();
    failures.push(
      ...(await Promise.all(round.map((splitting) => finish(splitting, at)))).filter((it) => it !== undefined),
    );
  }
  for (const { wire } of splittings) wire?.[Symbol.dispose]();
  return failures;
}

function splittingOf(it: HttpCase): Splitting[] {
  const isAccepted = it.replies.every(({ status }) => typeof status === "number" && status < 400);
  if (!isAccepted || it.isWholeOnly || typeof it.send !== "string" || it.send.length > MAX_SPLIT_BYTES) return [];
  return [{ it, bytes: it.send }];
}

async function sendFirst(port: number, splitting: Splitting, at: number): Promise<void> {
  splitting.wire ??= await Wire.open(port, 60_000);
  await splitting.wire.write(splitting.bytes.slice(0, at));
}

async function finish(splitting: Splitting, at: number): Promise<string | undefined> {
  const { it, bytes, wire } = splitting;
  const pieces = [bytes.slice(at)];
  try {
    const replies = await converse(wire!, { it, pieces });
    checkReplies(it, replies);
    if (it.then === "closed") await checkClosed(wire!, it, replies);
    else if (wire!.received !== "") throw new TypeError(`more came: ${escapeBytes(wire!.received, 300)}`);
    if (it.then !== "open") renew(splitting);
  } catch (error) {
    renew(splitting);
    return failureOf({ it, pieces: [bytes.slice(0, at), ...pieces] }, `split at ${at}, ${(error as Error).message}`);
  }
}

function renew(splitting: Splitting): void {
  splitting.wire?.[Symbol.dispose]();
  splitting.wire = undefined;
}
