import { assertEquals } from "@std/assert";
import { ProtocolError } from "../../lib/http1/protocol_error.ts";
import { requestUrl } from "../../lib/http1/target.ts";
import { lines, parseHead } from "./heads.ts";

const ORIGIN = { scheme: "https", fallbackHost: "127.0.0.1:8000" };

Deno.test("requestUrl() puts target and host together, as they came, or refuses the target", () => {
  const cases: ReadonlyArray<readonly [line: string, url: string | number]> = [
    ["GET /", "https://a:1/"],
    ["GET /b?c=%20&d", "https://a:1/b?c=%20&d"],
    ["GET //b/../c", "https://a:1//b/../c"],
    ["GET /http://b/", "https://a:1/http://b/"],
    ["OPTIONS *", "https://a:1/*"],
    ["GET *", 400],
    ["GET http://b/c?d", "https://b/c?d"],
    ["GET HTTPS://b:8/", "https://b:8/"],
    ["GET http://b", "https://b/"],
    ["GET http://b?c", "https://b/?c"],
    ["GET http://[::1]:80/", "https://[::1]:80/"],
    ["GET http://", 400],
    ["GET http:///c", 400],
    ["GET http://user@b/", 400],
    ["GET http://b:x/", 400],
    ["GET ftp://b/", 400],
    ["GET b", 400],
    ["GET b:80", 400],
    ["GET ?c", 400],
    ["CONNECT b:80", 501],
  ];
  for (const [line, url] of cases) {
    const head = parseHead(lines(`${line} HTTP/1.1`, "Host: a:1"));
    assertEquals(urlOf(head), url, line);
  }
});

Deno.test("requestUrl() asks the server's own address where HTTP/1.0 names no host", () => {
  assertEquals(urlOf(parseHead(lines("GET /b HTTP/1.0"))), "https://127.0.0.1:8000/b");
  assertEquals(urlOf(parseHead(lines("GET /b HTTP/1.0", "Host: a"))), "https://a/b");
});

function urlOf(head: ReturnType<typeof parseHead>): string | number {
  try {
    return requestUrl(head, ORIGIN);
  } catch (error) {
    if (error instanceof ProtocolError) return error.status;
    throw error;
  }
}
