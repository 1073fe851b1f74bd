import { assert, assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LazyResponse, lazyResponse, realResponse, type ReplyBody, type ReplyFields } from "../lib/lazy_response.ts";

const HEADERS = Object.freeze({ "content-type": "text/plain; charset=utf-8", "x-a": "1" });

/** A lazy response, and whether its real one has been made. */
function open(content: ReplyBody = "Hellö", status = 201) {
  const response = lazyResponse(content, { status, headers: HEADERS });
  return { response, lazy: response as unknown as LazyResponse };
}

const real = (content: BodyInit | null = "Hellö", status = 201) => new Response(content, { status, headers: HEADERS });

Deno.test("a lazy response is a Response, and nothing real is made before somebody needs it", () => {
  const { response, lazy } = open();
  assert(response instanceof Response);
  assert(Object(response) instanceof LazyResponse);
  assertEquals(response.status, 201);
  assertEquals(Object.prototype.toString.call(response), "[object Response]");
  assert(!lazy.isReal);
  assertEquals(response.headers.get("x-a"), "1");
  response.headers.set("x-b", "2");
  assert(!lazy.isTouched, "the body is still as it was given");
});

Deno.test("every property of a Response is that of a real one", () => {
  const names = Object.entries(Object.getOwnPropertyDescriptors(Response.prototype))
    .filter(([name, { get }]) => get !== undefined && name !== "body" && name !== "headers").map(([name]) => name);
  assert(names.includes("ok") && names.includes("bodyUsed"));
  for (const [content, status] of [["Hellö", 201], [null, 204], ["", 404], ["x", 500]] as const) {
    for (const name of names) {
      const { response } = open(content, status);
      assertEquals(Reflect.get(response, name), Reflect.get(real(content, status), name), name);
    }
  }
});

Deno.test("every way to read the body reads what a real one has", async () => {
  const json = '{"a":[1,"é"]}';
  const read = {
    text: (response: Response) => response.text(),
    json: (response: Response) => response.json(),
    bytes: (response: Response) => response.bytes(),
    arrayBuffer: (response: Response) => response.arrayBuffer(),
    blob: async (response: Response) => await (await response.blob()).text(),
    body: async (response: Response) => await new Response(response.body).text(),
    clone: (response: Response) => response.clone().text(),
  };
  const bytes = () => new TextEncoder().encode(json);
  for (const [name, ask] of Object.entries(read)) {
    for (const make of [() => json, bytes, () => new Blob([json]).stream()]) {
      const { response } = open(make());
      assertEquals(await ask(response), await ask(real(make())), name);
      await response.body?.cancel().catch(() => {});
    }
  }
});

Deno.test("a body is read once, and nothing has none", async () => {
  const { response } = open();
  assert(!response.bodyUsed);
  await response.text();
  assert(response.bodyUsed);
  assertThrows(() => response.clone(), TypeError);
  assertStrictEquals(open(null).response.body, null);
  assertEquals(await open(null).response.text(), "");
});

Deno.test("fields that were changed before are those of the real one, and those that are changed after", async () => {
  const { response, lazy } = open();
  response.headers.set("x-a", "changed");
  response.headers.append("set-cookie", "a=1");
  response.headers.append("set-cookie", "b=2");
  const copy = response.clone();
  assert(lazy.isReal);
  assertEquals(copy.headers.get("x-a"), "changed");
  assertEquals(copy.headers.getSetCookie(), ["a=1", "b=2"]);
  response.headers.delete("x-a");
  assertEquals([response.headers.get("x-a"), realResponse(response).headers.get("x-a")], [null, null]);
  await copy.body?.cancel();
});

Deno.test("the fields are the same object, before and after the real one is made", () => {
  const { response } = open();
  const { headers } = response;
  assertStrictEquals(response.headers, headers);
  assert(response.ok);
  headers.set("x-late", "1");
  assertEquals(response.headers.get("x-late"), "1");
});

Deno.test("the fields that it was made of stay as they were", () => {
  const { response } = open();
  response.headers.set("x-a", "2");
  assertEquals(HEADERS["x-a"], "1");
  assertEquals(open().response.headers.get("x-a"), "1");
});

Deno.test("it may be the init of another Response, and its body the body of one", async () => {
  const { response } = open();
  response.headers.set("x-b", "2");
  const other = new Response(response.body, response);
  assertEquals([other.status, other.headers.get("x-b"), await other.text()], [201, "2", "Hellö"]);
});

Deno.test("realResponse() makes one that the runtime knows, once, and hands on one that is real", async () => {
  const { response } = open();
  const made = realResponse(response);
  assert(!(made instanceof LazyResponse));
  assertStrictEquals(realResponse(response), made);
  assertStrictEquals(realResponse(made), made);
  assertEquals([made.status, made.statusText, await made.text()], [201, "", "Hellö"]);
});

Deno.test("what no reply may have fails where the real one is made, as with a real one", () => {
  const cases: ReadonlyArray<readonly [make: () => Response, error: new () => Error]> = [
    [() => lazyResponse(null, { status: 99 }), RangeError],
    [() => lazyResponse(null, { status: 600 }), RangeError],
    [() => lazyResponse("x", { status: 204 }), TypeError],
    [() => lazyResponse("x", { headers: { "a b": "c" } }), TypeError],
    [() => lazyResponse("x", { headers: { a: "b\r\nc: d" } }), TypeError],
  ];
  for (const [make, error] of cases) {
    const response = make();
    assertThrows(() => realResponse(response), error);
  }
});

Deno.test("it can be looked at, as in a log", () => {
  assertStringIncludes(Deno.inspect(open().response), "status: 201");
});

Deno.test("a reply of frozen fields and bytes is the same each time, whatever the bytes are", async () => {
  const bodies = [new TextEncoder().encode("<p>ASCII"), new TextEncoder().encode("<p>café"), new Uint8Array([0, 0x80])];
  for (
    const headers of [{ "content-type": "text/html; charset=UTF-8", etag: '"1"' }, { etag: '"1"' }] as ReplyFields[]
  ) {
    for (const body of [...bodies, new Uint8Array(100_000).fill(0x61), new Uint8Array()]) {
      const init = { headers: Object.freeze({ ...headers }) };
      for (let time = 0; time < 2; time++) {
        const response = lazyResponse(body, init);
        assertEquals(Object.fromEntries(response.headers), { ...headers });
        response.headers.set("x-own", "1");
        assertEquals(await response.bytes(), body);
      }
    }
  }
});
