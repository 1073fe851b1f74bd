import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import type { Account } from "../../lib/store/accounts_view.ts";
import { encodeFact, keyOf } from "../../lib/store/entries.ts";
import { makeAccount, send, testChat, turn } from "./test_chat.ts";

/** The status that work is refused with; 200 if it is not. */
async function statusOf(work: () => unknown): Promise<number> {
  try {
    await work();
    return 200;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return error.status;
  }
}

Deno.test("a room is made with a speaking address, and a name is taken once", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const { rooms } = room.chat;
  assertEquals(await rooms.make(ada, { name: "  Garden  & Café ", open: true }), {
    id: "garden-cafe",
    name: "Garden & Café",
    access: "open",
    lastSeq: 0,
    read: 0,
    mentions: 0,
    isMember: true,
    madeBy: "ada",
  });
  await assertRejects(() => rooms.make(ada, { name: "garden & café", open: true }), HttpError, "already");
  // The same to the eye: with a Cyrillic a, and with capitals.
  await assertRejects(() => rooms.make(ada, { name: "G\u0430rden & Café", open: true }), HttpError, "already");
  const twice = ["Park", "PARK"].map((name) => rooms.make(ada, { name, open: true }));
  assertEquals((await Promise.allSettled(twice)).map(({ status }) => status), ["fulfilled", "rejected"]);
  assert((await rooms.make(ada, { name: "Garden, Cafe", open: true })).id.startsWith("garden-cafe-"));
  assert((await rooms.make(ada, { name: "園芸", open: true })).id.length > 3);
  assertNotEquals((await rooms.make(ada, { name: "New", open: true })).id, "new");
  assertEquals((await rooms.make(ada, { name: "❤️ 👩‍🌾", open: true })).name, "❤️ 👩‍🌾");
  const hidden = await rooms.make(ada, { name: "Garden & Café", open: false });
  assert(hidden.id.startsWith("r-"), "the address of a room by invitation does not tell its name");
});

Deno.test("a room cannot be called what nobody can read", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  for (
    const name of [
      "",
      "   ",
      "x".repeat(61),
      "a\u202Eb",
      "a\0b",
      "\u200B",
      "\uFE0F",
      "a\u{E0001}",
      "e\u0301\u0301\u0301\u0301",
    ]
  ) {
    await assertRejects(() => room.chat.rooms.make(ada, { name, open: true }), HttpError, "room's name");
  }
});

Deno.test("who may do what in which room", async () => {
  await using room = await testChat();
  const { rooms, posting } = room.chat;
  const who: Record<string, Account> = {};
  for (const name of ["maker", "member", "other", "left"]) who[name] = await makeAccount(room.store, name);
  who.moderator = await makeAccount(room.store, "moderator", "moderator");
  const open = (await rooms.make(who.maker, { name: "Open", open: true })).id;
  const shut = (await rooms.make(who.maker, { name: "Shut", open: false })).id;
  const two = (await rooms.direct(who.maker, "member")).room.id;
  await rooms.bring(who.maker, shut, "member");
  await rooms.bring(who.maker, shut, "left");
  for (const id of [open, shut]) await rooms.sendOut(who.left, id, "left");
  for (const id of [open, shut, two]) await posting.post(who.maker, { room: id, key: `first-in-${id}`, text: "first" });

  const acts: Record<string, (user: Account, id: string) => unknown> = {
    read: (user, id) => room.chat.messages(user, id, { limit: 1 }),
    write: (user, id) => posting.post(user, { room: id, key: crypto.randomUUID(), text: "hello" }),
    react: (user, id) => posting.react(user, { room: id, seq: 1 }, { emoji: "👍", on: true }),
    mark: (user, id) => room.chat.markRead(user, { room: id, seq: 1 }),
    rename: (user, id) => rooms.change(user, id, { name: `Name by ${user.name} ${id}` }),
    bring: (user, id) => rooms.bring(user, id, "other"),
    delete: (user, id) => posting.delete(user, { room: id, seq: 1 }),
  };
  const expected: Record<string, Record<string, string>> = {
    // A row is a person, a column an act, a cell the statuses in: the open room, the one by invitation, the two's.
    other: {
      read: "200 404 404",
      write: "200 404 404",
      react: "200 404 404",
      mark: "200 404 404",
      rename: "403 404 404",
      bring: "200 404 404",
      delete: "403 404 404",
    },
    left: {
      read: "200 404 404",
      write: "403 404 404",
      react: "403 404 404",
      mark: "200 404 404",
      rename: "403 404 404",
      bring: "403 404 404",
      delete: "403 404 404",
    },
    moderator: {
      read: "200 404 404",
      write: "200 404 404",
      react: "200 404 404",
      mark: "200 404 404",
      rename: "200 404 404",
      bring: "200 404 404",
      delete: "200 404 404",
    },
    member: {
      read: "200 200 200",
      write: "200 200 200",
      react: "409 200 200",
      mark: "200 200 200",
      rename: "403 403 403",
      bring: "200 200 403",
      delete: "403 403 403",
    },
    maker: {
      read: "200 200 200",
      write: "200 200 200",
      react: "409 200 200",
      mark: "200 200 200",
      rename: "200 200 403",
      bring: "200 200 403",
      delete: "200 200 200",
    },
  };
  for (const [name, row] of Object.entries(expected)) {
    for (const [act, statuses] of Object.entries(row)) {
      const actual: number[] = [];
      for (const id of [open, shut, two]) actual.push(await statusOf(() => acts[act](who[name], id)));
      assertEquals(actual.join(" "), statuses, `${name} ${act}`);
    }
  }
});

