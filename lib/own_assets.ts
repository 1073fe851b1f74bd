/**
 * Our own styles and scripts, sent compressed. They are few and do not change while we run: each is compressed once, when
 * it is first asked for, and kept.
 *
 * @module
 */
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { acceptsEncodings } from "@std/http/negotiation";
import { extname } from "@std/path";
import { withFields } from "./lazy_response.ts";
import { type EncodedFile, serveFile, type StaticFile } from "./static_files.ts";

const COMPRESS = { br: promisify(brotliCompress), gzip: promisify(gzip) };
/** What gets smaller by it. */
const TYPES: ReadonlySet<string> = new Set([".css", ".js", ".svg"]);

/** Serves our own assets. */
export class OwnAssets {
  /** By path, time of change and coding. */
  readonly #encoded = new Map<string, Promise<EncodedFile>>();

  /**
   * Answers a GET or HEAD of one of our own files.
   *
   * @param file What was found.
   * @param request Its method, conditions, range, and the codings that it accepts (RFC 9110 §12.5.3).
   */
  async serve(file: StaticFile, request: Request): Promise<Response> {
    if (!TYPES.has(extname(file.path))) return await serveFile(file, request);
    const coding = chooseCoding(request);
    const encoded = coding === "br" || coding === "gzip" ? await this.#encode(file, coding) : undefined;
    return withFields(await serveFile(file, request, encoded), { vary: "accept-encoding" });
  }

  #encode({ path, modifiedAtMs }: StaticFile, coding: EncodedFile["coding"]): Promise<EncodedFile> {
    const key = `${coding} ${modifiedAtMs} ${path}`;
    let encoded = this.#encoded.get(key);
    if (encoded === undefined) {
      encoded = Deno.readFile(path).then(async (bytes) => {
        return { coding, body: new Uint8Array(await COMPRESS[coding](bytes)) };
      });
      encoded.catch(() => this.#encoded.delete(key));
      this.#encoded.set(key, encoded);
    }
    return encoded;
  }
}

/** Who does not say what they accept, such as curl, is sent the file as it is, though RFC 9110 §12.5.3 allows more. */
function chooseCoding(request: Request): string | undefined {
  const { headers } = request;
  if (headers.has("range") || !headers.has("accept-encoding")) return undefined;
  return acceptsEncodings(request, "br") ?? acceptsEncodings(request, "gzip");
}
