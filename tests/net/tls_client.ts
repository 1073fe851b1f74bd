/**
 * What the tests of TLS share: two certificates, the files that a server reads them from, and clients.
 *
 * The certificates are for localhost and 127.0.0.1, for a hundred years; each was made by
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=first
 * -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE`.
 *
 * @module
 */
import { join } from "@std/path";
import type { TlsFiles, TlsPair } from "../../lib/net/tls.ts";
import { PROJECT_DIR, tempDir } from "../testing.ts";

const fixture = (name: string) => Deno.readTextFileSync(join(PROJECT_DIR, "tests", "fixtures", name));

/** The names of the certificates. */
export type PairName = "first" | "second";

/** The certificates. */
export const PAIRS: Readonly<Record<PairName, TlsPair>> = {
  first: { cert: fixture("tls_first.cert.pem"), key: fixture("tls_first.key.pem") },
  second: { cert: fixture("tls_second.cert.pem"), key: fixture("tls_second.key.pem") },
};

/** Files of a certificate and its key that may change. */
export interface PairFiles extends AsyncDisposable {
  /** Where they are. */
  readonly files: TlsFiles;
  /** Writes both anew. */
  write(pair: TlsPair): Promise<void>;
}

/** Puts a pair into files. */
export async function pairFiles(pair: TlsPair = PAIRS.first): Promise<PairFiles> {
  const dir = await tempDir({ "cert.pem": pair.cert, "key.pem": pair.key });
  return {
    files: { certFile: join(dir.path, "cert.pem"), keyFile: join(dir.path, "key.pem") },
    async write({ cert, key }) {
      await dir.write("cert.pem", cert);
      await dir.write("key.pem", key);
    },
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

/** A connection over TLS. */
export interface TlsClient extends Disposable {
  /** The connection. */
  readonly connection: Deno.TlsConn;
  /** Sends something, and reads what comes next; "" at the end. */
  ask(bytes: string | Uint8Array<ArrayBuffer>): Promise<string>;
}

/** Connects, trusting the certificates that are named. */
export async function connectTls(port: number, names: readonly PairName[] = ["first", "second"]): Promise<TlsClient> {
  const caCerts = names.map((name) => PAIRS[name].cert);
  const connection = await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts, alpnProtocols: ["http/1.1"] });
  try {
    await connection.handshake();
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    connection,
    async ask(bytes) {
      await connection.write(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
      const buffer = new Uint8Array(4_096);
      return new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

/** Which certificate a server shows to who connects now. */
export async function certificateOf(port: number): Promise<PairName | undefined> {
  for (const name of ["first", "second"] as const) {
    try {
      using _ = await connectTls(port, [name]);
      return name;
    } catch {
      // Another one, or the port is not listened on just now.
    }
  }
}

/** Waits until a server shows a certificate to who connects. */
export async function untilCertificate(port: number, name: PairName): Promise<void> {
  while (await certificateOf(port) !== name);
}
