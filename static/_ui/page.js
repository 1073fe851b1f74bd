/** What the server says: on its page, and when it is asked. */
import { byId } from "./elements.js";

/** The attributes of the page. */
export const data = byId("room").dataset;

/** The id of the room, the name of whoever reads, and what they may do. */
export const { room, me, role } = data;

/** @type {{ messages: any[], rooms: import("./rooms.js").RoomRow[], profiles: Record<string, any> }} */
export const firstView = JSON.parse(byId("first-view").textContent);

/** Whether there is a field to write in. */
export const canWrite = () => byId("composer") !== null;

/**
 * Asks the server.
 *
 * @param {{ method?: string, body?: object, signal?: AbortSignal }} [init]
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
  if (!reply.ok) throw new Error(answer.error?.message ?? `The server answered ${reply.status}`);
  return answer;
}

/**
 * The path of a room.
 *
 * @param {string} [rest]
 */
export function roomPath(room, rest = "") {
  return `rooms/${encodeURIComponent(room)}${rest}`;
}
