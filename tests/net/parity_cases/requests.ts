/**
 * Requests that are wrong, and requests that come one behind the other.
 *
 * @module
 */
import { head, type ParityCase, type Request } from "./case.ts";

const JSON_TYPE = { "content-type": "application/json" };

function post(path: string, body: string, headers: Readonly<Record<string, string>> = JSON_TYPE): Request {
  return { path, body, headers };
}

function chunks(path: string, body: string): string {
  const fields = ["Host: {host}", "Content-Type: application/json", "Transfer-Encoding: chunked", "Connection: close"];
  return head(`POST ${path} HTTP/1.1`, ...fields) + body;
}

const QUERY = '{"query":"nothing of the kind"}';

/** The cases. */
export const REQUESTS: readonly ParityCase[] = [
  {
    name: "bodies that are not what they are declared to be",
    steps: [
      post("/api/search", QUERY, {}),
      post("/api/search", QUERY, { "content-type": "text/plain" }),
      post("/api/search", QUERY, { "content-type": "application/x-www-form-urlencoded" }),
      post("/api/search", QUERY, { "content-type": "application/search+json; charset=utf-8" }),
      post("/api/search", ""),
      post("/api/search", "{"),
      post("/api/search", "[]"),
      post("/api/search", "null"),
      post("/api/search", '{"query":"\xff"}'),
      post("/api/search", "\xef\xbb\xbf" + QUERY),
      post("/api/login", "name=ada", { "content-type": "application/x-www-form-urlencoded", accept: "text/html" }),
    ],
  },
  {
    name: "bodies that are too large",
    steps: [
      post("/api/search", "x".repeat(64 * 1024 + 1)),
      post("/api/login", "x".repeat(70 * 1024)),
      post("/api/login", "x".repeat(16 * 1024)),
      post("/api/register", "x".repeat(70 * 1024), {
        "content-type": "application/x-www-form-urlencoded",
        accept: "text/html",
      }),
      { method: "PUT", path: "/nothing", body: "x".repeat(70 * 1024) },
    ],
  },
  {
    name: "bodies that are declared too large, and never come",
    steps: [
      { method: "POST", path: "/api/search", headers: { ...JSON_TYPE, "content-length": "65537" } },
      { method: "POST", path: "/nothing", headers: { ...JSON_TYPE, "content-length": "1048577" } },
    ],
  },
  {
    name: "bodies in chunks",
    steps: [
      { bytes: chunks("/api/search", `1f\r\n${QUERY}\r\n0\r\n\r\n`) },
      { bytes: chunks("/api/search", `1\r\n{\r\n1E\r\n${QUERY.slice(1)}\r\n0\r\nX-Trailer: a\r\n\r\n`) },
      { bytes: chunks("/api/search", "0\r\n\r\n") },
      { bytes: chunks("/nothing", "5\r\nhello\r\n0\r\n\r\n") },
    ],
  },
  {
    name: "leave to send a body",
    steps: [{
      bytes: head(
        "POST /api/search HTTP/1.1",
        "Host: {host}",
        "Content-Type: application/json",
        "Content-Length: 31",
        "Expect: 100-continue",
        "Connection: close",
      ),
      replies: 1,
    }],
  },
  {
    name: "methods that nobody knows",
    steps: ["PROPFIND", "BREW", "get", "M-SEARCH", "LINK"].flatMap((method) => [
      { method, path: "/healthz" },
      { method, path: "/nothing" },
      { method, path: "/", headers: { accept: "text/html" } },
    ]),
  },
  {
    name: "targets that can hardly be read",
    steps: [
      "/api/%zz",
      "/rooms/%E9",
      "/rooms/%C3%A9",
      "/%61pi/me",
      "/api//me",
      "//",
      "/api/../healthz",
      "/./healthz",
      "/%2e/healthz",
      "/api/%2e%2e/healthz",
      "/healthz;a=b",
      "/healthz?",
      "/healthz??a",
      "/health%7A",
      "/HEALTHZ",
      `/${"a/".repeat(500)}`,
      `/?${"a".repeat(6_000)}`,
      "/{a}|b",
      "/'a'(b)*!",
    ].flatMap((path) => [{ path }, { path, headers: { accept: "text/html" } }]),
  },
  {
    name: "forms of targets",
    steps: [
      { bytes: head("OPTIONS * HTTP/1.1", "Host: {host}", "Connection: close") },
      { bytes: head("GET http://{host}/healthz HTTP/1.1", "Host: {host}", "Connection: close") },
      { bytes: head("GET http://{host}?a=b HTTP/1.1", "Host: {host}", "Connection: close") },
      { bytes: head("GET http://{host} HTTP/1.1", "Host: {host}", "Connection: close") },
      { bytes: head("GET /healthz?a#b HTTP/1.1".replace("#", "%23"), "Host: {host}", "Connection: close") },
    ],
  },
  {
    name: "what may be accepted decides between page and JSON",
    steps: [
      "text/html",
      "application/json",
      "text/html;q=0.5, application/json",
      "*/*",
      "text/*;q=0.1",
      "",
      "image/png",
      "x",
    ]
      .flatMap((accept) =>
        ["/nothing", "/api/nothing", "/api/me", "/search"].map((path) => ({ path, headers: { accept } }))
      ),
  },
  {
    name: "fields with odd values",
    steps: [
      { path: "/healthz", headers: { "x-odd": "\xe9\xff" } },
      { path: "/healthz", headers: { "x-odd": "" } },
      { path: "/healthz", headers: { "x-odd": "a\tb  c" } },
      { path: "/healthz", headers: { "X-ODD": "1", "x-Odd-2": "2" } },
      { path: "/healthz", headers: { authorization: "Bearer forged" } },
      { path: "/healthz", headers: { "if-none-match": "*", range: "bytes=0-1" } },
      { path: "/api/me", headers: { host: "elsewhere.example:80" } },
    ],
  },
  {
    name: "requests sent in one go are answered in order",
    members: ["ada"],
    steps: [
      {
        bytes: head("GET /healthz HTTP/1.1", "Host: {host}") + head("HEAD /nothing HTTP/1.1", "Host: {host}") +
          head("GET /api/me HTTP/1.1", "Host: {host}", "Cookie: {cookie of ada}") +
          head("POST /api/search HTTP/1.1", "Host: {host}", "Content-Type: application/json", "Content-Length: 31") +
          QUERY +
          head("OPTIONS /login HTTP/1.1", "Host: {host}") +
          head("GET /nothing HTTP/1.1", "Host: {host}", "Connection: close"),
        toHead: [1],
      },
      {
        bytes: head("GET /healthz HTTP/1.1", "Host: {host}").repeat(20) +
          head("GET / HTTP/1.1", "Host: {host}", "Connection: close"),
      },
    ],
  },
  {
    name: "pages and files asked for in one go",
    steps: ["/login", "/register", "/search", "/rooms/common", "/about.html", "/_ui/base.css", "/nothing"].map(
      (path) => {
        const fields = ["Host: {host}", "Accept: text/html"];
        const last = head(`GET ${path} HTTP/1.1`, ...fields, "Connection: close");
        return { bytes: head(`GET ${path} HTTP/1.1`, ...fields).repeat(11) + last };
      },
    ),
  },
  {
    name: "a refusal leaves the connection to the next request",
    steps: [
      ...["GET /nothing", "DELETE /healthz", "GET /api/me", "BREW /", "GET /%zz"].map((line) => ({
        bytes: head(`${line} HTTP/1.1`, "Host: {host}") +
          head("GET /healthz HTTP/1.1", "Host: {host}", "Connection: close"),
      })),
      {
        bytes: head("POST /nothing HTTP/1.1", "Host: {host}", "Content-Length: 5") + "hello" +
          head("GET /healthz HTTP/1.1", "Host: {host}", "Connection: close"),
      },
    ],
  },
];
