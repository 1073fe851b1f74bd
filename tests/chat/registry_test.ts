import { assertEquals } from "@std/assert";
import { Registry } from "../../lib/chat/registry.ts";

Deno.test("Registry counts connections, and tells only the first and the last", () => {
  const registry = new Registry();
  registry.enter("ada");
  registry.enter("ada");
  registry.enter("bob");
  assertEquals(registry.takeChanges(), { joined: ["ada", "bob"], left: [] });
  assertEquals(registry.takeChanges(), undefined);
  assertEquals(registry.countOf("ada"), 2);
  registry.leave("ada");
  assertEquals(registry.takeChanges(), undefined);
  registry.leave("ada");
  assertEquals(registry.takeChanges(), { joined: [], left: ["ada"] });
  assertEquals(registry.online, ["bob"]);
});

Deno.test("Registry says nothing of who comes and goes between two looks", () => {
  const registry = new Registry();
  registry.enter("ada");
  registry.leave("ada");
  assertEquals(registry.takeChanges(), undefined);
  registry.enter("bob");
  registry.takeChanges();
  registry.leave("bob");
  registry.enter("bob");
  assertEquals(registry.takeChanges(), undefined);
});

Deno.test("Registry ignores the leaving of who never came", () => {
  const registry = new Registry();
  registry.leave("nobody");
  assertEquals([registry.online, registry.takeChanges()], [[], undefined]);
});
