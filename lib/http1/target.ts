/**
 * The URL that a request asks for: its target, put together with its host (RFC 9112 §3.2, §3.3).
 *
 * @module
 */
import { isAuthority } from "./grammar.ts";
import { ProtocolError } from "./protocol_error.ts";
import type { RequestHead } from "./request_head.ts";

const ABSOLUTE = /^https?:\/\/([^/?]*)([/?].*)?$/i;

/** Longer targets seldom come twice. */
const MAX_KEPT_LENGTH = 64;
/** URLs that are kept; then all are forgotten. */
const MAX_KEPT = 256;
/** The URLs of one origin, by their targets: putting one together costs more than finding it. */
let kept: { readonly scheme: string; readonly host: string; readonly urls: Map<string, string> } | undefined;

/** What a URL is put together from. */
export interface Origin {
  /** `http` or `https`, as the connection is. */
  readonly scheme: string;
  /** Who is asked when the request does not say (HTTP/1.0): the server's own address. */
  readonly fallbackHost: string;
}

/**
 * The URL that is asked for.
 *
 * @param head The head, complete.
 * @param origin What the head does not say.
 * @returns The URL, as it came, neither decoded nor normalised.
 * @throws {ProtocolError} 400 if the target has none of the four forms, 501 if it asks for a tunnel.
 */
export function requestUrl(head: RequestHead, { scheme, fallbackHost }: Origin): string {
  const { method, target, fields } = head;
  if (method === "CONNECT") throw noTunnel(target);
  const host = fields.hostValue ?? fallbackHost;
  if (target.charCodeAt(0) === 0x2f) return urlOf({ scheme, host }, target);
  if (target === "*" && method === "OPTIONS") return `${scheme}://${host}/*`;
  const absolute = ABSOLUTE.exec(target);
  if (absolute === null || !isAuthority(absolute[1])) {
    throw new ProtocolError("The target has to be a path that begins with /, or an absolute URL of http");
  }
  // Its authority counts, and not Host (RFC 9112 §3.2.2).
  const [, authority, rest = "/"] = absolute;
  return `${scheme}://${authority}${rest.startsWith("?") ? `/${rest}` : rest}`;
}

/** A tunnel is asked for by host and port, and nothing else (RFC 9112 §3.2.3). */
function noTunnel(target: string): ProtocolError {
  if (isAuthority(target) && /:\d+$/.test(target)) {
    return new ProtocolError("This server is no proxy: it opens no tunnels", 501);
  }
  return new ProtocolError("The target of CONNECT has to be a host and a port");
}

function urlOf({ scheme, host }: { scheme: string; host: string }, target: string): string {
  if (kept?.host !== host || kept.scheme !== scheme) kept = { scheme, host, urls: new Map() };
  const known = kept.urls.get(target);
  if (known !== undefined) return known;
  const url = `${scheme}://${host}${target}`;
  if (kept.urls.size === MAX_KEPT) kept.urls.clear();
  if (target.length <= MAX_KEPT_LENGTH) kept.urls.set(target, url);
  return url;
}
