/**
 * The request line: RFC 9112 §3, RFC 9110 §9.1 and RFC 3986.
 *
 * @module
 */
import { accepted, allowed, type HttpCase, refused, refusedAll } from "./case.ts";

const line = (text: string) => `${text}\r\nHost: a\r\n\r\n`;
const PATH_8000 = `/${"p".repeat(7_999)}`;

/** A method that is no use to a server may be refused as such: RFC 9110 §9.1 and §15.6.2. */
const NO_METHOD = [400, 405, 501];
/** What is no version at all is a bad request; a server may also say that it does not know the version. */
const NO_VERSION = [400, 505];

const METHODS: readonly HttpCase[] = [
  ...["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "BREW", "X", "M-SEARCH"].map((method) =>
    accepted(`the method ${method} reaches the handler`, line(`${method} /x HTTP/1.1`), { method, url: "http://a/x" })
  ),
  ...["get", "Get", "post", "oPTIONS", "brew"].map((method) =>
    accepted(`the method ${method} is not taken for another`, line(`${method} /x HTTP/1.1`), { method })
  ),
  accepted("every character of a token may stand in a method", line("!#$%&'*+-.^_`|~09azAZ / HTTP/1.1"), {
    method: "!#$%&'*+-.^_`|~09azAZ",
  }),
  {
    name: "HEAD reaches the handler, and is answered without a body",
    send: line("HEAD /x HTTP/1.1"),
    replies: [{ status: 200, toHead: true, headers: { "content-length": /^[1-9]\d*$/ } }],
    then: "open",
  },
  allowed("TRACE is answered or refused", line("TRACE / HTTP/1.1"), { refusals: NO_METHOD }),
  {
    name: "head in lower case is no HEAD, and so its reply has a body",
    send: line("head /text HTTP/1.1"),
    replies: [{ status: 200, body: "hello" }],
    then: "open",
  },
  // RFC 9112 §3: "a server that receives a method longer than any that it implements SHOULD respond with a 501".
  allowed("a method of 9,000 letters does no harm", line(`${"A".repeat(9_000)} / HTTP/1.1`), {
    refusals: [400, 414, 431, 501],
  }),
];

const TARGETS: readonly HttpCase[] = [
  ...[
    ["/", "/"],
    ["/a/b?c=d&e", "/a/b?c=d&e"],
    ["/?", "/?"],
    ["/??", "/??"],
    ["//healthz", "//healthz"],
    ["//evil.example/x", "//evil.example/x"],
    ["/http://b/x", "/http://b/x"],
    ["/@b", "/@b"],
    ["/:80/x", "/:80/x"],
    ["/%20%2F%c3%a9", "/%20%2F%c3%a9"],
    ["/-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@"],
    ["/a?b?c/d:@", "/a?b?c/d:@"],
    ["/a;b=c", "/a;b=c"],
    ["/a//b", "/a//b"],
  ].map(([target, path]) =>
    accepted(`the target ${target} is a path`, line(`GET ${target} HTTP/1.1`), { url: `http://a${path}` })
  ),
  ...[
    ["http://a/x", "http://a/x"],
    ["http://b.example:81/x?y", "http://b.example:81/x?y"],
    ["http://b", "http://b/"],
    ["http://b?x", "http://b/?x"],
    ["HTTP://b/x", "http://b/x"],
    ["http://B.Example/x", "http://b.example/x"],
    ["http://[::1]:81/x", "http://[::1]:81/x"],
  ].map(([target, url]) =>
    accepted(`the target ${target} says the host, whatever Host says`, line(`GET ${target} HTTP/1.1`), { url })
  ),
  accepted("OPTIONS * asks for the server", line("OPTIONS * HTTP/1.1"), { method: "OPTIONS" }),
  accepted("OPTIONS of a host asks for the server", line("OPTIONS http://b HTTP/1.1"), { method: "OPTIONS" }),
  ...["GET", "POST", "HEAD", "options"].map((method) => ({
    ...refused(`* is a target for OPTIONS, not for ${method}`, line(`${method} * HTTP/1.1`)),
    // Nothing is known of the resource, so a reply to HEAD may or may not be one.
    ...(method === "HEAD" ? { replies: [{ status: 400, toHead: true as const }] } : {}),
  })),
  ...refusedAll([
    ["a target without a slash", line("GET x HTTP/1.1")],
    ["a target that begins with a question mark", line("GET ?x HTTP/1.1")],
    ["a target that is an authority", line("GET a:80 HTTP/1.1")],
    ["a target without an authority", line("GET http:///x HTTP/1.1")],
    ["a target with an empty host", line("GET http://:80/x HTTP/1.1")],
    ["a target with one slash", line("GET http:/x HTTP/1.1")],
    ["a target without slashes", line("GET http:x HTTP/1.1")],
    ["a target of a relative path", line("GET ../x HTTP/1.1")],
    ["a target with user information", line("GET http://user@a/x HTTP/1.1")],
    ["a target with user and password", line("GET http://user:pass@a/x HTTP/1.1")],
    ["a target with a bad port", line("GET http://a:b/x HTTP/1.1")],
    ["a target with a port that is none", line("GET http://a:99999/x HTTP/1.1")],
    ["a target with a bad literal", line("GET http://[::1/x HTTP/1.1")],
    ["a target with a fragment", line("GET /x#y HTTP/1.1")],
    ["an absolute target with a fragment", line("GET http://a/x#y HTTP/1.1")],
    ["a target of a fragment", line("GET # HTTP/1.1")],
    ["an asterisk and more", line("OPTIONS *x HTTP/1.1")],
    ["an asterisk and a path", line("OPTIONS */x HTTP/1.1")],
  ]),
  ...refusedAll([
    ["a target with another scheme", line("GET ftp://a/x HTTP/1.1")],
    ["a target with a script", line("GET javascript:alert(1) HTTP/1.1")],
    ["a target that is a file", line("GET file:///etc/passwd HTTP/1.1")],
  ], [400, 404, 421]),
  // A server behind a proxy that ends TLS may be asked so.
  allowed("a target with https", line("GET https://a/x HTTP/1.1"), { refusals: [400, 421] }),
  ...refusedAll([
    ["CONNECT to an authority", line("CONNECT a:80 HTTP/1.1")],
    ["CONNECT to a host", line("CONNECT a HTTP/1.1")],
    ["CONNECT to a path", line("CONNECT /x HTTP/1.1")],
    ["CONNECT to a URL", line("CONNECT http://a/ HTTP/1.1")],
    ["CONNECT to the server", line("CONNECT * HTTP/1.1")],
  ], NO_METHOD).map((it) => ({ ...it, then: "either" as const })),
];

