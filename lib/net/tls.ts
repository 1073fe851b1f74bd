/**
 * The certificate that connections are made with, read again when its files change.
 *
 * The files are looked at once a second, so a file written anew, one renamed into place and a link that leads elsewhere
 * (as certbot makes them) are all noticed. A change counts once it has stood for one look: certificate and key change
 * one after the other, and a file may be half written. A pair that cannot be used is told of once, and the old one
 * stays. How a transport takes a new pair to its listener: see `tls_relay.ts`.
 *
 * @module
 */
import { StartError } from "../errors.ts";

/** Where certificate and key are. */
export interface TlsFiles {
  /** A PEM file: the server's certificate, then those that lead to a root. */
  readonly certFile: string;
  /** A PEM file: the certificate's private key, without a passphrase. */
  readonly keyFile: string;
}

/** A certificate with its key, both PEM. */
export interface TlsPair {
  /** The chain, the server's certificate first. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
}

/** How a certificate is followed. */
export interface CertificateOptions {
  /** Told of a new pair that cannot be used. */
  readonly reportDefect: (error: unknown) => void;
  /** How often the files are looked at, in ms. @default 1000 (1 s) */
  readonly pollMs?: number;
}

const POLL_MS = 1_000;

/** The pair that new connections are made with. */
export class Certificate implements Disposable {
  readonly #files: TlsFiles;
  readonly #reportDefect: CertificateOptions["reportDefect"];
  readonly #followers = new Set<() => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  #pair: TlsPair;
  /** What the files were like at the last look, and when they were last read. */
  #seen: string;
  #read: string;

  /**
   * Reads the files.
   *
   * @param files Where they are.
   * @param options Who is told of bad files later on.
   * @throws {StartError} If a file cannot be read, is no PEM, or certificate and key do not belong together.
   */
  constructor(files: TlsFiles, { reportDefect, pollMs = POLL_MS }: CertificateOptions) {
    this.#files = files;
    this.#reportDefect = reportDefect;
    this.#seen = this.#read = stampOf(files);
    this.#pair = readPair(files);
    this.#timer = setInterval(() => this.#look(), pollMs);
  }

  /** The newest pair that can be used. */
  get pair(): TlsPair {
    return this.#pair;
  }

  /**
   * Says when there is a new pair.
   *
   * @param onChange Called after {@linkcode Certificate.pair} has changed.
   * @returns Ends that.
   */
  follow(onChange: () => void): () => void {
    this.#followers.add(onChange);
    return () => void this.#followers.delete(onChange);
  }

  /** Looks at the files no more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#followers.clear();
  }

  #look(): void {
    const stamp = stampOf(this.#files);
    if (stamp === this.#read) return;
    const hasSettled = stamp === this.#seen;
    this.#seen = stamp;
    if (!hasSettled) return;
    this.#read = stamp;
    this.#readAgain();
  }

  #readAgain(): void {
    try {
      const { cert, key } = readPair(this.#files);
      if (cert === this.#pair.cert && key === this.#pair.key) return;
      this.#pair = { cert, key };
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      return this.#reportDefect(`${reason}; the certificate from before stays in use`);
    }
    for (const onChange of this.#followers) onChange();
  }
}

/** Tells one state of the files from another; a link counts as what it leads to. */
function stampOf({ certFile, keyFile }: TlsFiles): string {
  return [certFile, keyFile].map((file) => {
    try {
      const { mtime, size, ino } = Deno.statSync(file);
      return `${mtime?.getTime()} ${size} ${ino}`;
    } catch {
      return "none";
    }
  }).join();
}

function readPair({ certFile, keyFile }: TlsFiles): TlsPair {
  const [cert, key] = [readText("--tls-cert", certFile), readText("--tls-key", keyFile)];
  try {
    // The runtime tells what it thinks of a pair only when it listens.
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key }).close();
  } catch (error) {
    throw new StartError(reasonOfRefusal(error, { certFile, keyFile }), { cause: error });
  }
  return { cert, key };
}

function readText(flag: string, file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    throw new StartError(`Cannot read ${flag} ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "it may not be read";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  return error instanceof Error ? error.message : String(error);
}

function reasonOfRefusal(error: unknown, { certFile, keyFile }: TlsFiles): string {
  const reason = error instanceof Error ? error.message : String(error);
  if (/no certificates found/i.test(reason)) return `Cannot use --tls-cert ${certFile}: it holds no PEM certificate`;
  if (/no keys found/i.test(reason)) {
    return `Cannot use --tls-key ${keyFile}: it holds no PEM private key that is without a passphrase`;
  }
  if (/mismatch/i.test(reason)) return `Cannot use --tls-key ${keyFile}: it is not the key of ${certFile}`;
  return `Cannot use --tls-cert ${certFile} with --tls-key ${keyFile}: ${reason}`;
}
