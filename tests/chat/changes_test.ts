import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { encodeFact, keyOf } from "../../lib/store/entries.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";
import { tempDir } from "../testing.ts";
import { makeAccount, send, testChat, texts, turn } from "./test_chat.ts";

const at = (seq: number) => ({ room: "common", seq });

Deno.test("an edit is told to everybody as the message's new state, and acknowledged", async () => {
  await using room = await testChat();
  const [ada, bob] = [await room.join("ada"), await room.join("bob")];
  ada.say(send("k", "first"));
  await bob.socket.until((socket) => socket.of("message").length === 1);
  ada.say({ type: "edit", ...at(1), text: "**second**", key: "e1" });
  await ada.socket.until((socket) => socket.of("ack").some(({ key }) => key === "e1"));
  await bob.socket.until((socket) => socket.of("changed").length === 1);
  const [changed] = bob.socket.of("changed");
  assertEquals([changed.seq, changed.text, changed.html?.includes("<strong>second</strong>")], [1, "**second**", true]);
  assert(changed.editedAt! >= changed.at);
  assertEquals(changed.position, changed.change);
  assertEquals(ada.socket.of("ack").at(-1), { type: "ack", key: "e1", room: "common", seq: 1 });
});

Deno.test("only its author edits a message; its author or a moderator deletes it", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const bob = await makeAccount(room.store, "bob");
  const eve = await makeAccount(room.store, "eve", "moderator");
  const { posting } = room.chat;
  for (const key of ["a", "b"]) await posting.post(ada, { room: "common", key, text: key });
  await assertRejects(() => posting.edit(bob, at(1), "mine"), HttpError, "Only its author");
  await assertRejects(() => posting.edit(eve, at(1), "mine"), HttpError, "Only its author");
  await assertRejects(() => posting.delete(bob, at(1)), HttpError, "Only its author or a moderator");
  await posting.delete(ada, at(1));
  await posting.delete(eve, at(2));
  assertEquals(room.chat.messages(bob, "common", { limit: 10 }).map(({ text, deletedAt }) => [text, deletedAt! > 0]), [
    ["", true],
    ["", true],
  ]);
  await assertRejects(() => posting.edit(ada, at(1), "again"), HttpError, "deleted");
  await assertRejects(() => posting.react(ada, at(1), { emoji: "👍", on: true }), HttpError, "deleted");
  await assertRejects(() => posting.edit(ada, at(9), "x"), HttpError, "no message 9");
});

Deno.test("moderators see what a message said before it was edited and deleted, others do not", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const eve = await makeAccount(room.store, "eve", "moderator");
  await room.chat.posting.post(ada, { room: "common", key: "a", text: "one" });
  await room.chat.posting.edit(ada, at(1), "two");
  await room.chat.posting.delete(eve, at(1));
  assertEquals(room.chat.versions(eve, at(1)).map(({ text, by }) => [text, by]), [["one", "ada"], ["two", "eve"]]);
  assertThrows(() => room.chat.versions(ada, at(1)), HttpError, "Only moderators");
});

Deno.test("what was edited or deleted is found by its new words, and by the old ones no more", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const found = (word: string) => room.store.messageSearch.count(`"${word}"`, { reader: ada.id });
  await room.chat.posting.post(ada, { room: "common", key: "a", text: "apple" });
  await room.chat.posting.edit(ada, at(1), "pear");
  assertEquals([found("apple"), found("pear")], [0, 1]);
  await room.chat.posting.delete(ada, at(1));
  assertEquals([found("apple"), found("pear")], [0, 0]);
});

Deno.test("a reaction is one of each person and emoji, and can be taken back", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const bob = await makeAccount(room.store, "bob");
  const { posting } = room.chat;
  await posting.post(ada, { room: "common", key: "a", text: "a" });
  const reactions = () => room.chat.message(ada, at(1)).reactions;
  for (const who of [bob, ada, ada]) await posting.react(who, at(1), { emoji: "👍", on: true });
  await posting.react(ada, at(1), { emoji: "🎉", on: true });
  assertEquals(reactions(), [{ emoji: "👍", by: ["bob", "ada"] }, { emoji: "🎉", by: ["ada"] }]);
  await posting.react(bob, at(1), { emoji: "👍", on: false });
  await posting.react(ada, at(1), { emoji: "👍", on: false });
  assertEquals(reactions(), [{ emoji: "🎉", by: ["ada"] }]);
  for (const emoji of ["", "a", "👍👍", "<b>", "👍 ", "x".repeat(99)]) {
    await assertRejects(() => posting.react(ada, at(1), { emoji, on: true }), HttpError, "one emoji");
  }
});

