import { assert, assertEquals, assertThrows } from "@std/assert";

import { HttpError } from "../../lib/errors.ts";
import { setImmediate } from "node:timers";
import { SharedText } from "../../lib/net/socket.ts";

import { fakeTimers } from "../testing.ts";
import { FakeSocket } from "./fake_socket.ts";
import { drain, makeAccount, send, testChat, texts, turn } from "./test_chat.ts";

Deno.test("a member is welcomed first of all", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const [welcome] = ada.socket.said;
  assertEquals(welcome, {
    type: "welcome",
    you: { name: "ada", role: "member" },
    rooms: [
      { id: "common", name: "Common room", access: "open", lastSeq: 0, read: 0, mentions: 0, isMember: true },
    ],
    online: ["ada"],
    profiles: {},
    position: 2,
    limits: { textCharacters: 4000, frameBytes: 65536, frameMessages: 100 },
  });
});

Deno.test("everybody sees everybody's messages, in one order, and each sender's are acknowledged", async () => {
  await using room = await testChat();
  const members = await Promise.all(["ada", "bob", "cleo"].map((name) => room.join(name)));
  for (const member of members) member.say({ type: "resume", rooms: { common: 0 } });
  for (const member of members) for (const n of [1, 2, 3]) member.say(send(`${member.user.name}-${n}`));
  for (const { socket } of members) await socket.until((socket) => socket.of("message").length === 9);
  for (const member of members) {
    assertEquals(member.socket.of("message").map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assertEquals(texts(member), texts(members[0]));
    assertEquals(member.socket.of("ack").map(({ key }) => key), [1, 2, 3].map((n) => `${member.user.name}-${n}`));
  }
  for (const { key, seq } of members[1].socket.of("ack")) {
    assertEquals(room.store.messages.range("common", { limit: 10 })[seq - 1].key, key);
  }
});

Deno.test("an ack comes after the commit, never before", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  ada.say(send("k1"));
  assertEquals(ada.socket.of("ack"), []);
  await ada.socket.until((socket) => socket.of("ack").length === 1);
  assertEquals(room.store.messages.byKey(ada.user.id, "k1")?.seq, ada.socket.of("ack")[0].seq);
});

Deno.test("messages that come in one turn leave in one frame", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const bob = await room.join("bob");
  bob.say({ type: "resume", rooms: { common: 0 } });
  ada.say([1, 2, 3, 4].map((n) => send(`k${n}`)) as object);
  await bob.socket.until((socket) => socket.of("message").length === 4);
  const frames = bob.socket.frames.map((frame) => JSON.parse(frame)).filter((frame) => frame[0]?.type === "message");
  assertEquals(frames.map((frame) => frame.length), [4]);
});

Deno.test("the same key is one message, answered with the first one's sequence", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  ada.say([send("once", "first"), send("once", "second")]);
  await ada.socket.until((socket) => socket.of("ack").length === 2);
  ada.say(send("once", "third"));
  await ada.socket.until((socket) => socket.of("ack").length === 3);
  assertEquals(ada.socket.of("ack").map(({ seq }) => seq), [1, 1, 1]);
  assertEquals(room.store.messages.range("common", { limit: 10 }).map(({ text }) => text), ["first"]);
});

Deno.test("the same key of another member is another message", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const bob = await room.join("bob");
  ada.say(send("k"));
  bob.say(send("k"));
  await ada.socket.until((socket) => socket.of("message").length === 2);
  assertEquals(room.store.messages.range("common", { limit: 10 }).length, 2);
});

Deno.test("who resumes gets everything missed, in order and once, then goes live", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const texts1 = Array.from({ length: 1_050 }, (_, i) => `m${i + 1}`);
  await Promise.all(texts1.map((text) => room.chat.posting.post(ada.user, { room: "common", key: text, text })));
  const bob = await room.join("bob");
  bob.say({ type: "resume", rooms: { common: 20 } });
  // Messages keep coming while the replay is under way.
  let posted = 1_050;
  while (bob.socket.of("replayed").length === 0) {
    const text = `m${++posted}`;
    await room.chat.posting.post(ada.user, { room: "common", key: text, text });
  }
  await room.chat.posting.post(ada.user, { room: "common", key: "last", text: "last" });
  await bob.socket.until((socket) => socket.of("message").at(-1)?.text === "last");
  const seqs = bob.socket.of("message").map(({ seq }) => seq);
  assertEquals(seqs, Array.from({ length: posted + 1 - 20 }, (_, i) => i + 21));
  assert(posted > 1_050, "messages came during the replay");
  const upTo = bob.socket.of("replayed")[0].upTo;
  const before = bob.socket.said.slice(0, bob.socket.said.findIndex(({ type }) => type === "replayed"));
  assertEquals(before.filter(({ type }) => type === "message").length, upTo - 20);
});

