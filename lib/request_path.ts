/**
 * The path of a request's URL. A URL costs more to parse than many a route to answer, and most paths are plain.
 *
 * @module
 */

/** What parsing leaves as it is: no escapes, no dots, no empty segments, no query. */
const PLAIN = /^\/(?:[\w-]+(?:\/[\w-]+)*)?$/;

/** Reads the paths of URLs that mostly have one origin: that of this server. */
export class PathReader {
  /** The origin that was parsed last. */
  #origin = "\0";
  #url = "";
  #path: string | undefined;

  /**
   * Reads a path.
   *
   * @param url An absolute URL, as a transport puts it together from Host and target.
   * @returns Its path, percent-encoded and normalised; `undefined` if it is no URL.
   * @example
   * ```ts
   * import { PathReader } from "./request_path.ts";
   * import { assertEquals } from "@std/assert";
   *
   * const paths = new PathReader();
   * assertEquals(paths.read("http://localhost/a/../b?c"), "/b");
   * assertEquals(paths.read("http://localhost/rooms"), "/rooms");
   * assertEquals(paths.read("http://not a host/rooms"), undefined);
   * ```
   */
  read(url: string): string | undefined {
    // The raw transport makes the URLs that come again and again once: then this compares nothing but addresses.
    if (url === this.#url) return this.#path;
    this.#url = url;
    return this.#path = this.#parse(url);
  }

  #parse(url: string): string | undefined {
    if (url.startsWith(this.#origin)) {
      const path = url.slice(this.#origin.length);
      if (PLAIN.test(path)) return path;
    }
    const parsed = URL.parse(url);
    if (parsed === null) return undefined;
    this.#origin = parsed.origin;
    return parsed.pathname;
  }
}
