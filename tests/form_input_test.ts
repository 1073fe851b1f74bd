import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import * as v from "valibot";
import type { Schema } from "../lib/body.ts";
import { HttpError } from "../lib/errors.ts";
import { checkFields, fieldsOf, readForm } from "../lib/form_input.ts";
import type { MultipartLimits } from "../lib/multipart.ts";

const FORM_TYPE = "application/x-www-form-urlencoded";

function urlEncoded(body: string, type = FORM_TYPE): Request {
  return new Request("http://localhost/", { method: "POST", body, headers: { "content-type": type } });
}

function multipart(entries: readonly (readonly [name: string, value: string | File])[]): Request {
  const body = new FormData();
  for (const [name, value] of entries) body.append(name, value);
  return new Request("http://localhost/", { method: "POST", body });
}

Deno.test("readForm() reads the fields of a form, all of each name, in order", async () => {
  const cases: ReadonlyArray<readonly [body: string, fields: Record<string, string[]>]> = [
    ["", {}],
    ["name=ada&password=a+b%26c", { name: ["ada"], password: ["a b&c"] }],
    ["a=1&b=x&a=2", { a: ["1", "2"], b: ["x"] }],
    ["text=line%0D%0Aline", { text: ["line\r\nline"] }],
    ["__proto__=x", { ["__proto__"]: ["x"] }],
  ];
  for (const [body, fields] of cases) {
    assertEquals([...await readForm(urlEncoded(body))], Object.entries(fields), body);
  }
});

Deno.test("readForm() reads a form with files alike; a file that was not chosen is none", async () => {
  const photo = new File(["\0\r\n--"], "../a photo.png", { type: "image/png" });
  const fields = await readForm(multipart([
    ["a", "1"],
    ["photo", photo],
    ["a", "2"],
    ["none", new File([], "")],
    ["empty", new File([], "empty.txt", { type: "text/plain" })],
  ]));
  assertEquals([...fields.keys()], ["a", "photo", "empty"]);
  assertEquals(fields.get("a"), ["1", "2"]);
  const [file] = fields.get("photo") as readonly File[];
  assert(file instanceof File);
  assertEquals([file.name, file.type, await file.text()], ["a photo.png", "image/png", "\0\r\n--"]);
});

Deno.test("readForm() refuses what is no form, or more than its bounds", async () => {
  const big = new File(["x".repeat(100)], "big");
  const cases: ReadonlyArray<readonly [request: Request, limits: MultipartLimits, status: number, reason: RegExp]> = [
    [
      urlEncoded("{}", "application/json"),
      {},
      415,
      /Send a form, with the header Content-Type: .*urlencoded or multip/,
    ],
    [urlEncoded("a=1&b=2&c=3"), { maxFields: 2 }, 413, /more than 2 fields/],
    [urlEncoded("&".repeat(1_000)), {}, 413, /more than 1,000 fields/],
    [urlEncoded("a=12345678"), { maxBytes: 9 }, 413, /larger than 9 bytes/],
    [multipart([["a", "1"], ["b", "2"]]), { maxFields: 1 }, 413, /more than 1 fields/],
    [multipart([["a", big], ["b", big]]), { maxParts: 1 }, 413, /more than 1 parts/],
    [multipart([["a", "12345"]]), { maxFieldBytes: 4 }, 413, /The field a is larger than 4 bytes/],
    [multipart([["a", big]]), { maxFileBytes: 99 }, 413, /The file a is larger than 99 bytes/],
    [multipart([["a", big]]), { maxBytes: 99 }, 413, /The body is larger than 99 bytes/],
  ];
  for (const [request, limits, status, reason] of cases) {
    const error = await assertRejects(() => readForm(request, limits), HttpError);
    assertEquals(error.status, status, error.message);
    assertMatch(error.message, reason);
  }
});

Deno.test("checkFields() gives a schema a list where it wants one, else the last value", () => {
  const List = v.array(v.string());
  const cases: ReadonlyArray<readonly [schema: v.GenericSchema, query: string, value: unknown]> = [
    [v.object({ a: v.string() }), "a=1&a=2", { a: "2" }],
    [v.object({ a: List }), "a=1&a=2", { a: ["1", "2"] }],
    [v.object({ a: List }), "a=1", { a: ["1"] }],
    [v.object({ a: v.optional(List, []) }), "", { a: [] }],
    [v.object({ a: List, b: v.string(), c: List }), "c=5&a=1&b=2&b=3&c=4", { a: ["1"], b: "3", c: ["5", "4"] }],
    [v.object({ a: v.array(v.pipe(v.string(), v.transform(Number))) }), "a=1&a=2", { a: [1, 2] }],
    [v.object({ a: v.union([v.string(), List]) }), "a=1&a=2", { a: "2" }],
    [v.looseObject({}), "a=1&a=2", { a: "2" }],
  ];
  for (const [schema, query, value] of cases) {
    assertEquals(checkFields(schema, fieldsOf(new URLSearchParams(query))), value as never, query);
  }
});

Deno.test("checkFields() says what is wrong in the terms of what the schema wants", () => {
  const Schema = v.object({
    tags: v.array(v.pipe(v.string(), v.minLength(2, "A tag has two characters"))),
    name: v.pipe(v.string(), v.minLength(1, "A name has one character")),
  });
  const cases: ReadonlyArray<readonly [query: string, message: RegExp]> = [
    ["tags=ab&tags=c&name=x", /^tags\.1: A tag has two characters/],
    ["tags=ab&name=", /^name: A name has one character/],
    ["name=x", /^tags is missing$/],
    ["", /^tags is missing$/],
  ];
  for (const [query, message] of cases) {
    const error = assertThrows(() => checkFields(Schema, fieldsOf(new URLSearchParams(query))), HttpError);
    assertEquals(error.status, 422);
    assertMatch(error.message, message);
  }
});

Deno.test("checkFields() hands names on that objects have of their own", () => {
  const anything: Schema<object> = { "~standard": { validate: (value) => ({ value: value as object }) } };
  const value = checkFields(anything, fieldsOf(new URLSearchParams("__proto__=x&constructor=y")));
  assertEquals(Object.entries(value), [["__proto__", "x"], ["constructor", "y"]]);
});