Deno.test("who resumes again while a replay is under way gets all from there, in order", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const keys = Array.from({ length: 600 }, (_, i) => `m${i + 1}`);
  await Promise.all(keys.map((key) => room.chat.posting.post(ada.user, { room: "common", key, text: key })));
  const bob = await room.join("bob");
  bob.say({ type: "resume", rooms: { common: 0 } });
  bob.say({ type: "resume", rooms: { common: 500 } });
  await bob.socket.until((socket) => socket.of("replayed").length === 1);
  const seqs = bob.socket.of("message").map(({ seq }) => seq);
  assertEquals(seqs.slice(0, 50), Array.from({ length: 50 }, (_, i) => i + 1));
  assertEquals(seqs.slice(50), Array.from({ length: 100 }, (_, i) => i + 501));
});

Deno.test("a client that says nothing goes live from the welcome on", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  await room.chat.posting.post(ada.user, { room: "common", key: "before", text: "before" });
  const bob = await room.join("bob");
  await room.chat.posting.post(ada.user, { room: "common", key: "after", text: "after" });
  await bob.socket.until((socket) => socket.of("message").length === 1);
  assertEquals(texts(bob), ["after"]);
  assertEquals(bob.socket.of("replayed"), []);
});

Deno.test("what is wrong with a message is said, with its key, and the connection goes on", async () => {
  const cases: Array<[frame: object | string, status: number, key?: string]> = [
    [send("k1", ""), 422, "k1"],
    [send("k2", " \n\t "), 422, "k2"],
    [send("k3", "x".repeat(4_001)), 413, "k3"],
    [send("k4", "\ud800"), 422, "k4"],
    [send("k5", "a\0b"), 422, "k5"],
    [{ ...send("k6"), room: "nowhere" }, 404, "k6"],
    [{ ...send("k7"), replyTo: 99 }, 422, "k7"],
    [{ type: "send", room: "common", key: "k8" }, 400, "k8"],
    [{ type: "send", room: "common", text: "no key" }, 400],
    [send(""), 400],
    [send("k".repeat(65)), 400],
    [send("not\nvisible"), 400],
    [{ type: "sing" }, 400],
    [{ type: "resume", rooms: { common: -1 } }, 400],
    [{ type: "resume", rooms: { nowhere: 0 } }, 404],
    [{ type: "resume" }, 400],
    ["no JSON", 400],
    ["", 400],
    ["null", 400],
    ["7", 400],
    ["[[]]", 400],
    ['{"type":"send","key":{"a":1}}', 400],
    [Array.from({ length: 101 }, (_, i) => send(`many-${i}`)), 413],
  ];
  for (const [frame, status, key] of cases) {
    await using room = await testChat();
    const ada = await room.join("ada");
    ada.say(frame);
    await ada.socket.until((socket) => socket.of("refused").length > 0);
    const [refused] = ada.socket.of("refused");
    assertEquals([refused.status, refused.key], [status, key], JSON.stringify(frame)?.slice(0, 80));
    assert(refused.message.length > 10);
    assertEquals(ada.socket.closedWith, undefined);
    ada.say(send("good"));
    await ada.socket.until((socket) => socket.of("ack").length === 1);
    assertEquals(room.store.messages.range("common", { limit: 10 }).map(({ key }) => key), ["good"]);
  }
});

Deno.test("4,000 characters are allowed, whatever they are made of", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  ada.say(send("emoji", "👩".repeat(4_000)));
  ada.say(send("letters", "x".repeat(4_000)));
  await ada.socket.until((socket) => socket.of("ack").length === 2);
  assertEquals(ada.socket.of("refused"), []);
});

