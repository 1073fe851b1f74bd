/**
 * The room, made live: the page that the server made works without this.
 *
 * What is shown: rooms.js, people.js, lines.js and history.js. What comes and goes: connection.js, feed.js, outbox.js.
 * This module puts them together.
 */
import { Connection } from "./connection.js";
import { byId } from "./elements.js";
import { Feed } from "./feed.js";
import { Outbox } from "./outbox.js";
import { openOutboxStore } from "./outbox_store.js";
import { data, loadRest, me, room, use, words } from "./page.js";
import { View } from "./view.js";
import { Writing } from "./writing.js";

/** A short loss is nobody's business, in ms. */
const BANNER_AFTER_MS = 1_000;
const OFFLINE = "Reconnecting… What you write is kept here and sent as soon as the connection is back.";

const connection = new Connection({ frame, down, probe: () => feed.resume(), loggedOut });
const feed = new Feed({
  room,
  last: Number(data.last),
  position: Number(data.position),
  send: (message) => connection.send(message),
});
const view = new View({
  lastSeq: () => feed.last,
  send: (message) => connection.send(message),
  retry: (key) => andWrite(() => outbox.retry(key)),
  discard: (key) => andWrite(() => outbox.discard(key)),
});
const outbox = new Outbox({
  me,
  store: await openOutboxStore(me),
  send: ({ key, room, text, replyTo }) => connection.send({ type: "send", room, key, text, replyTo }),
  show: (item) => item.room === room && view.showWaiting(item),
  hide: (key) => view.dropWaiting(key),
});
const writing = new Writing({
  view,
  send(text, replyTo) {
    outbox.add({ room, text, replyTo });
    view.readAll();
    void view.toEnd("Kept here; sent when the connection is back");
  },
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let bannerTimer;
/** Until all that was missed has come, what comes is no news. */
let isReplaying = true;
/** Messages of others that came since the connection was back; `undefined` while none was lost. */
let missed;

/** @type {Record<string, (message: any) => void>} */
const HANDLERS = {
  welcome(welcome) {
    const row = welcome.rooms.find(({ id }) => id === room);
    // Somebody else has logged in here, or the server's data are not those that this page shows.
    if (welcome.you.name !== me || (row?.lastSeq ?? feed.last) < feed.last) return location.reload();
    view.welcome(welcome);
    isReplaying = true;
    feed.resume(welcome);
    outbox.flush();
    if (data.live === undefined) loadRest();
    else missed = 0;
    data.live = "";
    showBanner("");
  },
  message(message) {
    view.count(message);
    if (message.room !== room) return;
    if (feed.takes(message)) arrived.push(message);
    else if (feed.renews(message)) change(message);
  },
  changed(message) {
    showArrived();
    if (feed.takesChange(message)) change({ ...message, change: message.position });
  },
  ack({ key, seq }) {
    outbox.settle(key);
    // Shown already: by the server's page, before this was known to be ours.
    if (seq <= feed.last && arrived.length === 0) view.dropWaiting(key);
  },
  refused(refusal) {
    if (refusal.key !== undefined) return void outbox.refused({ ...refusal, message: words(refusal.message) });
    if (refusal.retryAfterMs !== undefined) feed.resumeLater(refusal.retryAfterMs);
  },
  replayed(replayed) {
    if (replayed.room !== room) return;
    if (replayed.upTo < feed.last) return location.reload();
    feed.caughtUp();
    connection.settled();
    showArrived();
    isReplaying = false;
    if (missed !== undefined) view.connectedAgain(missed);
    missed = undefined;
  },
  presence: (change) => view.people.change(change),
  profile: (profile) => view.profile(profile),
  room: ({ room: row }) => view.room(row),
  gone: ({ room: id }) => view.gone(id),
  read: (read) => view.read(read),
  // What one may do stands all over the page.
  standing: () => location.reload(),
  typing: ({ room: id, names }) => id === room && view.typing.set(names),
  erased({ author }) {
    showArrived();
    view.erase(author);
  },
};

/** @type {import("./line.js").Message[]} Taken in and not shown yet. */
let arrived = [];

function frame(messages) {
  for (const message of messages) HANDLERS[message.type]?.(message);
  showArrived();
}

/** Shows at once what came in one frame. */
function showArrived() {
  if (arrived.length === 0) return;
  const messages = arrived;
  arrived = [];
  view.append(messages, { isNews: !isReplaying });
  if (missed !== undefined) missed += messages.filter(({ author }) => author !== me).length;
  for (const { author, key } of messages) if (author === me) outbox.settle(key);
}

function change(message) {
  showArrived();
  view.change(message);
}

function down() {
  outbox.lost();
  bannerTimer ??= setTimeout(() => showBanner(OFFLINE), BANNER_AFTER_MS);
}

function showBanner(text) {
  clearTimeout(bannerTimer);
  bannerTimer = text === "" ? undefined : bannerTimer;
  byId("banner").textContent = text;
  byId("banner").hidden = text === "";
}

/** @param {boolean} isBanned */
function loggedOut(isBanned) {
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(`/login?next=${next}${isBanned ? "&reason=banned" : ""}`);
}

function andWrite(work) {
  work();
  writing.focus();
}

// Logging out ends the session, and so the socket, while the browser is on its way to the next page.
const logout = document.querySelector('form[action="/api/logout"]');
logout?.addEventListener("submit", (event) => {
  event.preventDefault();
  void use("rare", async ({ tidyUp }) => {
    if (!await tidyUp(outbox)) return;
    connection.leave();
    logout.submit();
  });
});
for (const key of view.lines.keys) outbox.settle(key);
void outbox.open();
writing.begin();
view.begin();
connection.open();
