import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { HOSTILE_PATHS } from "../fixtures/hostile_paths.ts";
import { staticSite } from "../fixtures/static_site.ts";
import { fakeClock } from "../testing.ts";

Deno.test("the application serves no secret, by whatever path", async () => {
  await using it = await staticSite();
  for (const path of HOSTILE_PATHS) {
    if (!URL.canParse(path, "http://localhost") || path.startsWith("//")) continue;
    const response = await it.get(path);
    const body = await response.text();
    assert(response.status < 500, `${path}: ${response.status}`);
    assert(!body.includes("hidden words") && !body.includes("root:"), path);
  }
});

Deno.test("a file answers GET, HEAD and OPTIONS alone, and says so", async () => {
  await using it = await staticSite();
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const response = await it.app.request("/digits.txt", { method });
    assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD, OPTIONS"], method);
    await response.body?.cancel();
  }
  const options = await it.app.request("/digits.txt", { method: "OPTIONS" });
  assertEquals([options.status, options.headers.get("allow")], [204, "GET, HEAD, OPTIONS"]);
  assertEquals((await it.app.request("/nothing.txt", { method: "POST" })).status, 404);
});

Deno.test("what the application says of a file has the fields that every reply has", async () => {
  await using it = await staticSite();
  const etag = await it.etagOf("/digits.txt");
  for (const headers of [{}, { range: "bytes=0-1" }, { "if-none-match": etag }] as Array<Record<string, string>>) {
    const response = await it.get("/digits.txt", headers);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff", JSON.stringify(headers));
    await response.body?.cancel();
  }
});

Deno.test("a malformed percent-encoding is answered with 400", async () => {
  await using it = await staticSite();
  for (const path of ["/%", "/%zz", "/%E0%A4%A", "/%C0%AE%C0%AE/outside.txt"]) {
    const response = await it.get(path);
    assertEquals(response.status, 400, path);
    assertStringIncludes(await response.text(), "Cannot decode");
  }
});

Deno.test("a file that was just served is answered at once, without a promise", async () => {
  await using it = await staticSite();
  using _clock = fakeClock();
  const peer = { address: "127.0.0.1", isSecure: false, upgrade: () => new Response() };
  const ask = () => it.app.app(new Request("http://localhost/page.html"), peer);
  await ask();
  assert(ask() instanceof Response);
});