Deno.test("who writes too fast is told when to try again, and a retry of the same key goes through later", async () => {
  await using room = await testChat({ hasRateLimits: true });
  const ada = await room.join("ada");
  for (let i = 0; i < 30; i++) ada.say(send(`k${i}`));
  await ada.socket.until((socket) => socket.of("ack").length + socket.of("refused").length === 30);
  assertEquals(ada.socket.of("ack").length, 20);
  for (const { status, retryAfterMs = 0, key } of ada.socket.of("refused")) {
    assertEquals(status, 429);
    assert(retryAfterMs > 0 && key !== undefined);
  }
});

Deno.test("a repeated key is answered even to who writes too fast", async () => {
  await using room = await testChat({ hasRateLimits: true });
  const ada = await room.join("ada");
  ada.say(send("first"));
  await ada.socket.until((socket) => socket.of("ack").length === 1);
  for (let i = 0; i < 30; i++) ada.say(send(`k${i}`));
  ada.say(send("first"));
  await ada.socket.until((socket) => socket.of("ack").filter(({ key }) => key === "first").length === 2);
});

Deno.test("a client that only sends nonsense is cut", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  for (let i = 0; i < 150; i++) ada.say("nonsense");
  assertEquals(ada.socket.closedWith?.code, 1008);
  await turn();
  assertEquals(ada.socket.of("refused").length, 100);
  assertEquals(room.chat.online, []);
});

Deno.test("a client that does not read is cut with 1013, and nobody else waits", async () => {
  await using room = await testChat();
  const slow = await room.join("slow");
  const ada = await room.join("ada");
  slow.say({ type: "resume", rooms: { common: 0 } });
  ada.say({ type: "resume", rooms: { common: 0 } });
  slow.socket.bufferedAmount = 2 * 1024 * 1024;
  ada.say(send("k1"));
  ada.say(send("k2"));
  await ada.socket.until((socket) => socket.of("message").length === 2);
  assertEquals(slow.socket.closedWith?.code, 1013);
  assertEquals(room.chat.online, ["ada"]);
});

Deno.test("a replay waits for the client to read", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const keys = Array.from({ length: 500 }, (_, i) => `m${i + 1}`);
  await Promise.all(keys.map((key) => room.chat.posting.post(ada.user, { room: "common", key, text: key })));
  const bob = await room.join("bob");
  bob.socket.bufferedAmount = 512 * 1024;
  bob.say({ type: "resume", rooms: { common: 0 } });
  for (let i = 0; i < 10; i++) await turn();
  assertEquals(bob.socket.of("message").length, 50);
  drain(bob);
  await bob.socket.until((socket) => socket.of("replayed").length === 1);
  assertEquals(bob.socket.of("message").length, 500);
});

Deno.test("a replay that its client does not read is given up with 1013, and holds nothing back", async () => {
  using timers = fakeTimers();
  await using room = await testChat();
  const ada = await room.join("ada");
  await room.chat.posting.post(ada.user, { room: "common", key: "k", text: "k" });
  const [bob, cleo] = [await room.join("bob"), await room.join("cleo")];
  for (const member of [bob, cleo]) {
    member.socket.bufferedAmount = 512 * 1024;
    member.say({ type: "resume", rooms: { common: 0 } });
  }
  timers.tick(29_000);
  drain(cleo);
  await turn();
  timers.tick(1_000);
  assertEquals([bob.socket.closedWith?.code, cleo.socket.closedWith], [1013, undefined]);
  assertEquals(cleo.socket.of("replayed").length, 1);
});

Deno.test("a binary message is no part of the protocol: 1003", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  ada.events.message(new TextEncoder().encode(JSON.stringify(send("k"))));
  assertEquals(ada.socket.closedWith?.code, 1003);
  assertEquals(room.chat.online, []);
});