Deno.test("a message has at most 20 different reactions", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  await room.chat.posting.post(ada, { room: "common", key: "a", text: "a" });
  const emojis = Array.from({ length: 21 }, (_, index) => String.fromCodePoint(0x1f600 + index));
  const last = emojis.pop()!;
  for (const emoji of emojis) await room.chat.posting.react(ada, at(1), { emoji, on: true });
  await assertRejects(() => room.chat.posting.react(ada, at(1), { emoji: last, on: true }), HttpError, "at most 20");
});

Deno.test("a reply quotes what it answers, as that is now, and cuts it short", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const { posting } = room.chat;
  const quote = (seq: number) => room.chat.message(ada, at(seq)).quote;
  await posting.post(ada, { room: "common", key: "a", text: "é".repeat(300) });
  await posting.post(ada, { room: "common", key: "b", text: "yes", replyTo: 1 });
  assertEquals(quote(2), { author: "ada", text: `${"é".repeat(140)}…` });
  await posting.edit(ada, at(1), "short");
  assertEquals(quote(2), { author: "ada", text: "short" });
  await posting.delete(ada, at(1));
  assertEquals(quote(2), { author: "ada", text: "" });
});

Deno.test("who comes back is told what changed of the messages seen, then those not seen, then is live", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const { posting } = room.chat;
  for (let seq = 1; seq <= 120; seq++) await posting.post(ada, { room: "common", key: `k${seq}`, text: `m${seq}` });
  const since = room.chat.position;
  for (let seq = 1; seq <= 110; seq++) await posting.edit(ada, at(seq), `m${seq}, edited`);
  await posting.delete(ada, at(5));
  const bob = await room.join("bob");
  bob.say({ type: "resume", rooms: { common: 100 }, since });
  await bob.socket.until((socket) => socket.of("replayed").length === 1);
  const changed = bob.socket.of("changed");
  assertEquals(changed.length, 100);
  assertEquals(changed.at(-1)!.seq, 5);
  assertEquals(new Set(changed.map(({ seq }) => seq)).size, 100);
  assertEquals(
    changed.map(({ position }) => position),
    changed.map(({ position }) => position).toSorted((a, b) => a - b),
  );
  assertEquals(
    texts(bob),
    [...Array(10)].map((_, i) => `m${101 + i}, edited`).concat([...Array(10)].map((_, i) => `m${111 + i}`)),
  );
  await posting.edit(ada, at(7), "live");
  await bob.socket.until((socket) => socket.of("changed").at(-1)!.text === "live");
});

Deno.test("two resumes in one frame are two, and the room goes live", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  ada.say([{ type: "resume", rooms: { common: 0 } }, { type: "resume", rooms: { common: 0 } }]);
  await ada.socket.until((socket) => socket.of("replayed").length === 2);
  ada.say(send("k"));
  await ada.socket.until((socket) => socket.of("message").length === 1);
});

Deno.test("reading counts down what is unread, on one's other connections too, and outlives a restart", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const [phone, desk] = [await room.join("bob"), await room.join("bob")];
  for (const key of ["a", "b", "c"]) await room.chat.posting.post(ada, { room: "common", key, text: `@bob ${key}` });
  const row = () => room.chat.room(phone.user, "common");
  assertEquals([row().lastSeq, row().read, row().mentions], [3, 0, 3]);
  phone.say({ type: "read", ...at(2) });
  await desk.socket.until((socket) => socket.of("read").length === 1);
  assertEquals(desk.socket.of("read"), [{ type: "read", room: "common", seq: 2 }]);
  assertEquals(phone.socket.of("read"), []);
  phone.say({ type: "read", ...at(1) });
  phone.say({ type: "read", ...at(99) });
  await turn();
  assertEquals([row().read, row().mentions], [3, 0]);
  await room.chat.close();
  assertEquals(room.store.reads.seqOf(phone.user.id, "common"), 3);
});

Deno.test("what one says oneself is read; who comes new has read what was said before", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  await room.chat.posting.post(ada, { room: "common", key: "a", text: "a" });
  const bob = await makeAccount(room.store, "bob");
  assertEquals([ada, bob].map((who) => room.chat.room(who, "common").read), [1, 1]);
});

