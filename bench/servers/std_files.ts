/**
 * Files served the plain way, as the standard library does it: look, open, and hand the file to the runtime as a stream.
 *
 * @module
 */
import { contentType } from "@std/media-types/content-type";
import { extname, join } from "@std/path";
import { sayListening } from "./work.mjs";

const dir = Deno.args[0];

Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => sayListening(port) }, async (request) => {
  const path = join(dir, decodeURIComponent(new URL(request.url).pathname));
  const { size, mtime } = await Deno.stat(path);
  const etag = `W/"${size.toString(16)}-${mtime?.getTime().toString(16)}"`;
  const headers = new Headers({ "accept-ranges": "bytes", etag });
  if (mtime !== null) headers.set("last-modified", mtime.toUTCString());
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  headers.set("content-type", contentType(extname(path)) ?? "application/octet-stream");
  headers.set("content-length", String(size));
  return new Response((await Deno.open(path)).readable, { headers });
});
