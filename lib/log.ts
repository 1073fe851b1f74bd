/**
 * One line a request, on standard output; nothing else writes there.
 *
 * Lines are gathered and written together at most 50 ms later: a write for each would cost more than many requests.
 *
 * @module
 */

import { within } from "./within.ts";

/** The form of the log: text for people, JSON for programs, or nothing. */
export type LogFormat = "text" | "json" | "off";

/** What is told of one request. */
export interface RequestLine {
  /** The id that error replies carry too. */
  readonly requestId: string;
  /** The method of the request. */
  readonly method: string;
  /** The path, percent-encoded, without the query: queries may hold what people searched for. */
  readonly path: string;
  /** The status of the reply. */
  readonly status: number;
  /** From the first byte handled to the reply handed over, in ms. */
  readonly durationMs: number;
  /** The address of the other side. */
  readonly address: string;
  /** The name of the account, if somebody was logged in. */
  readonly user: string | undefined;
  /** Why it was refused before it was a request at all. */
  readonly refusal?: string;
}

/** Where the log's lines go: one or more lines, the last without its end. A promise says when they are taken. */
export type Sink = (text: string) => void | Promise<void>;

const FLUSH_AFTER_MS = 50;
/** How long the end of the program waits for the log to be read, in ms. */
const MAX_DRAIN_MS = 200;
/** Past this many lines waiting they are written at once: a burst must not pile up in memory. */
const FLUSH_AT_LINES = 500;

/** Characters that wait while nobody reads: beyond, lines are lost, for a log must neither stop nor fill the server. */
const MAX_WAITING_CHARACTERS = 1024 * 1024;

/** Writes the log. */
export class Logger {
  readonly #format: LogFormat;
  readonly #sink: Sink;
  #waiting = "";
  #waitingLines = 0;
  #lostLines = 0;
  #writing: Promise<void> | undefined;
  #stampText = "";
  #stampedAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Opens the log.
   *
   * @param format The form of the lines; with `off` only errors are written, as text.
   * @param sink Where the lines go; by default standard output.
   */
  constructor(format: LogFormat, sink: Sink = writeToStdout) {
    this.#format = format;
    this.#sink = sink;
  }

  /** Whether requests are told of. */
  get isOn(): boolean {
    return this.#format !== "off";
  }

  /** Adds the line of one request. */
  request(line: RequestLine): void {
    if (!this.isOn) return;
    const at = this.#stamp();
    this.#add(this.#format === "json" ? JSON.stringify({ at, ...line }) : asText(at, line));
  }

  /**
   * Adds an error with its stack, and those of its causes.
   *
   * @param error What was thrown.
   * @param requestId The request it belongs to, if any.
   */
  error(error: unknown, requestId = "-"): void {
    const details = describe(error);
    const at = this.#stamp();
    this.#add(
      this.#format === "json"
        ? JSON.stringify({ at, requestId, error: details })
        : `${at} error ${requestId} ${details}`,
    );
  }

  /** Says something to the person at the terminal, at once and in order, whatever the format. */
  say(text: string): void {
    this.#append(text);
    this.flush();
  }

  /** Writes what waits, or leaves it to the write that is under way. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waitingLines === 0 || this.#writing !== undefined) return;
    const written = this.#sink(this.#waiting);
    this.#waiting = "";
    this.#waitingLines = 0;
    this.#writing = written?.then(() => {
      this.#writing = undefined;
      this.flush();
    });
  }

  /** Waits until all is written, but for a moment at most: nobody may be reading. */
  async drained(): Promise<void> {
    this.flush();
    const allWritten = async () => {
      while (this.#writing !== undefined) await this.#writing;
    };
    await within(allWritten(), MAX_DRAIN_MS);
  }

  #add(line: string): void {
    this.#append(line);
    if (this.#waitingLines >= FLUSH_AT_LINES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  #append(line: string): void {
    if (this.#waiting.length > MAX_WAITING_CHARACTERS) {
      this.#lostLines++;
      return;
    }
    const lost = this.#lostLines === 0 ? "" : `(${this.#lostLines} lines were lost: nobody read the log)\n`;
    this.#lostLines = 0;
    this.#waiting += `${this.#waitingLines === 0 ? "" : "\n"}${lost}${line}`;
    this.#waitingLines++;
  }

  /** The time, written once for all the lines of a ms. */
  #stamp(): string {
    const nowMs = Date.now();
    if (nowMs !== this.#stampedAtMs) {
      this.#stampedAtMs = nowMs;
      this.#stampText = new Date(nowMs).toISOString();
    }
    return this.#stampText;
  }
}

async function writeToStdout(text: string): Promise<void> {
  let bytes = new TextEncoder().encode(`${text}\n`);
  try {
    // Not writeSync: it waits for the reader of a full pipe, and everybody with it.
    while (bytes.length > 0) bytes = bytes.subarray(await Deno.stdout.write(bytes));
  } catch {
    // The reader is gone.
  }
}

function asText(at: string, line: RequestLine): string {
  const { status, method, path, durationMs, address, requestId, user = "-", refusal } = line;
  const tenths = Math.round(durationMs * 10);
  const text = `${at} ${status} ${method} ${path} ${Math.floor(tenths / 10)}.${
    tenths % 10
  }ms ${address} ${user} ${requestId}`;
  return refusal === undefined ? text : `${text} ${refusal}`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\n  caused by ${describe(error.cause)}`;
  return `${isOutOfFiles(error) ? error.message : error.stack ?? error.message}${cause}`;
}

/** To make a stack the runtime opens a file: where no more can be opened (EMFILE, ENFILE), that ends the process. */
function isOutOfFiles({ message }: Error): boolean {
  return /\(os error 2[34]\)|EMFILE|ENFILE/.test(message);
}
