/**
 * What every server of the benchmark does, whatever it is made with; so that all do the same.
 *
 * Runs on Deno and on Node.
 *
 * @module
 */
import process from "node:process";

/**
 * @typedef {object} Work
 * @property {string} path Where it is asked for.
 * @property {"text" | "bytes" | "json"} kind A fixed text, fixed bytes, or the answer to posted JSON.
 * @property {Record<string, string>} headers The fields of the reply, but for its length and date.
 * @property {string} [text] The text.
 * @property {number} [bytes] How many bytes.
 */

/**
 * The last argument of the program.
 *
 * @returns {Work}
 */
export function readWork() {
  return JSON.parse(process.argv.at(-1) ?? "");
}

/**
 * The body of a fixed reply.
 *
 * @param {Work} work
 * @returns {string | Uint8Array<ArrayBuffer>}
 */
export function fixedBody({ text, bytes }) {
  return text ?? new Uint8Array(bytes ?? 0).fill(0x61);
}

/**
 * The answer to posted JSON: about 500 bytes as JSON.
 *
 * @param {{ key: string, text: string }} message
 */
export function answerTo({ key, text }) {
  return {
    type: "message",
    room: "common",
    seq: 1235,
    author: { name: "ada", isAdmin: false, color: "#4a7" },
    at: 1790000000000,
    key,
    text,
    reactions: [{ emoji: "+1", names: ["bob", "eve", "mallory"] }],
    readBy: Array.from({ length: 8 }, (_, index) => ({ name: `member-${index}`, seq: 1200 + index })),
  };
}

/**
 * Says where the server listens.
 *
 * @param {number} port
 */
export function sayListening(port) {
  console.log(`Listening on http://127.0.0.1:${port}/`);
}

/**
 * Loads a package of npm. Its name is not written in an import, because it is installed for the benchmark only.
 *
 * @param {string} name
 * @returns {Promise<any>}
 */
export function load(name) {
  return import(name);
}
