import { assertEquals, assertInstanceOf } from "@std/assert";
import { CloseError, isValidCloseCode } from "../../lib/websocket/close_error.ts";

Deno.test("a CloseError says what to send", () => {
  const error = new CloseError(1009, "Too long");
  assertInstanceOf(error, Error);
  assertEquals([error.name, error.code, error.message], ["CloseError", 1009, "Too long"]);
});

Deno.test("isValidCloseCode() knows the codes that may be sent", () => {
  const ranges: ReadonlyArray<readonly [from: number, to: number]> = [[1000, 1003], [1007, 1014], [3000, 4999]];
  for (let code = -1; code < 70_000; code++) {
    assertEquals(isValidCloseCode(code), ranges.some(([from, to]) => code >= from && code <= to), String(code));
  }
  for (const code of [NaN, Infinity, 1000.5, 3000.1]) assertEquals(isValidCloseCode(code), false, String(code));
});
