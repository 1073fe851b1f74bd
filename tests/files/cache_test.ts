import { assertEquals } from "@std/assert";
import { ByteCache } from "../../lib/files/cache.ts";

Deno.test("the cache keeps what was used last, and never more than there is room for", () => {
  const cache = new ByteCache<string>(10);
  for (const key of ["a", "b", "c"]) cache.set(key, { value: key.toUpperCase(), bytes: 3 });
  assertEquals([cache.bytes, cache.get("a")], [9, "A"]);
  cache.touch("a");
  cache.set("d", { value: "D", bytes: 4 });
  assertEquals(["a", "b", "c", "d"].map((key) => cache.get(key)), ["A", undefined, "C", "D"]);
  assertEquals(cache.bytes, 10);
  cache.set("a", { value: "A2", bytes: 1 });
  assertEquals([cache.get("a"), cache.bytes], ["A2", 8]);
  cache.set("huge", { value: "H", bytes: 11 });
  assertEquals([cache.get("huge"), cache.bytes], [undefined, 8]);
  cache.set("a", { value: "too large by now", bytes: 11 });
  assertEquals([cache.get("a"), cache.bytes], [undefined, 7]);
  cache.delete("gone");
  for (const key of ["c", "d"]) cache.delete(key);
  assertEquals(cache.bytes, 0);
});
