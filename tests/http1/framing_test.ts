import { assertEquals } from "@std/assert";
import { bodyLength, CHUNKED, expectsContinue, wantsToPersist } from "../../lib/http1/framing.ts";
import { ProtocolError } from "../../lib/http1/protocol_error.ts";
import type { RequestHead } from "../../lib/http1/request_head.ts";
import { lines, parseHead } from "./heads.ts";

/** What a question says of a head, or with which status it refuses it. */
function answer<T>(question: (head: RequestHead) => T, version: string, fields: readonly string[]): T | string {
  try {
    return question(parseHead(lines(`POST / HTTP/${version}`, "Host: a", ...fields)));
  } catch (error) {
    if (error instanceof ProtocolError) return `refused ${error.status}`;
    throw error;
  }
}

Deno.test("bodyLength() reads a length in one way or refuses it", () => {
  const cases: ReadonlyArray<readonly [fields: readonly string[], length: number | string, version?: string]> = [
    [[], 0],
    [["Content-Length: 0"], 0],
    [["Content-Length: 5"], 5],
    [["content-length:\t5 "], 5],
    [["Content-Length: 005"], 5],
    [[`Content-Length: ${"0".repeat(30)}7`], 7],
    [["Content-Length: 999999999999999"], 999_999_999_999_999],
    [["Content-Length: 1000000000000000"], "refused 413"],
    [[`Content-Length: ${"9".repeat(40)}`], "refused 413"],
    [["Content-Length:"], "refused 400"],
    [["Content-Length: +5"], "refused 400"],
    [["Content-Length: -5"], "refused 400"],
    [["Content-Length: 5.0"], "refused 400"],
    [["Content-Length: 0x5"], "refused 400"],
    [["Content-Length: 1e3"], "refused 400"],
    [["Content-Length: 5 5"], "refused 400"],
    [["Content-Length: 5, 5"], "refused 400"],
    [["Content-Length: \xb2"], "refused 400"],
    [["Content-Length: 5", "Content-Length: 5"], "refused 400"],
    [["Content-Length: 5", "Content-Length: 6"], "refused 400"],
    [["Transfer-Encoding: chunked"], CHUNKED],
    [["transfer-encoding: Chunked "], CHUNKED],
    [["Transfer-Encoding: gzip, chunked"], "refused 501"],
    [["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"], "refused 501"],
    [["Transfer-Encoding: gzip"], "refused 400"],
    [["Transfer-Encoding:"], "refused 400"],
    [["Transfer-Encoding: chunked, gzip"], "refused 400"],
    [["Transfer-Encoding: chunked, chunked"], "refused 400"],
    [["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "refused 400"],
    [["Transfer-Encoding: identity"], "refused 400"],
    [["Transfer-Encoding: xchunked"], "refused 400"],
    [["Transfer-Encoding: chunked;a=b"], "refused 400"],
    [['Transfer-Encoding: "chunked"'], "refused 400"],
    [["Transfer-Encoding: \xa0chunked"], "refused 400"],
    [["Transfer-Encoding: chunked", "Content-Length: 5"], "refused 400"],
    [["Content-Length: 5", "Transfer-Encoding: chunked"], "refused 400"],
    [["Transfer-Encoding: chunked"], "refused 400", "1.0"],
    [["Content-Length: 5"], 5, "1.0"],
  ];
  for (const [fields, length, version = "1.1"] of cases) {
    assertEquals(answer(bodyLength, version, fields), length, JSON.stringify(fields));
  }
});

Deno.test("wantsToPersist() goes by the version, unless Connection says otherwise", () => {
  const cases: ReadonlyArray<readonly [fields: readonly string[], in11: boolean, in10: boolean]> = [
    [[], true, false],
    [["Connection: close"], false, false],
    [["Connection: CLOSE"], false, false],
    [["Connection: keep-alive"], true, true],
    [["Connection: Keep-Alive"], true, true],
    [["Connection: keep-alive, close"], false, false],
    [["Connection: x,close ,y"], false, false],
    [["Connection: x", "Connection: close"], false, false],
    [["Connection: upgrade"], true, false],
    [["Connection: upgrade, keep-alive"], true, true],
    [["Connection: closed"], true, false],
    [["Connection:"], true, false],
    [["X-Connection: close"], true, false],
  ];
  for (const [fields, in11, in10] of cases) {
    assertEquals(answer(wantsToPersist, "1.1", fields), in11, JSON.stringify(fields));
    assertEquals(answer(wantsToPersist, "1.0", fields), in10, JSON.stringify(fields));
  }
});

Deno.test("expectsContinue() knows one expectation, and none of HTTP/1.0", () => {
  const cases: ReadonlyArray<readonly [fields: readonly string[], in11: boolean | string]> = [
    [[], false],
    [["Expect: 100-continue"], true],
    [["expect: 100-Continue"], true],
    [["Expect: miracles"], "refused 417"],
    [["Expect:"], "refused 417"],
    [["Expect: 100-continue, miracles"], "refused 417"],
  ];
  for (const [fields, in11] of cases) {
    assertEquals(answer(expectsContinue, "1.1", fields), in11, JSON.stringify(fields));
    assertEquals(answer(expectsContinue, "1.0", fields), false, JSON.stringify(fields));
  }
});
