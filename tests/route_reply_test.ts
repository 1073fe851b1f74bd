/** What a route may return, and what it is told when it returns something else. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { tempDir, testApp } from "./testing.ts";

/** Asks a route that answers with what an expression gives; `said` is what the log holds. */
async function ask(expression: string) {
  await using dir = await tempDir({ "x.js": `export const GET = (ctx) => ${expression};` });
  await using it = await testApp({ besideDir: dir.path });
  const response = await it.request("/x", { headers: { accept: "application/json" } });
  const text = await response.text();
  it.logger.flush();
  return { status: response.status, text, said: it.lines.join("\n") };
}

Deno.test("a route answers with an object, a list, or what has a form of its own in JSON", async () => {
  const cases: ReadonlyArray<readonly [expression: string, text: string]> = [
    ["({ a: 1 })", '{"a":1}'],
    ["[1, 2]", "[1,2]"],
    ["new Date(0)", '"1970-01-01T00:00:00.000Z"'],
    ["Object.assign(new Map(), { toJSON: () => [1] })", "[1]"],
    ["Object.create(null)", "{}"],
  ];
  for (const [expression, text] of cases) {
    const reply = await ask(expression);
    assertEquals([reply.status, reply.text], [200, text], expression);
  }
});

Deno.test("a route that answers with what is no reply is told so, and the visitor nothing", async () => {
  const cases: ReadonlyArray<readonly [expression: string, said: string]> = [
    ["undefined", "The route /x returned undefined"],
    ["5", "The route /x returned 5"],
    ["new Map([['a', 1]])", "The route /x returned a Map, which JSON would show empty"],
    ["new Set([1])", "The route /x returned a Set, which JSON would show empty"],
    ["new Uint8Array(2)", "The route /x returned a Uint8Array: send bytes as new Response(bytes"],
    ["new ArrayBuffer(2)", "The route /x returned a ArrayBuffer: send bytes as new Response(bytes"],
    ["new Blob(['x'])", "The route /x returned a Blob: send bytes as new Response(bytes"],
    ["ctx.reply(99, {})", "The route /x returned a reply with the status 99"],
    ["ctx.reply(1000, {})", "The route /x returned a reply with the status 1000"],
    ["ctx.reply('200', {})", "The route /x returned a reply with the status 200"],
    ["Response.error()", "The route /x returned a reply with the status 0"],
    ["(async () => { const it = new Response('a'); await it.text(); return it; })()", "whose body was read already"],
    ["ctx.fail(999, 'x')", "An error has a status from 400 to 599, and not 999"],
    ["ctx.fail(200, 'x')", "An error has a status from 400 to 599, and not 200"],
  ];
  for (const [expression, said] of cases) {
    const reply = await ask(expression);
    assertEquals(reply.status, 500, expression);
    assertStringIncludes(reply.text, '"message":"Something went wrong here"', expression);
    assertStringIncludes(reply.said, said, expression);
  }
});

Deno.test("a redirect may lead to an address in any script, and holds nothing but its own field", async () => {
  const cases: ReadonlyArray<readonly [to: string, location: string]> = [
    ["/people/日本?q=é#ü", "/people/%E6%97%A5%E6%9C%AC?q=%C3%A9#%C3%BC"],
    ["/a b", "/a%20b"],
    ["/a%20b?x=1&y=[2]", "/a%20b?x=1&y=[2]"],
    ["/x\r\nset-cookie: a=b", "/x%0D%0Aset-cookie:%20a=b"],
    ["/half \ud83d", "/half%20%EF%BF%BD"],
  ];
  for (const [to, location] of cases) {
    await using dir = await tempDir({ "x.js": `export const GET = (ctx) => ctx.redirect(${JSON.stringify(to)});` });
    await using it = await testApp({ besideDir: dir.path });
    const response = await it.request("/x");
    assertEquals([response.status, response.headers.get("location")], [303, location]);
  }
});
