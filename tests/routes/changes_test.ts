import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { tempDir, testApp, testServer } from "../testing.ts";

Deno.test("changes are told only by a server that was started with --watch", async () => {
  await using it = await testApp();
  assertEquals((await it.request("/api/changes")).status, 404);
});

Deno.test("an open page is told of a change on disk, and of no more than that, whatever its origin", async () => {
  await using dir = await tempDir({ "a.md": "alpha", "b.html": "" });
  for (const transport of ["native", "raw"] as const) {
    await using it = await testServer({ siteDir: dir.path, isWatching: true, transport });
    const head = await fetch(`${it.url}api/changes`, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
    const response = await fetch(`${it.url}api/changes`);
    assertEquals(response.headers.get("access-control-allow-origin"), "*");
    assertStringIncludes(response.headers.get("content-type")!, "text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    // What is changed while the folder is read for the first time is no change: it is changed until that is told.
    const writing = setInterval(() => Deno.writeTextFileSync(join(dir.path, "a.md"), crypto.randomUUID()), 20);
    while (!text.includes("data:")) text += (await reader.read()).value;
    clearInterval(writing);
    await reader.cancel();
    assertEquals(text.replaceAll(/^(:|retry: \d+)\n\n/gm, "").split("\n\n")[0], "data: change");
  }
});
