/** What the server says: on its page, and when it is asked. */
import { byId, whenOf } from "./elements.js";

/** The attributes of the page. */
export const data = byId("room").dataset;

/** The id of the room, the name of whoever reads, and what they may do. */
export const { room, me, role } = data;

/** @type {{ messages: any[], rooms: import("./rooms.js").RoomRow[], profiles: Record<string, any> }} */
export const firstView = JSON.parse(byId("first-view").textContent);

/** What is not needed at once: loaded when it is asked for, or when there is time. */
const LATER = {
  completion: async () => ({ ...await import("./completion.js"), ...await import("./sources.js") }),
  doing: () => import("./doing.js"),
  emoji: () => import("./emoji.js"),
  narrow: () => import("./narrow.js"),
  rare: () => import("./rare.js"),
  touch: () => import("./touch.js"),
};

/**
 * Loads a module.
 *
 * @throws {Error} With words for the reader.
 */
export function load(name) {
  return LATER[name]().catch(() => {
    throw new Error("Not available without a connection");
  });
}

/** Does something with a module, or tells that it cannot be had. */
export function use(name, work) {
  return load(name).then(work, ({ message }) => tell(message));
}

/** Loads the rest while nothing else is to be done: it is there then when the connection is lost. */
export function loadRest() {
  const all = () => Object.keys(LATER).forEach((name) => load(name).catch(() => {}));
  globalThis.requestIdleCallback ? requestIdleCallback(all) : setTimeout(all, 1_000);
}

/** Tells the reader something, where one writes or else over the conversation. */
export function tell(note) {
  const place = byId("note") ?? byId("notice");
  place.textContent = note;
  place.hidden = false;
}

/** What the server says, with times as the reader has them. */
export function words(text) {
  return text.replace(/\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z| UTC)/g, (time) => {
    return whenOf(Date.parse(time.replace(" UTC", "Z").replace(" ", "T")));
  });
}

/** Whether there is a field to write in. */
export const canWrite = () => byId("composer") !== null;

/**
 * Asks the server.
 *
 * @returns {Promise<any>} What it answers.
 * @throws {Error} With words for the reader.
 */
export async function ask(path, { body, method = body === undefined ? "GET" : "POST", signal } = {}) {
  const reply = await fetch(`/api/${path}`, {
    method,
    signal,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  }).catch((error) => {
    if (signal?.aborted) throw error;
    throw new Error("The server cannot be reached just now");
  });
  if (reply.status === 204) return {};
  const answer = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Error(words(answer.error?.message ?? `The server answered ${reply.status}`));
  return answer;
}

/** The path of a room. */
export function roomPath(room, rest = "") {
  return `rooms/${encodeURIComponent(room)}${rest}`;
}
