/**
 * The room, made live: the page that the server made works without this.
 */
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Earlier } from "./earlier.js";
import { byId } from "./elements.js";
import { Feed } from "./feed.js";
import { Lines } from "./lines.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";
import { Scroll } from "./scroll.js";

const { room, me, max } = byId("room").dataset;
/** A short loss is nobody's business, in ms. */
const BANNER_AFTER_MS = 1_000;
const TITLE = document.title;

/** A view of long ago stays as the server made it, and its link leads to the newest messages. */
const MAX_CATCH_UP = 500;
const later = document.getElementById("later");
const isPast = Number(later?.dataset.missing ?? 0) > MAX_CATCH_UP;

const log = byId("log");
const scroll = new Scroll(log, byId("newer"));
const people = new People(byId("people-box"), { list: byId("people"), count: byId("head-count") });
const connection = new Connection({ frame, down, probe: () => feed.resume(), loggedOut });
const lines = new Lines(byId("lines"), {
  me,
  retry: (key) => andWrite(() => outbox.retry(key)),
  discard: (key) => andWrite(() => outbox.discard(key)),
});
const feed = new Feed({ room, last: lines.last, send: (message) => connection.send(message) });
const outbox = new Outbox({
  storageKey: `commonroom:outbox:${me}:${room}`,
  send: ({ key, text }) => connection.send({ type: "send", room, key, text }),
  show: (item) => changeEnd(() => lines.showWaiting(item)),
  hide: (key) => changeEnd(() => lines.dropWaiting(key)),
});
const composer = new Composer(byId("composer"), {
  text: byId("text"),
  counter: byId("counter"),
  note: byId("note"),
  max: Number(max),
  draftKey: `commonroom:draft:${me}:${room}`,
  send(text) {
    outbox.add(text);
    if (isPast) location.assign(location.pathname);
    else scroll.toEnd();
  },
});
const earlier = new Earlier(byId("earlier"), { log, lines, room });

/** @type {ReturnType<typeof setTimeout> | undefined} */
let bannerTimer;
let unread = 0;

/** @type {Record<string, (message: any) => void>} */
const HANDLERS = {
  welcome({ you, rooms, online }) {
    const { lastSeq } = rooms.find((/** @type {any} */ { id }) => id === room) ?? { lastSeq: 0 };
    // Somebody else has logged in here, or the server's data are not those that this page shows.
    if (you.name !== me || lastSeq < feed.last) return location.reload();
    people.set(online);
    feed.resume();
    outbox.flush();
    showBanner("");
  },
  message(message) {
    if (message.room !== room || !feed.takes(message)) return;
    lines.append(message);
    if (message.author === me) outbox.settle(message.key);
    else noticed();
  },
  ack({ key, seq }) {
    outbox.settle(key);
    // Shown already: by the server's page, before this was known to be ours.
    if (seq <= feed.last) lines.dropWaiting(key);
  },
  refused(refusal) {
    if (refusal.key !== undefined) outbox.refused(refusal);
    else if (refusal.retryAfterMs !== undefined) feed.resumeLater(refusal.retryAfterMs);
  },
  replayed(replayed) {
    if (replayed.room !== room) return;
    if (replayed.upTo < feed.last) return location.reload();
    feed.caughtUp();
    connection.settled();
  },
  presence: (change) => people.change(change),
};

/** @param {any[]} messages */
function frame(messages) {
  changeEnd(() => {
    for (const message of messages) HANDLERS[message.type]?.(message);
  });
  if (scroll.isAtEnd && lines.trim()) earlier.offer();
}

/** @param {() => void} change */
function changeEnd(change) {
  scroll.keep(change);
  byId("empty").hidden = !lines.isEmpty;
}

function noticed() {
  scroll.announce();
  if (!document.hidden) return;
  unread++;
  document.title = `(${unread}) ${TITLE}`;
}

function down() {
  outbox.lost();
  bannerTimer ??= setTimeout(() => {
    showBanner("Reconnecting… What you write is kept here and sent as soon as the connection is back.");
  }, BANNER_AFTER_MS);
}

/** @param {string} text Nothing hides it. */
function showBanner(text) {
  clearTimeout(bannerTimer);
  bannerTimer = text === "" ? undefined : bannerTimer;
  byId("banner").textContent = text;
  byId("banner").hidden = text === "";
}

function loggedOut() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
}

/** @param {() => void} work Takes the button away that was pressed; the focus goes to the text. */
function andWrite(work) {
  work();
  composer.focus();
}

byId("newer").addEventListener("click", () => andWrite(() => scroll.toEnd()));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  document.title = TITLE;
});
// Logging out ends the session, and so the socket, while the browser is on its way to the next page.
document.querySelector("form.account")?.addEventListener("submit", () => connection.leave());
for (const key of lines.keys) outbox.settle(key);
scroll.begin();
outbox.open();
if (!isPast) {
  later?.remove();
  if (matchMedia("(hover: hover) and (pointer: fine)").matches && location.hash === "") composer.focus();
  connection.open();
}