Deno.test("a mention is of who may read it, by any spelling of the name, and not of who is only named", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  await makeAccount(room.store, "bob");
  const secret = await room.chat.rooms.make(ada, { name: "Secret", open: false });
  const post = (id: string, text: string) => room.chat.posting.post(ada, { room: id, key: crypto.randomUUID(), text });
  const mentions = ({ room: id, seq }: { room: string; seq: number }) => {
    return room.chat.message(ada, { room: id, seq }).mentions;
  };
  assertEquals(mentions(await post("common", "hello @BOB, and @nobody, bob@ada.example")), ["bob"]);
  assertEquals(mentions(await post("common", "hello bob")), undefined);
  assertEquals(mentions(await post(secret.id, "hello @bob")), undefined);
});

Deno.test("typing is told once a second at most, to those in the room", async () => {
  await using room = await testChat();
  const [ada, bob] = [await room.join("ada"), await room.join("bob")];
  for (const { say } of [ada, bob]) say({ type: "resume", rooms: { common: 0 } });
  for (let i = 0; i < 10; i++) ada.say({ type: "typing", room: "common" });
  await bob.socket.until((socket) => socket.of("typing").length > 0);
  assertEquals(bob.socket.of("typing"), [{ type: "typing", room: "common", names: ["ada"] }]);
  ada.say(send("k"));
  await bob.socket.until((socket) => socket.of("typing").length === 2);
  assertEquals(bob.socket.of("typing").at(-1), { type: "typing", room: "common", names: [] });
});

Deno.test("who is muted neither writes, reacts nor types, and is told until when", async () => {
  await using room = await testChat();
  const ada = await room.join("ada");
  await room.chat.posting.post(ada.user, { room: "common", key: "a", text: "a" });
  const untilMs = Date.now() + 60_000;
  await room.store.log.append(
    keyOf.accountChange(ada.user.id),
    encodeFact({ type: "account-muted", account: ada.user.id, untilMs, by: "id-eve" }),
  );
  ada.say(send("k"));
  ada.say({ type: "react", ...at(1), emoji: "👍", on: true, key: "r" });
  ada.say({ type: "typing", room: "common" });
  await ada.socket.until((socket) => socket.of("refused").length === 3);
  for (const { status, message } of ada.socket.of("refused")) {
    const until = new Date(untilMs).toISOString().slice(0, 16).replace("T", " ");
    assertEquals([status, message], [403, `You are muted until ${until} UTC; wait, or ask a moderator`]);
  }
});

Deno.test("what somebody wrote is erased from the log, the views and the search, and keeps its place", async () => {
  await using room = await testChat();
  const [ada, bob] = [await room.join("ada"), await room.join("bob")];
  const { posting } = room.chat;
  await posting.post(ada.user, { room: "common", key: "a", text: "secretword one" });
  await posting.post(bob.user, { room: "common", key: "b", text: "hello", replyTo: 1 });
  await posting.post(ada.user, { room: "common", key: "c", text: "secretword two" });
  await posting.edit(ada.user, at(3), "secretword three");
  bob.say({ type: "resume", rooms: { common: 3 } });
  await room.chat.erase(ada.user);
  const entries = await room.store.log.read(0, 100);
  assertEquals(entries.filter(({ body }) => body.includes("secretword")), []);
  assertEquals(room.store.messageSearch.count('"secretword"', { reader: bob.user.id }), 0);
  assertEquals(
    room.chat.messages(bob.user, "common", { limit: 9 }).map(({ seq, author, text }) => [seq, author, text]),
    [[1, "", ""], [2, "bob", "hello"], [3, "", ""]],
  );
  // Once before, for those who see it, and once after, for those who came meanwhile.
  await bob.socket.until((socket) => socket.of("erased").length === 2);
  assertEquals(bob.socket.of("erased")[0], { type: "erased", author: "ada" });
  assertEquals((await posting.post(bob.user, { room: "common", key: "d", text: "next" })).seq, 4);
});

