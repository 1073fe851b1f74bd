import { assertEquals } from "@std/assert";
import { Feed } from "../../static/_ui/feed.js";
import { fakeTimers } from "../testing.ts";

function testFeed(init: { last: number; position?: number; others?: Record<string, number> }) {
  const sent: unknown[] = [];
  const feed = new Feed({ room: "common", ...init, send: (message) => sent.push(message) > 0 });
  return { feed, sent };
}

const welcome = (position: number, ids = ["common"]) => ({ position, rooms: ids.map((id) => ({ id })) });
const changed = (seq: number, position: number, room = "common") => ({ room, seq, position });

Deno.test("the next message is taken, a known one is not, and a gap is asked for once", () => {
  const { feed, sent } = testFeed({ last: 3, position: 10 });
  assertEquals([4, 4, 2].map((seq) => feed.takes({ seq })), [true, false, false]);
  assertEquals(sent, []);
  assertEquals([7, 8].map((seq) => feed.takes({ seq })), [false, false]);
  assertEquals(sent, [{ type: "resume", rooms: { common: 4 }, since: 10 }]);
  assertEquals([5, 6].map((seq) => feed.takes({ seq })), [true, true]);
  feed.caughtUp();
  assertEquals([feed.takes({ seq: 9 }), sent.length], [false, 2]);
});

Deno.test("the newest state of a message wins, in whatever order they come", () => {
  const { feed } = testFeed({ last: 3, position: 10 });
  feed.resume(welcome(20));
  const states = [changed(2, 15), changed(2, 12), changed(2, 15), changed(2, 18), changed(9, 30), changed(1, 40, "x")];
  assertEquals(states.map((state) => feed.takesChange(state)), [true, false, false, true, false, false]);
  feed.takes({ seq: 4, change: 19 });
  assertEquals([feed.takesChange(changed(4, 17)), feed.takesChange(changed(4, 21))], [false, true]);
  assertEquals(feed.renews({ room: "common", seq: 2, change: 18 }), false);
  assertEquals(feed.renews({ room: "common", seq: 2, change: 22 }), true);
  assertEquals(feed.renews({ room: "common", seq: 2 }), false);
});

Deno.test("the position moves on when a replay has ended, and then with each change of the room", () => {
  const { feed, sent } = testFeed({ last: 3, position: 10 });
  feed.resume(welcome(20));
  feed.takesChange(changed(2, 30));
  assertEquals(feed.position, 10);
  // The connection was lost: all is asked for again.
  feed.resume(welcome(31));
  assertEquals(sent.at(-1), { type: "resume", rooms: { common: 3 }, since: 10 });
  feed.caughtUp();
  assertEquals(feed.position, 31);
  feed.takesChange(changed(1, 40, "elsewhere"));
  feed.takesChange(changed(1, 35));
  assertEquals(feed.position, 35);
});

Deno.test("two replays at once cannot be told apart, so the position waits for the next connection", () => {
  const { feed } = testFeed({ last: 3, position: 10 });
  feed.resume(welcome(20));
  feed.resume();
  feed.caughtUp();
  feed.takesChange(changed(2, 30));
  assertEquals(feed.position, 10);
  feed.resume(welcome(31));
  feed.caughtUp();
  assertEquals(feed.position, 31);
});

Deno.test("other rooms are asked for too, while one is in them, and count each message once", () => {
  const { feed, sent } = testFeed({ last: 3, others: { second: 5, third: 1 } });
  feed.resume(welcome(1, ["common", "second"]));
  assertEquals(sent.at(-1), { type: "resume", rooms: { second: 5, common: 3 }, since: undefined });
  const counted = [6, 6, 5, 7].map((seq) => feed.counts({ room: "second", seq }));
  assertEquals(counted, [true, false, false, true]);
  feed.forget("second");
  feed.resume();
  assertEquals(sent.at(-1), { type: "resume", rooms: { common: 3 }, since: undefined });
});

Deno.test("a replay that is refused for now is asked for later, and gaps wait for it", () => {
  using timers = fakeTimers();
  const { feed, sent } = testFeed({ last: 3, position: 10 });
  feed.resume(welcome(20));
  feed.resumeLater(2_000);
  assertEquals([feed.takes({ seq: 9 }), sent.length], [false, 1]);
  timers.tick(2_000);
  assertEquals(sent.length, 2);
  feed.caughtUp();
  assertEquals([feed.takes({ seq: 9 }), sent.length], [false, 3]);
});
