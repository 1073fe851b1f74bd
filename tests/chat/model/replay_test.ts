/** What the model found, each as the shortest course that shows it. */
import { assertEquals } from "@std/assert";
import { drain, testChat, turn } from "../test_chat.ts";

Deno.test("a message that changes after its replay, while that waits for its reader, comes again as it is then", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  await room.chat.posting.post(ada.user, { room: "common", key: "k", text: "before" });
  const bob = await room.join("bob");
  bob.socket.bufferedAmount = 512 * 1024;
  bob.say({ type: "resume", rooms: { common: 0 }, since: 0 });
  await bob.socket.until((socket) => socket.of("message").length === 1);
  await room.chat.posting.edit(ada.user, { room: "common", seq: 1 }, "after");
  drain(bob);
  await bob.socket.until((socket) => socket.of("replayed").length === 1);
  const states = [...bob.socket.of("message"), ...bob.socket.of("changed")].map(({ text }) => text);
  assertEquals(states.at(-1), "after");
});

Deno.test("a message seen before, that changes while a replay without `since` waits, comes as it is then", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  for (const key of ["k1", "k2"]) await room.chat.posting.post(ada.user, { room: "common", key, text: "before" });
  const bob = await room.join("bob");
  bob.socket.bufferedAmount = 512 * 1024;
  bob.say({ type: "resume", rooms: { common: 1 } });
  await bob.socket.until((socket) => socket.of("message").length === 1);
  await room.chat.posting.edit(ada.user, { room: "common", seq: 1 }, "after");
  drain(bob);
  await bob.socket.until((socket) => socket.of("replayed").length === 1);
  assertEquals(bob.socket.of("changed").map(({ seq, text }) => ({ seq, text })), [{ seq: 1, text: "after" }]);
});

Deno.test("who comes back after somebody was erased is told of every message, however many there were", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const keys = Array.from({ length: 120 }, (_, index) => `k${index}`);
  await Promise.all(keys.map((key) => room.chat.posting.post(ada.user, { room: "common", key, text: "gone soon" })));
  const since = await room.store.log.head();
  await room.chat.posting.post(ada.user, { room: "common", key: "last", text: "gone soon" });
  await room.chat.erase(ada.user);
  const bob = await room.join("bob");
  bob.say({ type: "resume", rooms: { common: 120 }, since });
  await bob.socket.until((socket) => socket.of("replayed").length === 1);
  await turn();
  assertEquals(bob.socket.of("changed").filter(({ author, text }) => author === "" && text === "").length, 120);
});