Deno.test("a mention that an edit takes out, or an erasure, concerns nobody any more, in a replay of the log too", async () => {
  await using dir = await tempDir();
  const mentions = ({ rooms }: Store) => rooms.rowFor("id-bob", "common")!.mentions;
  {
    await using room = await testChat({ dataDir: dir.path });
    const [ada] = [await makeAccount(room.store, "ada"), await makeAccount(room.store, "bob")];
    for (const key of ["a", "b", "c"]) {
      await room.chat.posting.post(ada, { room: "common", key, text: `@bob ${key}` });
    }
    await room.chat.posting.edit(ada, at(1), "nobody");
    assertEquals(mentions(room.store), 2);
    await Promise.allSettled([
      room.chat.posting.delete(ada, at(2)),
      room.chat.posting.edit(ada, at(2), "@bob again"),
    ]);
    assertEquals(mentions(room.store), 1);
    await room.chat.erase(ada);
    assertEquals(mentions(room.store), 0);
  }
  const db = openDatabase(dir.path);
  db.exec("UPDATE views SET version = 0 WHERE name = 'reads'");
  db.close();
  const again = openStore(dir.path);
  assertEquals(mentions(again), 0);
  await again.log.close();
});

Deno.test("who came while something was erased, and lost the connection, is told of it by the resume", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  for (let i = 0; i < 130; i++) await room.chat.posting.post(ada, { room: "common", key: `k${i}`, text: "secret" });
  const since = room.chat.position;
  await room.chat.erase(ada);
  const bob = await room.join("bob");
  bob.say({ type: "resume", rooms: { common: 130 }, since });
  await bob.socket.until((socket) => socket.of("replayed").length === 1);
  assertEquals(new Set(bob.socket.of("changed").map(({ seq, text }) => `${seq}${text}`)).size, 130);
  // What happens next has a position of its own, which is not taken for the erasure's.
  const cyd = await makeAccount(room.store, "cyd");
  await room.chat.posting.post(cyd, { room: "common", key: "next", text: "next" });
  const known = Math.max(...bob.socket.of("changed").map(({ position }) => position));
  await room.chat.posting.edit(cyd, at(131), "edited");
  const late = await room.join("bob");
  late.say({ type: "resume", rooms: { common: 131 }, since: known });
  await late.socket.until((socket) => socket.of("replayed").length === 1);
  assertEquals(late.socket.of("changed").at(-1)?.text, "edited");
});

Deno.test("who is banned or gone does nothing more, neither by an old socket nor by a late request", async () => {
  await using room = await testChat();
  const facts = {
    ada: { type: "account-banned", account: "id-ada", isBanned: true, by: "id-eve" },
    bob: { type: "account-removed", account: "id-bob", by: "id-eve" },
  } as const;
  for (const [name, fact] of Object.entries(facts)) {
    const { user, socket, say } = await room.join(name);
    await room.store.log.append(keyOf.accountChange(user.id), encodeFact(fact));
    const { rooms, posting } = room.chat;
    await assertRejects(() => posting.post(user, { room: "common", key: name, text: "late" }), HttpError);
    await assertRejects(() => rooms.make(user, { name: `Room of ${name}`, open: true }), HttpError);
    await assertRejects(() => rooms.direct(user, "ada"), HttpError);
    assertThrows(() => room.chat.messages(user, "common", { limit: 1 }), HttpError);
    say(send("k"));
    await socket.until((socket) => socket.of("refused").length === 1);
  }
  assertEquals(room.store.messages.range("common", { limit: 9 }), []);
});

Deno.test("how far one has read is never more than there is, whoever is told", async () => {
  await using room = await testChat();
  const bob = await room.join("bob");
  const ada = await makeAccount(room.store, "ada");
  await room.chat.posting.post(ada, { room: "common", key: "a", text: "a" });
  room.chat.markRead(bob.user, { room: "common", seq: 1e15 });
  await bob.socket.until((socket) => socket.of("read").length === 1);
  assertEquals(bob.socket.of("read")[0].seq, 1);
});

Deno.test("who is muted, or given a role, is told so on their own connections, and nobody else", async () => {
  await using room = await testChat();
  const [ada, bob] = [await room.join("ada"), await room.join("bob")];
  const untilMs = Date.now() + 60_000;
  const append = (fact: Parameters<typeof encodeFact>[0]) => {
    return room.store.log.append(keyOf.accountChange("id-ada"), encodeFact(fact));
  };
  await append({ type: "account-muted", account: "id-ada", untilMs, by: "id-eve" });
  await append({ type: "role-set", account: "id-ada", role: "moderator", by: "id-eve" });
  await ada.socket.until((socket) => socket.of("standing").length === 2);
  assertEquals(ada.socket.of("standing"), [
    { type: "standing", role: "member", mutedUntil: untilMs },
    { type: "standing", role: "moderator", mutedUntil: untilMs },
  ]);
  assertEquals(bob.socket.of("standing"), []);
});
