import { assertEquals } from "@std/assert";
import { Headcount } from "../../lib/net/headcount.ts";

Deno.test("connections are counted in all and by address, and whoever leaves makes room", () => {
  const headcount = new Headcount({ maxConnections: 3, maxConnectionsPerAddress: 2 });
  const room = () => ["a", "b"].map((address) => headcount.hasRoomFor(address));
  headcount.enter("a");
  assertEquals(room(), [true, true]);
  headcount.enter("a");
  assertEquals(room(), [false, true], "no more from a");
  headcount.enter("b");
  assertEquals(room(), [false, false], "no more at all");
  headcount.leave("a");
  assertEquals(room(), [true, true]);
});
