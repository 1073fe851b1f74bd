import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects, assertThrows } from "@std/assert";
import * as v from "valibot";
import { type BodyLimits, checkInput, isForm, readJson } from "../lib/body.ts";
import { HttpError } from "../lib/errors.ts";

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

function requestOf(body: BodyInit | null, type: string | undefined = JSON_TYPE): Request {
  const request = new Request("http://localhost/", { method: "POST", body });
  request.headers.delete("content-type");
  if (type !== undefined) request.headers.set("content-type", type);
  return request;
}

function chunked(chunks: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return ReadableStream.from(chunks.map((chunk) => typeof chunk === "string" ? encoder.encode(chunk) : chunk));
}

Deno.test("readJson() reads JSON, in one piece or in many", async () => {
  const cases: ReadonlyArray<readonly [body: BodyInit, type: string, value: unknown]> = [
    ['{"a":1}', JSON_TYPE, { a: 1 }],
    ['{"a":1}', "application/json; charset=utf-8", { a: 1 }],
    ['{"a":1}', " APPLICATION/JSON ;x=y", { a: 1 }],
    ["[]", "application/problem+json", []],
    ['"ü€😀"', JSON_TYPE, "ü€😀"],
    ['\ufeff{"a":1}', JSON_TYPE, { a: 1 }],
    [chunked(['{"a"', ":", "1", "}"]), JSON_TYPE, { a: 1 }],
    // A character may be split between two pieces.
    [chunked([Uint8Array.of(0x22, 0xe2), Uint8Array.of(0x82), Uint8Array.of(0xac, 0x22)]), JSON_TYPE, "€"],
  ];
  for (const [body, type, value] of cases) assertEquals(await readJson(requestOf(body, type)), value);
});

Deno.test("readJson() refuses what is no JSON, with a status that says why", async () => {
  const cases: ReadonlyArray<readonly [body: BodyInit | null, type: string | undefined, status: number]> = [
    ["{}", undefined, 415],
    ["{}", "text/plain", 415],
    ["{}", FORM_TYPE, 415],
    ["{}", "application/jsonp", 415],
    ["{}", "text/html, application/json", 415],
    [null, JSON_TYPE, 400],
    ["", JSON_TYPE, 400],
    ["{", JSON_TYPE, 400],
    ["{'a':1}", JSON_TYPE, 400],
    ["{}{}", JSON_TYPE, 400],
    ["NaN", JSON_TYPE, 400],
    [Uint8Array.of(0x22, 0xff, 0x22), JSON_TYPE, 400],
    [Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), JSON_TYPE, 400],
    [Uint8Array.of(0xff, 0xfe, 0x7b, 0x00), JSON_TYPE, 400],
  ];
  for (const [body, type, status] of cases) {
    const request = requestOf(body, type ?? JSON_TYPE);
    if (type === undefined) request.headers.delete("content-type");
    assertEquals((await assertRejects(() => readJson(request), HttpError)).status, status, `${body} ${type}`);
  }
});

Deno.test("a body may be as large as the limit, and not one byte larger", async () => {
  const read = (body: BodyInit, limits?: BodyLimits) => readJson(requestOf(body), limits);
  assertEquals(await read('"12345678"', { maxBytes: 10 }), "12345678");
  assertEquals(await read(chunked(['"1234', '5678"']), { maxBytes: 10 }), "12345678");
  for (const body of ['"123456789"', chunked(['"1234', "5678", '9"'])]) {
    const error = await assertRejects(() => read(body, { maxBytes: 10 }), HttpError);
    assertEquals([error.status, error.message], [413, "The body is larger than 10 bytes; send less"]);
  }
});

Deno.test("a body that has no end is cut off at the limit", async () => {
  let sent = 0;
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(0x20));
    },
    cancel() {
      isCancelled = true;
    },
  });
  const error = await assertRejects(() => readJson(requestOf(endless)), HttpError);
  assertEquals(error.status, 413);
  assert(isCancelled && sent < 2 * 1024 * 1024, `${sent} bytes were taken`);
});

Deno.test("a declared length over the limit is refused before anything is read", async () => {
  const body = new ReadableStream({
    pull() {
      throw new Error("It was read");
    },
  }, { highWaterMark: 0 });
  const request = requestOf(body);
  request.headers.set("content-length", "11");
  assertEquals((await assertRejects(() => readJson(request, { maxBytes: 10 }), HttpError)).status, 413);
  await request.body!.cancel();
});

Deno.test("a body that comes too slowly is refused with 408, and no longer waited for", async () => {
  let isCancelled = false;
  const stalled = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"a"')),
    cancel() {
      isCancelled = true;
    },
  });
  const error = await assertRejects(() => readJson(requestOf(stalled), { timeoutMs: 5 }), HttpError);
  assertEquals([error.status, isCancelled], [408, true]);
  assertMatch(error.message, /within 0\.005 s/);
});

Deno.test("a body that breaks off is refused with 400, the cause kept", async () => {
  const cause = new TypeError("the connection is gone");
  const broken = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{}")),
    pull: (controller) => controller.error(cause),
  });
  const error = await assertRejects(() => readJson(requestOf(broken)), HttpError, "The body broke off");
  assertEquals(error.status, 400);
  assertInstanceOf(error.cause, TypeError);
});

Deno.test("checkInput() names the first thing that is wrong, with 422", () => {
  const Schema = v.object({
    name: v.pipe(v.string("Say your name"), v.minLength(2, "Too short")),
    nested: v.optional(v.object({ list: v.array(v.number("A number, please")) })),
  });
  assertEquals(checkInput(Schema, { name: "ada", more: 1 }), { name: "ada" });
  const cases: ReadonlyArray<readonly [input: unknown, message: RegExp]> = [
    [{}, /^name is missing$/],
    [{ name: 1 }, /^name: Say your name$/],
    [{ name: "a" }, /^name: Too short$/],
    [{ name: "ada", nested: { list: [1, "x"] } }, /^nested\.list\.1: A number, please$/],
    [null, /Object/],
    ["text", /Object/],
  ];
  for (const [input, message] of cases) {
    const error = assertThrows(() => checkInput(Schema, input), HttpError);
    assertEquals(error.status, 422);
    assertMatch(error.message, message);
  }
});

Deno.test("isForm() looks at the type alone", () => {
  const cases: ReadonlyArray<readonly [header: string | undefined, form: boolean]> = [
    [undefined, false],
    ["", false],
    ["Text/HTML;charset=utf-8", false],
    ["application/x-www-form-urlencoded", true],
    ["Application/X-WWW-Form-Urlencoded ; charset=UTF-8", true],
    ["multipart/form-data; boundary=x", true],
    ["multipart/mixed; boundary=x", false],
    ["text/plain; a=application/x-www-form-urlencoded", false],
  ];
  for (const [header, form] of cases) {
    const headers = new Headers(header === undefined ? {} : { "content-type": header });
    assertEquals(isForm(headers), form, header);
  }
});