const LENGTHS: readonly HttpCase[] = [
  accepted("a target of 8,000 octets is supported", line(`GET ${PATH_8000} HTTP/1.1`), { url: `http://a${PATH_8000}` }),
  accepted("a query of 7,998 octets is supported", line(`GET /?${"q".repeat(7_998)} HTTP/1.1`)),
  accepted("a URL of 8,000 octets is supported", line(`GET http://a/${"p".repeat(7_991)} HTTP/1.1`)),
  refused("a target of 8,001 octets is too long", line(`GET ${PATH_8000}p HTTP/1.1`), 414),
  refused("a target of 30,000 octets is too long", line(`GET /${"p".repeat(30_000)} HTTP/1.1`), 414),
  refused("a target that is longer than a head may be is too long", line(`GET /${"p".repeat(100_000)} HTTP/1.1`), 414),
  refused("a target that does not end is too long", `GET /${"p".repeat(40_000)}`, 414),
  refused("a line without spaces that does not end is refused", "A".repeat(40_000), [400, 414, 431, 501]),
];

const VERSIONS: readonly HttpCase[] = [
  ...refusedAll([
    ["HTTP/2.0", line("GET / HTTP/2.0")],
    ["HTTP/2.1", line("GET / HTTP/2.1")],
    ["HTTP/3.0", line("GET / HTTP/3.0")],
    ["HTTP/9.9", line("GET / HTTP/9.9")],
    ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ], [505]),
  // RFC 9110 §2.5: a recipient processes a higher minor version as the highest one that it knows.
  accepted("HTTP/1.2 is answered as 1.1", line("GET / HTTP/1.2")),
  accepted("HTTP/1.9 is answered as 1.1", line("GET / HTTP/1.9")),
  ...refusedAll([
    ["HTTP/0.9 with a version", line("GET / HTTP/0.9")],
    ["HTTP/0.0", line("GET / HTTP/0.0")],
    ["a simple request of HTTP/0.9", "GET /\r\n\r\n"],
    ["HTTP/1", line("GET / HTTP/1")],
    ["HTTP/1.", line("GET / HTTP/1.")],
    ["HTTP/.1", line("GET / HTTP/.1")],
    ["HTTP/1.10", line("GET / HTTP/1.10")],
    ["HTTP/1.01", line("GET / HTTP/1.01")],
    ["HTTP/01.1", line("GET / HTTP/01.1")],
    ["HTTP/11.1", line("GET / HTTP/11.1")],
    ["HTTP/1.1.1", line("GET / HTTP/1.1.1")],
    ["HTTP/1,1", line("GET / HTTP/1,1")],
    ["HTTP/+1.1", line("GET / HTTP/+1.1")],
    ["HTTP/1.x", line("GET / HTTP/1.x")],
    ["HTTP/2", line("GET / HTTP/2")],
    ["HTTP / 1.1", line("GET / HTTP / 1.1")],
    ["HTTP/ 1.1", line("GET / HTTP/ 1.1")],
    ["HTTP 1.1", line("GET / HTTP 1.1")],
    ["http/1.1", line("GET / http/1.1")],
    ["Http/1.1", line("GET / Http/1.1")],
    ["HTP/1.1", line("GET / HTP/1.1")],
    ["HTTPS/1.1", line("GET / HTTPS/1.1")],
    ["ICY/1.1", line("GET / ICY/1.1")],
    ["HTTP/1.1 and a letter", line("GET / HTTP/1.1x")],
    ["HTTP/1.1 and NUL", line("GET / HTTP/1.1\0")],
    ["RTSP", line("DESCRIBE rtsp://a/x RTSP/1.0")],
  ], NO_VERSION),
];