Deno.test("a message is one frame for all who are in the room", async () => {
  await using room = await testChat();
  const members = [await room.join("ada"), await room.join("bob")];
  const shared = new Set<unknown>();
  for (const { socket, say } of members) {
    say({ type: "resume", rooms: { common: 0 } });
    await socket.until((socket) => socket.of("replayed").length === 1);
    socket.send = (message) => {
      if (message instanceof SharedText && message.text.includes('"message"')) shared.add(message);
      FakeSocket.prototype.send.call(socket, message);
    };
  }
  members[0].say(send("k"));
  for (const { socket } of members) await socket.until((socket) => socket.of("message").length === 1);
  assertEquals(shared.size, 1);
});

Deno.test("presence tells who comes and goes, once however many connections they have", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  await turn();
  const bob1 = await room.join("bob");
  const bob2 = await room.join("bob");
  await ada.socket.until((socket) => socket.of("presence").some(({ joined }) => joined?.includes("bob")));
  bob1.events.closed();
  await turn();
  assertEquals(room.chat.online, ["ada", "bob"]);
  bob2.events.closed();
  bob2.events.closed();
  await ada.socket.until((socket) => socket.of("presence").some(({ left }) => left?.includes("bob")));
  assertEquals(ada.socket.of("presence").filter(({ joined }) => joined?.includes("bob")).length, 1);
  assertEquals(room.chat.online, ["ada"]);
});

Deno.test("a thousand who join in one turn cost each other one frame", async () => {
  await using room = await testChat();
  const names = Array.from({ length: 1_000 }, (_, i) => `member-${i}`);
  await Promise.all(names.map((name) => makeAccount(room.store, name)));
  const [first] = await Promise.all(names.map((name) => room.join(name)));
  await first.socket.until((socket) => socket.of("presence").length > 0);
  await turn();
  const frames = first.socket.of("presence");
  assertEquals(frames.flatMap(({ joined }) => joined ?? []).length, 1_000);
  assert(frames.length <= 2, `${frames.length} frames`);
});

Deno.test("a session that ends takes its sockets along, and no others", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const bob = await room.join("bob");
  room.chat.entrance.endSessions(new Set(["session of ada"]));
  assertEquals([ada.socket.closedWith?.code, bob.socket.closedWith], [4401, undefined]);
});

Deno.test("before a stop everybody is told when to come back", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  await room.chat.close();
  assertEquals(ada.socket.closedWith?.code, 1001);
  const { retryAfterMs } = ada.socket.of("bye")[0];
  assert(retryAfterMs >= 500 && retryAfterMs <= 2_500);
});

Deno.test("what a closed connection says is not heard", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  ada.events.closed();
  ada.say(send("late"));
  await turn();
  await turn();
  assertEquals(room.store.messages.range("common", { limit: 10 }), []);
});

Deno.test("who has seen more than there is, is told what there is, and gets what comes", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  ada.say({ type: "resume", rooms: { common: 99 } });
  await ada.socket.until((socket) => socket.of("replayed").length === 1);
  assertEquals(ada.socket.of("replayed"), [{ type: "replayed", room: "common", upTo: 0 }]);
  ada.say(send("k"));
  await ada.socket.until((socket) => socket.of("message").length === 1);
});

Deno.test("a resume that names a room that is not there is refused that room, and given the others", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  ada.say({ type: "resume", rooms: { elsewhere: 3, common: 0 } });
  await ada.socket.until((socket) => socket.of("refused").length === 1 && socket.of("replayed").length === 1);
  assertEquals(ada.socket.of("gone"), [{ type: "gone", room: "elsewhere" }]);
  ada.say(send("k"));
  await ada.socket.until((socket) => socket.of("message").length === 1);
});

Deno.test("long messages leave in frames that no fast reader is cut for", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const bob = await room.join("bob");
  // A reader as fast as can be still has each frame in its buffer right after it was sent.
  let largest = 0;
  bob.socket.send = (message) => {
    FakeSocket.prototype.send.call(bob.socket, message);
    const { length } = bob.socket.frames.at(-1)!;
    largest = Math.max(largest, length);
    bob.socket.bufferedAmount = length * 3;
    setImmediate(() => drain(bob));
  };
  const text = "漢".repeat(4_000);
  const posts = Array.from(
    { length: 450 },
    (_, i) => room.chat.posting.post(ada.user, { room: "common", key: `k${i}`, text }),
  );
  await Promise.all(posts);
  bob.say({ type: "resume", rooms: { common: 0 } });
  while (bob.socket.of("replayed").length === 0 && bob.socket.closedWith === undefined) await turn();
  assertEquals(bob.socket.closedWith, undefined);
  assertEquals(bob.socket.of("message").map(({ seq }) => seq), Array.from({ length: 450 }, (_, i) => i + 1));
  assert(largest < 70_000, `a frame has ${largest} characters`);
});

