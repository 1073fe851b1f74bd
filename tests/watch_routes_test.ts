import { assertEquals } from "@std/assert";
import { mayBeCode, watchRoutes } from "../lib/commands/watch_routes.ts";
import { tempDir } from "./testing.ts";

Deno.test("watchRoutes() says that routes have changed, once for what comes together", async () => {
  await using dir = await tempDir({ "a.js": "1", "in/b.js": "1" });
  const said: string[] = [];
  let heard = Promise.withResolvers<void>();
  const stop = watchRoutes(dir.path, (text) => {
    said.push(text);
    heard.resolve();
  });
  await dir.write("a.js", "2");
  await dir.write("in/b.js", "2");
  await heard.promise;
  assertEquals(said, [`The routes in ${dir.path} have changed; they take effect with the next start`]);
  heard = Promise.withResolvers();
  await dir.write("in/c.js", "1");
  await heard.promise;
  assertEquals(said.length, 2);
  await dir.write("a.js", "3");
  stop();
});

Deno.test("mayBeCode() leaves out what a route keeps beside itself, and what an editor does", () => {
  const code = ["/r/a.js", "/r/in/[...rest].tsx", "/r/.shared/names.ts", "/r/blog", "/r/.names.json"];
  const other = ["/r/.kept.db", "/r/.kept.db-journal", "/r/.a.js.swp", "/r/a.js~", "/r/notes.txt"];
  assertEquals([...code, ...other].filter(mayBeCode), code);
});
