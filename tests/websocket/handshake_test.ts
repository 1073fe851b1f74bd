import { assertEquals } from "@std/assert";
import { acceptKey, checkHandshake } from "../../lib/websocket/handshake.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const GOOD: Readonly<Record<string, string>> = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": KEY,
};

function check(changes: Readonly<Record<string, string | undefined>>, method = "GET", protocols: string[] = []) {
  const headers = Object.entries({ ...GOOD, ...changes }).filter(([, value]) => value !== undefined);
  return checkHandshake({ method, headers: new Headers(headers as Array<[string, string]>) }, protocols);
}

Deno.test("checkHandshake() takes what RFC 6455 §4.2.1 calls a handshake", () => {
  const cases: ReadonlyArray<Record<string, string>> = [
    {},
    { upgrade: "WebSocket" },
    { upgrade: "h2c, websocket" },
    { connection: "keep-alive, Upgrade" },
    { connection: "UPGRADE" },
    { connection: "keep-alive,upgrade" },
    { "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" },
    { "sec-websocket-key": "/+/+/+/+/+/+/+/+/+/+/w==" },
    { "sec-websocket-extensions": "permessage-deflate" },
    { "sec-websocket-extensions": 'permessage-deflate; client_max_window_bits, x; a=1; b = "2" ,, y;c="\\3"' },
  ];
  for (const changes of cases) {
    const key = changes["sec-websocket-key"] ?? KEY;
    assertEquals(check(changes), { ok: true, protocol: undefined, key }, JSON.stringify(changes));
  }
});

Deno.test("checkHandshake() refuses what is no upgrade with 426, and says what is spoken here", () => {
  const cases: ReadonlyArray<readonly [changes: Record<string, string | undefined>, method?: string]> = [
    [{ upgrade: undefined }],
    [{ upgrade: "" }],
    [{ upgrade: "h2c" }],
    [{ upgrade: "websockets" }],
    [{ upgrade: "websocket/13" }],
    [{ upgrade: "\u00a0websocket" }],
    [{}, "POST"],
    [{}, "HEAD"],
    [{ "sec-websocket-version": undefined }],
    [{ "sec-websocket-version": "8" }],
    [{ "sec-websocket-version": "13, 8" }],
    [{ "sec-websocket-version": "13, 13" }],
    [{ "sec-websocket-version": "013" }],
  ];
  for (const [changes, method] of cases) {
    const handshake = check(changes, method);
    assertEquals(handshake.ok || handshake.status, 426, JSON.stringify(changes));
    assertEquals(handshake.ok || handshake.headers, {
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-version": "13",
    });
  }
});

Deno.test("checkHandshake() refuses what is malformed with 400", () => {
  const key = (text: string | undefined) => ({ "sec-websocket-key": text });
  const cases: ReadonlyArray<Record<string, string | undefined>> = [
    { connection: undefined },
    { connection: "keep-alive" },
    { connection: "upgraded" },
    key(undefined),
    key(""),
    key("dGhlIHNhbXBsZSBub25jZQ"),
    key("dGhlIHNhbXBsZSBub25jZQ="),
    key("dGhlIHNhbXBsZSBub25jZQ==="),
    key("dGhlIHNhbXBsZSBub25jZR=="),
    key("dGhlIHNhbXBsZSBub25j"),
    key("dGhlIHNhbXBsZSBub25jZSBtb3Jl"),
    key("dGhlIHNhbXBsZSBub25-ZQ=="),
    key("dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="),
    ...["", ",", "a b", "a, b c", "a/1", "a;b", '"a"', "a,\u00e4", "a\u00a0", "a, a", "a,b,,a"].map((text) => ({
      "sec-websocket-protocol": text,
    })),
    ...["", ",", "a b", ";a", "a;", "a;=1", "a;b=", 'a;b="', 'a;b=""', 'a;b="c d"', 'a;b="c', "a;b=c=d"].map((
      text,
    ) => ({
      "sec-websocket-extensions": text,
    })),
  ];
  for (const changes of cases) {
    const handshake = check(changes);
    assertEquals(handshake.ok || [handshake.status, handshake.headers], [400, {}], JSON.stringify(changes));
  }
});

Deno.test("checkHandshake() chooses the first subprotocol of the client's that is spoken here", () => {
  const cases: ReadonlyArray<readonly [offered: string | undefined, spoken: string[], chosen: string | undefined]> = [
    [undefined, ["a"], undefined],
    [",a,,b,", ["b"], "b"],
    ["!#$%&'*+-.^_`|~09AZaz", ["!#$%&'*+-.^_`|~09AZaz"], "!#$%&'*+-.^_`|~09AZaz"],
    ["a", [], undefined],
    ["a", ["a"], "a"],
    ["b", ["a"], undefined],
    ["b, a", ["a", "b"], "b"],
    ["x,a , b", ["b", "a"], "a"],
    ["A", ["a"], undefined],
  ];
  for (const [offered, spoken, protocol] of cases) {
    assertEquals(
      check({ "sec-websocket-protocol": offered }, "GET", spoken),
      { ok: true, protocol, key: KEY },
      offered,
    );
  }
});

Deno.test("checkHandshake() sees a header that comes twice as one list", () => {
  const cases: ReadonlyArray<
    readonly [name: string, values: readonly string[], expected: number | string | undefined]
  > = [
    ["sec-websocket-protocol", ["a", "b"], "b"],
    ["sec-websocket-protocol", ["b", "b"], 400],
    ["sec-websocket-version", ["13", "13"], 426],
    ["sec-websocket-key", [KEY, KEY], 400],
    ["connection", ["keep-alive", "Upgrade"], undefined],
    ["upgrade", ["h2c", "websocket"], undefined],
  ];
  for (const [name, values, expected] of cases) {
    const headers = new Headers({ ...GOOD });
    headers.delete(name);
    for (const value of values) headers.append(name, value);
    const handshake = checkHandshake({ method: "GET", headers }, ["b"]);
    assertEquals(handshake.ok ? handshake.protocol : handshake.status, expected, name);
  }
});

Deno.test("acceptKey() answers as RFC 6455 §1.3 does", () => {
  assertEquals(acceptKey(KEY), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  assertEquals(acceptKey("x3JJHMbDL1EzLkh9GBhXDw=="), "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
});