const SPACES: readonly HttpCase[] = [
  ...refusedAll([
    ["no space before the version", line("GET /HTTP/1.1")],
    ["no space at all", line("GET/HTTP/1.1")],
    ["a method alone", line("GET")],
    ["a method and a space", line("GET ")],
    ["no target", line("GET HTTP/1.1")],
  ], NO_VERSION),
  ...refusedAll([
    ["no target between two spaces", line("GET  HTTP/1.1")],
    ["two spaces before the target", line("GET  / HTTP/1.1")],
    ["two spaces before the version", line("GET /  HTTP/1.1")],
    ["a space behind the version", line("GET / HTTP/1.1 ")],
    ["a tab behind the version", line("GET / HTTP/1.1\t")],
    ["a space before the method", line(" GET / HTTP/1.1")],
    ["a tab before the method", line("\tGET / HTTP/1.1")],
    ["no method", line("/ HTTP/1.1")],
    ["no method before a space", line(" / HTTP/1.1")],
    ["a space in the target", line("GET /a b HTTP/1.1")],
    ["a tab for a space", line("GET\t/ HTTP/1.1")],
    ["a tab before the version", line("GET /\tHTTP/1.1")],
    ["a vertical tab for a space", line("GET\x0b/ HTTP/1.1")],
    ["a form feed before the version", line("GET /\x0cHTTP/1.1")],
    ["a no-break space before the version", line("GET /\xa0HTTP/1.1")],
    ["a second version", line("GET / HTTP/1.1 HTTP/1.1")],
    ["quotes around the method", line('"GET" / HTTP/1.1')],
    ["a colon in the method", line("GET: / HTTP/1.1")],
    ["a comma in the method", line("GET, / HTTP/1.1")],
    ["a byte order mark", line("\xef\xbb\xbfGET / HTTP/1.1")],
    ["the hello of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
    ["a reply", "HTTP/1.1 200 OK\r\nHost: a\r\n\r\n"],
  ], NO_VERSION),
];

const LINE_ENDS: readonly HttpCase[] = [
  // RFC 9112 §2.2: a server should ignore at least one empty line before the request line.
  accepted("an empty line before the request line is ignored", `\r\n${line("GET /x HTTP/1.1")}`, { url: "http://a/x" }),
  allowed("two empty lines before the request line", `\r\n\r\n${line("GET / HTTP/1.1")}`),
  allowed("four empty lines before the request line", `${"\r\n".repeat(4)}${line("GET / HTTP/1.1")}`),
  refused("a thousand empty lines before the request line", `${"\r\n".repeat(1_000)}${line("GET / HTTP/1.1")}`),
  ...refusedAll([
    // RFC 9112 §2.2 lets a recipient take a bare LF for a line end; this server does not, for that is how requests differ
    // between two servers.
    ["a bare LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"],
    ["bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"],
    ["a bare LF before the request line", `\n${line("GET / HTTP/1.1")}`],
    ["a bare CR before the request line", `\r${line("GET / HTTP/1.1")}`],
    ["a bare CR behind the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n"],
    ["a CR too many", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"],
    ["LF before CR", "GET / HTTP/1.1\n\rHost: a\r\n\r\n"],
    ["a CR in the target", line("GET /a\rb HTTP/1.1")],
    ["an LF in the target", line("GET /a\nb HTTP/1.1")],
    ["a line end in the target", line("GET /a\r\nb HTTP/1.1")],
    ["a space in the line before the request line", ` \r\n${line("GET / HTTP/1.1")}`],
  ]),
];

/** All cases of the request line. */
export const REQUEST_LINE: readonly HttpCase[] = [
  ...METHODS,
  ...TARGETS,
  ...LENGTHS,
  ...VERSIONS,
  ...SPACES,
  ...LINE_ENDS,
];
