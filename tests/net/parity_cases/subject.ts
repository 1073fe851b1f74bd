/**
 * One server of a parity case, and what it has answered.
 *
 * @module
 */
import type { Config } from "../../../lib/config.ts";
import { cheapPasswords, PASSWORD, type TestServer, testServer } from "../../testing.ts";
import { type Reply, Wire } from "../http_cases/wire.ts";
import type { Bytes, ParityCase, Request, Step } from "./case.ts";
import { Talk } from "./talk.ts";

/** A transport. */
export type Transport = Config["transport"];

/** One reply, with what differs by nature replaced. */
export interface Answer {
  /** What was asked. */
  readonly asked: string;
  /** The status and its phrase; what became of the connection if no reply came. */
  readonly status: string;
  /** The fields, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The cookies that were set. */
  readonly cookies: readonly string[];
  /** The body, one character a byte. */
  readonly body: string;
}

/** All that one server has said. */
export interface Heard {
  /** The replies, in order. */
  readonly answers: readonly Answer[];
  /** What each socket heard. */
  readonly talk: Readonly<Record<string, readonly unknown[]>>;
}

/** Starts a server where anyone may register, unless told otherwise. */
export async function startSubject(config: Partial<Config>): Promise<Subject> {
  // createServices() takes what hashes passwords from the configuration, if it has one.
  const cheap = { isRegistrationOpen: true, dataDir: ":memory:", passwords: cheapPasswords() };
  return new Subject(await testServer({ ...cheap, ...config }));
}

/** Starts a server of a transport, does what a case says, and tells what was heard. */
export async function hear(transport: Transport, it: ParityCase): Promise<Heard> {
  await using subject = await startSubject({ ...it.config, transport });
  for (const name of it.members ?? []) await subject.register(name);
  if (it.isIndexed) await subject.awaitIndex();
  const answers = [];
  for (const step of it.steps ?? []) answers.push(...await subject.do(step));
  const talk = new Talk(subject);
  try {
    await it.talk?.(talk);
  } finally {
    talk.close();
  }
  return { answers, talk: talk.heard };
}

/** One running server, and the browsers of those who use it. */
export class Subject implements AsyncDisposable {
  /** Its port. */
  readonly port: number;
  readonly #server: TestServer;
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Begins with a server that nobody has used. */
  constructor(server: TestServer) {
    this.#server = server;
    this.port = server.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** Stops the server: its sockets are told. */
  async stop(): Promise<void> {
    await this.#server.server.close();
  }

  /** Registers somebody, and keeps the cookie of the session. */
  async register(name: string): Promise<void> {
    const [{ status, body }] = await this.do({ path: "/api/register", as: name, body: { name, password: PASSWORD } });
    if (status !== "201 Created") throw new Error(`Cannot register ${name}: ${status} ${body}`);
  }

  /** Waits until the page `found.html` can be found. */
  async awaitIndex(): Promise<void> {
    for (;;) {
      const [{ body }] = await this.do({ path: "/api/search", body: { query: "needle", in: ["pages"] } });
      if (JSON.parse(body).total > 0) return;
    }
  }

  /** Does one thing. */
  do(step: Step): Promise<Answer[]> {
    return "bytes" in step ? this.#send(step) : this.#request(step);
  }

  /** What stands for addresses and cookies in what is sent. */
  fill(text: string): string {
    return text.replaceAll("{host}", `127.0.0.1:${this.port}`)
      .replaceAll(/\{cookie of (\w+)\}/g, (_, name) => this.cookie(name));
  }

  /** The cookies of somebody's browser. */
  cookie(name: string): string {
    return Array.from(this.#cookies.get(name) ?? [], ([key, value]) => `${key}=${value}`).join("; ");
  }

  async #request({ path, headers, body, as, method = body === undefined ? "GET" : "POST" }: Request) {
    const content = typeof body === "object" ? JSON.stringify(body) : this.fill(body ?? "");
    const fields: Record<string, string> = { host: "{host}" };
    if (as !== undefined && this.cookie(as) !== "") fields.cookie = `{cookie of ${as}}`;
    if (typeof body === "object") fields["content-type"] = "application/json";
    if (body !== undefined) fields["content-length"] = String(content.length);
    Object.assign(fields, headers);
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const bytes = `${method} ${path} HTTP/1.1\r\n${lines}\r\n${content}`;
    return await this.#send({ bytes, replies: 1, toHead: method === "HEAD" ? [0] : [] }, as);
  }

  async #send({ bytes, toHead = [], replies = Infinity }: Bytes, as?: string): Promise<Answer[]> {
    using wire = await Wire.open(this.port);
    await wire.write(this.fill(bytes));
    const [line] = bytes.split("\r\n", 1);
    const answers: Answer[] = [];
    while (answers.length < replies) {
      const asked = answers.length === 0 ? line : `${line}, reply ${answers.length + 1}`;
      const reply = await wire.nextReply({ toHead: toHead.includes(answers.length) });
      if (reply !== undefined && as !== undefined) this.#keepCookies(as, reply);
      answers.push(reply === undefined ? nothing(asked, wire.state) : answerOf(asked, reply));
      if (reply === undefined) break;
    }
    return answers;
  }

  #keepCookies(as: string, { cookies }: Reply): void {
    const kept = this.#cookies.get(as) ?? new Map<string, string>();
    this.#cookies.set(as, kept);
    for (const cookie of cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value === "") kept.delete(name);
      else kept.set(name, value);
    }
  }
}

function nothing(asked: string, state: string): Answer {
  return { asked, status: state, headers: {}, cookies: [], body: "" };
}

/** The clock stands still, so that only the runtime's own Date, and what is random, differs by nature. */
function answerOf(asked: string, { status, reason, headers, cookies, body }: Reply): Answer {
  const { date, "set-cookie": _, ...fields } = Object.fromEntries(headers);
  const shown = cookies.map((cookie) => cookie.replace(/^(session=)[\w-]{20,}/, "$1TOKEN"));
  return {
    asked,
    status: `${status} ${reason}`,
    headers: { ...fields, date: date === undefined ? "none" : "DATE" },
    cookies: shown,
    body: body.replaceAll(RANDOM, (found) => "x".repeat(found.length)),
  };
}

/** The ids of sessions, and the keys that a server makes of its own. */
const RANDOM = /(?<=["/])(?:[\w-]{43}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})(?=["/])/g;
