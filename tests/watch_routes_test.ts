import { assertEquals } from "@std/assert";
import { watchRoutes } from "../lib/commands/watch_routes.ts";
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
