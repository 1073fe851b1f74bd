import { Accounts } from "../../lib/auth/accounts.ts";
import { Sessions } from "../../lib/auth/sessions.ts";
import type { Config } from "../../lib/config.ts";
import { encodeFact, keyOf } from "../../lib/store/entries.ts";
import { openStore } from "../../lib/store/mod.ts";
import { masked } from "../websocket/frames.ts";
import { cheapPasswords, statusOf, tempDir, type TestServer, testServer } from "../testing.ts";

/** A real server that has members already. */
export interface PeopledServer extends TestServer {
  /** Their cookies, in the order of their names. */
  readonly cookies: readonly string[];
}

/** Makes accounts in a data folder, without passwords, which cost time, and starts a real server on it. */
export async function peopledServer(names: readonly string[], config: Partial<Config>): Promise<PeopledServer> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const cookies = await makeAccounts(dir.path, names);
  const server = stack.use(await testServer({ dataDir: dir.path, ...config }));
  const owned = stack.move();
  return { ...server, cookies, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function makeAccounts(dataDir: string, names: readonly string[]): Promise<string[]> {
  const { log, accounts: view } = openStore(dataDir);
  const accounts = new Accounts({ log, view, passwords: cheapPasswords() });
  const sessions = new Sessions({ log, accounts, sockets: { endSessions() {} } });
  const cookies = await Promise.all(names.map(async (name) => {
    const fact = { type: "account-made", id: `id-${name}`, name, role: "member" } as const;
    await log.append(keyOf.account(name), encodeFact(fact));
    return `session=${await sessions.begin(view.byId(fact.id)!)}`;
  }));
  await log.close();
  return cookies;
}

/** The status with which a handshake is answered. */
export async function knock(port: number, headers: Readonly<Record<string, string>>): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(handshake(port, headers)));
  const buffer = new Uint8Array(1_024);
  const count = await connection.read(buffer) ?? 0;
  return statusOf(new TextDecoder().decode(buffer.subarray(0, count)));
}

function handshake(port: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "commonroom.v1",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET /api/chat HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** A member whose client is a bare connection: it sends any bytes, and reads when it is told to. */
export class BareClient implements Disposable {
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects, and reads the head of the reply and no further. */
  static async connect({ port }: { port: number }, cookie: string): Promise<BareClient> {
    const client = new BareClient(await Deno.connect({ hostname: "127.0.0.1", port }));
    await client.#write(new TextEncoder().encode(handshake(port, { cookie })));
    const byte = new Uint8Array(1);
    for (let head = ""; !head.endsWith("\r\n\r\n"); head += String.fromCharCode(byte[0])) {
      if (await client.#connection.read(byte) === null) throw new Error(`The handshake failed: ${head}`);
    }
    return client;
  }

  /** Sends a frame: its first byte, and its payload. */
  async send(first: number, payload: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#write(masked(first, payload));
  }

  /** Reads to the end. Answers with the code of the last frame, if that closes; `undefined` if it was just dropped. */
  async closeCode(): Promise<number | undefined> {
    const chunks: Uint8Array[] = [];
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const count = await this.#connection.read(buffer).catch(() => null);
      if (count === null) break;
      chunks.push(buffer.slice(0, count));
      const code = closeCodeIn(new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()));
      // The handshake of closing is not finished: the server would wait for it.
      if (code !== undefined) return code;
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) sent += await this.#connection.write(bytes.subarray(sent));
  }
}

/** The code of a close frame among the frames of a server, which are not masked. */
function closeCodeIn(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at + 10 <= bytes.length;) {
    const short = bytes[at + 1] & 0x7f;
    const [head, length] = short === 127
      ? [10, Number(view.getBigUint64(at + 2))]
      : short === 126
      ? [4, view.getUint16(at + 2)]
      : [2, short];
    if ((bytes[at] & 0x0f) === 0x8) return view.getUint16(at + head);
    at += head + length;
  }
  return undefined;
}