Deno.test("a socket counts until it is gone, not only until it is closing", async () => {
  await using room = await testChat();
  const first = await room.join("ada");
  for (let i = 1; i < 50; i++) await room.join("ada");
  const { user } = first;
  const refusal = assertThrows(() => room.chat.entrance.check(user), HttpError, "50 connections");
  assertEquals(refusal.headers["retry-after"], "10");
  room.chat.entrance.endSessions(new Set(["session of ada"]));
  assertThrows(() => room.chat.entrance.check(user), HttpError, "50 connections");
  first.events.closed();
  room.chat.entrance.check(user);
});

Deno.test("a socket whose session ended before it opened is closed", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  await room.store.log.drop("session of ada");
  const late = new FakeSocket();
  room.chat.entrance.join(late, { user: ada.user, sessionKey: "session of ada" });
  await late.until(({ closedWith }) => closedWith !== undefined);
  assertEquals(late.closedWith?.code, 4401);
});

Deno.test("who joins while the server stops is refused, or told when to come back", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  await room.chat.close();
  assertThrows(() => room.chat.entrance.check(ada.user), HttpError, "The server stops");
  const late = await room.join("bob");
  assertEquals([late.socket.closedWith?.code, late.socket.of("bye").length], [1001, 1]);
});

Deno.test("the same key twice at once is said once, and only the first is new", async () => {
  await using room = await testChat();
  const { user } = await room.join("ada");
  const draft = { room: "common", key: "k", text: "once" };
  assertEquals(await Promise.all([room.chat.posting.post(user, draft), room.chat.posting.post(user, draft)]), [
    { room: "common", seq: 1, isRepeated: false },
    { room: "common", seq: 1, isRepeated: true },
  ]);
});

Deno.test("a message that is said while the last page of a replay waits for its reader is not left out", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  const bob = await room.join("bob");
  const text = "漢".repeat(4_000);
  await Promise.all(
    Array.from({ length: 60 }, (_, i) => room.chat.posting.post(ada.user, { room: "common", key: `k${i}`, text })),
  );
  bob.socket.bufferedAmount = 512 * 1024;
  bob.say({ type: "resume", rooms: { common: 0 } });
  await bob.socket.until((socket) => socket.of("message").length > 0);
  await room.chat.posting.post(ada.user, { room: "common", key: "meanwhile", text: "meanwhile" });
  drain(bob);
  await bob.socket.until((socket) => socket.of("replayed").length === 1);
  await room.chat.posting.post(ada.user, { room: "common", key: "then", text: "then" });
  await bob.socket.until((socket) => socket.of("message").at(-1)?.text === "then");
  assertEquals(bob.socket.of("message").map(({ seq }) => seq), Array.from({ length: 62 }, (_, i) => i + 1));
});

Deno.test("who missed much in many rooms gets all of it, however much that is", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const text = "x".repeat(3_000);
  const rooms: Record<string, number> = {};
  for (let i = 0; i < 12; i++) rooms[(await room.chat.rooms.make(ada, { name: `Room ${i}`, open: true })).id] = 0;
  for (const id of Object.keys(rooms)) {
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => room.chat.posting.post(ada, { room: id, key: `${id}-${i}`, text })),
    );
  }
  const bob = await room.join("bob");
  const sent = bob.socket.send.bind(bob.socket);
  // A reader who is fast, but not at once.
  bob.socket.send = (message) => {
    sent(message);
    bob.socket.bufferedAmount += typeof message === "string" ? message.length : 0;
    setImmediate(() => drain(bob));
  };
  bob.say({ type: "resume", rooms });
  await bob.socket.until((socket) => socket.of("replayed").length === 12 || socket.closedWith !== undefined);
  assertEquals([bob.socket.closedWith, bob.socket.of("message").length], [undefined, 12 * 60]);
});