Deno.test("a room that one may not read is found neither by its name, its words, its members nor a live socket", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const bob = await room.join("bob");
  const secret = await room.chat.rooms.make(ada, { name: "Secret", open: false });
  await room.chat.posting.post(ada, { room: secret.id, key: "k", text: "treasure" });
  await turn();
  bob.say({ type: "resume", rooms: { [secret.id]: 0 } });
  bob.say({ ...send("k"), room: secret.id });
  bob.say({ type: "read", room: secret.id, seq: 1 });
  bob.say({ type: "typing", room: secret.id });
  await bob.socket.until((socket) => socket.of("refused").length === 4);
  assertEquals(bob.socket.of("refused").map(({ status }) => status), [404, 404, 404, 404]);
  assertEquals(bob.socket.of("gone"), [{ type: "gone", room: secret.id }]);
  assertEquals(room.store.messageSearch.count('"treasure"', { reader: bob.user.id }), 0);
  assertEquals(room.store.messageSearch.count('"treasure"', { reader: ada.id }), 1);
  assertEquals(room.chat.roomsFor(bob.user).map(({ id }) => id), ["common"]);
  assertThrows(() => room.chat.rooms.members(bob.user, secret.id), HttpError, "There is no room");
  assert(!bob.socket.frames.some((frame) => frame.includes("treasure") || frame.includes("Secret")));
});

Deno.test("who is brought in while connected is told the room, and hears it from then on; who is sent out, no more", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const bob = await room.join("bob");
  bob.say({ type: "resume", rooms: { common: 0 } });
  const { rooms, posting } = room.chat;
  const { id } = await rooms.make(ada, { name: "Garden", open: false });
  await posting.post(ada, { room: id, key: "1", text: "before" });
  await rooms.bring(ada, id, "bob");
  await posting.post(ada, { room: id, key: "2", text: "after" });
  await bob.socket.until((socket) => socket.of("message").length === 1);
  const [{ room: told }] = bob.socket.of("room");
  assertEquals([told.name, told.lastSeq, told.read], ["Garden", 1, 1]);
  assertEquals(bob.socket.of("message").map(({ text }) => text), ["after"]);
  await rooms.sendOut(ada, id, "bob");
  await posting.post(ada, { room: id, key: "3", text: "secret" });
  await posting.post(ada, { room: "common", key: "4", text: "last" });
  await bob.socket.until((socket) => socket.of("message").some(({ text }) => text === "last"));
  assertEquals(bob.socket.of("gone"), [{ type: "gone", room: id }]);
  assert(!bob.socket.frames.some((frame) => frame.includes('"secret"')));
});

