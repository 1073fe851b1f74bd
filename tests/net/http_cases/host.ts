/**
 * The Host field: RFC 9110 §7.2, RFC 9112 §3.2, RFC 3986 §3.2.
 *
 * @module
 */
import { accepted, allowed, get, type HttpCase, refusedAll } from "./case.ts";

const host = (value: string) => `GET /x HTTP/1.1\r\nHost: ${value}\r\n\r\n`;

const GOOD = [
  "a",
  "localhost",
  "LOCALHOST",
  "example.com",
  "example.com:8000",
  "example.com:80",
  "a.b.c.d.example",
  "xn--bcher-kva.example",
  "a-b.example",
  "a_b.example",
  "example.com.",
  "127.0.0.1",
  "127.0.0.1:8000",
  "[::1]",
  "[::1]:8000",
  "[2001:db8::1]",
  "[2001:DB8:0:0:0:0:0:1]:65535",
  "[::ffff:127.0.0.1]",
  "a:1",
  "a:65535",
].map((value) => accepted(`the host ${value}`, host(value), { url: `http://${value}/x`, headers: { host: value } }));

/** What the grammar allows and no URL in use has: a server may answer or refuse. */
const ODD = [
  // RFC 9110 §4.2.1: an http URL without a host is invalid; RFC 9112 §3.3: or the server has a default.
  "",
  "a:",
  "a:0",
  "a:00080",
  "999.1.1.1",
  "1.2.3.4.5",
  "0x7f.1",
  "a..b",
  ".a",
  "-a-",
  "a!b",
  "a$b",
  "a,b",
  "%61.example",
  "[v1.a]",
  "[::1%25eth0]",
].map((value) => allowed(`the host "${value}"`, host(value)));

const BAD = refusedAll(
  [
    "a b",
    "a\tb",
    "a, a",
    "a/b",
    "a/",
    "/",
    "a?b",
    "a#b",
    "a\\b",
    "a<b>",
    '"a"',
    "a|b",
    "a^b",
    "a`b",
    "{a}",
    "@a",
    "user@a",
    "user:pass@a",
    "user:80@a:80",
    ":80",
    ":",
    "a:b",
    "a:-1",
    "a:+1",
    "a:80x",
    "a:8 0",
    "a:80:80",
    "a::80",
    "a:65536",
    "a:99999999999999999999",
    "a:0x50",
    "a:80/",
    "http://a",
    "http://a/",
    "::1",
    "::1:80",
    "[::1",
    "::1]",
    "[]",
    "[]:80",
    "[a]",
    "[zz::1]",
    "[:::1]",
    "[1:2:3:4:5:6:7:8:9]",
    "[1:2:3:4:5:6:7]",
    "[::1::]",
    "[12345::]",
    "[::1]x",
    "[::1]80",
    "[::1]:x",
    "a[::1]",
    "[127.0.0.1]",
    "[[::1]]",
    "[::1 ]",
    "[::256.0.0.1]",
    "a%",
    "a%2",
    "a%zz",
    // What a name must not hold does not become one by being written in percents.
    "a%00b",
    "a%20b",
    "a%2fb",
    "a%40b",
    "a%0d%0ab",
    "a\xe9b",
    "b\xc3\xbccher.example",
    "a\x01",
    "a\x0bb",
    "a\x7f",
  ].map((value) => [`the host "${value}"`, host(value)] as const),
);

const COUNTS: readonly HttpCase[] = [
  ...refusedAll([
    ["no Host on HTTP/1.1", "GET / HTTP/1.1\r\n\r\n"],
    ["no Host among other fields", "GET / HTTP/1.1\r\nX: a\r\nHosts: a\r\n\r\n"],
    ["no Host with an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n"],
    ["no Host with OPTIONS *", "OPTIONS * HTTP/1.1\r\n\r\n"],
    ["Host twice, different", get("Host: b\r\n")],
    ["Host twice, the same", get("Host: a\r\n")],
    ["Host twice, one in lower case", get("host: a\r\n")],
    ["Host twice, one empty", get("Host:\r\n")],
    ["Host twice, far apart", get("X: a\r\nY: b\r\nHost: b\r\nZ: c\r\n")],
    ["Host twice with an absolute target", "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
    ["Host twice on HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"],
    ["a bad Host on HTTP/1.0", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"],
    ["a bad Host with an absolute target", "GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n"],
  ]),
  // RFC 9110 §7.2: an empty Host is what a client sends whose target has no authority; the target's is taken here anyway.
  allowed("an empty Host with an absolute target", "GET http://a/x HTTP/1.1\r\nHost:\r\n\r\n", {
    seen: { url: "http://a/x" },
  }),
  accepted("another Host than the absolute target has", "GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n", {
    url: "http://b/x",
  }),
  accepted("spaces around a Host", "GET /x HTTP/1.1\r\nHost: \t a \t\r\n\r\n", {
    url: "http://a/x",
    headers: { host: "a" },
  }),
  accepted("Host as the last field", "GET /x HTTP/1.1\r\nX: a\r\nhOST: b\r\n\r\n", { url: "http://b/x" }),
  accepted("X-Forwarded-Host is no Host", get("X-Forwarded-Host: evil\r\nForwarded: host=evil\r\nX-Host: b\r\n"), {
    url: "http://a/",
  }),
  ...["GET / HTTP/1.0\r\n\r\n", "GET /x HTTP/1.0\r\nX: a\r\n\r\n"].map((send): HttpCase => ({
    name: "no Host on HTTP/1.0 is accepted",
    send,
    replies: [{ status: 200 }],
    then: "closed",
    isUnsaid: true,
  })),
];

/** All cases of Host. */
export const HOST: readonly HttpCase[] = [...GOOD, ...ODD, ...BAD, ...COUNTS];