Deno.test("a new open room is everybody's at once, a renamed or archived one is told", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const bob = await room.join("bob");
  const { rooms, posting } = room.chat;
  const { id } = await rooms.make(ada, { name: "Garden", open: true });
  await posting.post(ada, { room: id, key: "1", text: "hello" });
  await bob.socket.until((socket) => socket.of("message").length === 1);
  await rooms.change(ada, id, { name: "Park", archived: true });
  await bob.socket.until((socket) => socket.of("room").length === 3);
  assertEquals(bob.socket.of("room").map(({ room: { name, isArchived } }) => [name, isArchived]), [
    ["Garden", undefined],
    [undefined, true],
    ["Park", undefined],
  ]);
  await assertRejects(
    () => posting.post(bob.user, { room: id, key: "2", text: "too late" }),
    HttpError,
    "archived",
  );
  await rooms.change(ada, id, { archived: false });
  await posting.post(bob.user, { room: id, key: "2", text: "again" });
});

Deno.test("a conversation of two is one, whoever begins, and is called by the other's name", async () => {
  await using room = await testChat();
  const [ada, bob] = [await makeAccount(room.store, "ada"), await makeAccount(room.store, "bob")];
  const { rooms } = room.chat;
  const [one, other] = await Promise.all([rooms.direct(ada, "bob"), rooms.direct(bob, "ADA")]);
  assertEquals(one.room.id, other.room.id);
  assertEquals([one.isNew, other.isNew].toSorted(), [false, true]);
  assertEquals([one.room.name, one.room.with, other.room.name], ["bob", "bob", "ada"]);
  await room.chat.posting.post(ada, { room: one.room.id, key: "k", text: "hello" });
  assertEquals(room.chat.room(bob, one.room.id).mentions, 1);
  await assertRejects(() => rooms.direct(ada, "ada"), HttpError, "yourself");
  await assertRejects(() => rooms.direct(ada, "nobody"), HttpError, "nobody called");
});

Deno.test("the common room is neither left nor archived, and is renamed by an administrator", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const eve = await makeAccount(room.store, "eve", "administrator");
  const { rooms } = room.chat;
  await assertRejects(() => rooms.sendOut(ada, "common", "ada"), HttpError, "nobody leaves");
  await assertRejects(() => rooms.change(eve, "common", { archived: true }), HttpError, "always there");
  await assertRejects(() => rooms.change(ada, "common", { name: "Mine" }), HttpError, "administrator");
  assertEquals((await rooms.change(eve, "common", { name: "Hall" })).name, "Hall");
});

Deno.test("messages are had around one, and from a time on", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  for (let seq = 1; seq <= 40; seq++) {
    await room.chat.posting.post(ada, { room: "common", key: `k${seq}`, text: `m${seq}` });
  }
  const seqs = (wanted: { at?: number; from?: number }) =>
    room.chat.messages(ada, "common", { limit: 10, ...wanted }).map(({ seq }) => seq);
  assertEquals([seqs({ at: 20 })[0], seqs({ at: 20 }).at(-1)], [16, 25]);
  assertEquals(seqs({ at: 2 })[0], 1);
  const { at } = room.chat.message(ada, { room: "common", seq: 31 });
  const first = room.chat.messages(ada, "common", { limit: 40, after: 0 }).find((message) => message.at >= at)!.seq;
  assertEquals(seqs({ from: at })[0], first);
  assertEquals([seqs({ from: 0 })[0], seqs({ from: at + 1e9 })], [1, []]);
});

Deno.test("who is muted makes and renames no room, and writes to nobody", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  await makeAccount(room.store, "bob");
  const { rooms } = room.chat;
  const { id } = await rooms.make(ada, { name: "Garden", open: true });
  const fact = { type: "account-muted", account: ada.id, untilMs: Date.now() + 60_000, by: "id-eve" } as const;
  await room.store.log.append(keyOf.accountChange(ada.id), encodeFact(fact));
  for (
    const act of [
      () => rooms.make(ada, { name: "What I think", open: true }),
      () => rooms.change(ada, id, { name: "What I think" }),
      () => rooms.direct(ada, "bob"),
      () => rooms.bring(ada, id, "bob"),
    ]
  ) await assertRejects(act, HttpError, "muted");
});

Deno.test("one member's rooms are bounded, archived ones too", async () => {
  await using room = await testChat();
  const ada = await makeAccount(room.store, "ada");
  const { rooms } = room.chat;
  for (let i = 0; i < 100; i++) {
    const { id } = await rooms.make(ada, { name: `Room ${i}`, open: false });
    await rooms.change(ada, id, { archived: true });
  }
  await assertRejects(() => rooms.make(ada, { name: "One more", open: false }), HttpError, "you have 100");
});
