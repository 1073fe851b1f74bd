/**
 * What can be written after a slash.
 *
 * @typedef {object} CommandContext
 * @property {string} room
 * @property {string} me
 * @property {string} role
 * @property {{ displayName?: string, colour?: number }} profile Mine.
 * @property {(text: string) => void} send
 * @property {() => void} help
 * @property {(note: string) => void} tell
 * @property {(path: string) => void} go
 * @property {() => void} left I am not in the room any more.
 *
 * @typedef {object} Command
 * @property {string} name
 * @property {string} takes
 * @property {string} does
 * @property {boolean} [isForModerators]
 * @property {(rest: string, context: CommandContext) => Promise<string | void> | string | void} run Returns what is wrong.
 */
import { ask, roomPath } from "./page.js";
import { newKey } from "./outbox.js";

const NAME_HELP = "Whom? Write the name after the command";

/** @type {Command[]} */
export const COMMANDS = [
  {
    name: "me",
    takes: "text",
    does: "says what you do",
    run: (rest, { me, profile, send }) =>
      rest === "" ? "What do you do? As in /me waves" : send(`*${escape(`${profile.displayName ?? me} ${rest}`)}*`),
  },
  {
    name: "shrug",
    takes: "text",
    does: "¯\\_(ツ)_/¯",
    run: (rest, { send }) => send(`${rest} ¯\\\\\\_(ツ)\\_/¯`.trim()),
  },
  { name: "dm", takes: "name text", does: "writes to one person", run: writeTo },
  { name: "invite", takes: "name", does: "brings somebody into this room", run: invite },
  { name: "leave", takes: "", does: "leaves this room", run: leave },
  { name: "nick", takes: "name", does: "changes how you are called", run: rename },
  {
    name: "search",
    takes: "words",
    does: "searches everything",
    run: (rest, { go }) => go(`/search?q=${encodeURIComponent(rest)}`),
  },
  { name: "mute", takes: "name minutes", does: "stops somebody from writing", isForModerators: true, run: mute },
  { name: "help", takes: "", does: "lists keys and commands", run: (_, { help }) => help() },
];

/**
 * Does what was written.
 *
 * @param {string} written
 * @param {CommandContext} context
 * @returns {Promise<string | undefined>} What is wrong with it.
 */
export async function runCommand(written, context) {
  const [, name, rest] = /^\/(\S*)\s*([^]*)$/.exec(written) ?? [];
  const command = COMMANDS.find((command) => command.name === name.toLowerCase());
  if (command === undefined) return `There is no command /${name}. /help lists them; //${name} is sent as text`;
  if (command.isForModerators && context.role === "member") return "Only moderators may do that";
  return await command.run(rest.trim(), context) ?? undefined;
}

/**
 * What would be formatting stays as it was typed.
 *
 * @param {string} text
 */
function escape(text) {
  return text.replace(/[*_`\\]/g, "\\$&");
}

/** @param {string} rest */
function nameAndMore(rest) {
  const [, name, more] = /^@?(\S*)\s*([^]*)$/.exec(rest) ?? [];
  return { name, more };
}

/**
 * @param {string} rest
 * @param {CommandContext} context
 */
async function writeTo(rest, { go }) {
  const { name, more } = nameAndMore(rest);
  if (name === "") return NAME_HELP;
  const { room } = await ask("direct", { body: { name } });
  if (more !== "") await ask(roomPath(room.id, "/messages"), { body: { key: newKey(), text: more } });
  go(`/rooms/${encodeURIComponent(room.id)}`);
}

/**
 * @param {string} rest
 * @param {CommandContext} context
 */
async function invite(rest, { room, tell }) {
  const { name } = nameAndMore(rest);
  if (name === "") return NAME_HELP;
  await ask(roomPath(room, "/members"), { body: { name } });
  setTimeout(() => tell(`${name} is in this room now`));
}

/**
 * @param {string} _
 * @param {CommandContext} context
 */
async function leave(_, { room, me, left }) {
  await ask(roomPath(room, `/members/${encodeURIComponent(me)}`), { method: "DELETE" });
  left();
}

/**
 * @param {string} rest
 * @param {CommandContext} context
 */
async function rename(rest, { profile, tell }) {
  await ask("me/profile", {
    body: { displayName: rest, ...profile.colour !== undefined && { colour: profile.colour } },
  });
  setTimeout(() => tell(rest === "" ? "You are called by your name again" : `You are called ${rest} now`));
}

/**
 * @param {string} rest
 * @param {CommandContext} context
 */
async function mute(rest, { tell }) {
  const { name, more } = nameAndMore(rest);
  const minutes = Number(more || NaN);
  if (name === "" || !Number.isInteger(minutes) || minutes < 0) return "Write the name and how many minutes; 0 unmutes";
  await ask(`people/${encodeURIComponent(name)}`, { body: { mutedMinutes: minutes } });
  setTimeout(() => tell(minutes === 0 ? `${name} may write again` : `${name} cannot write for ${minutes} minutes`));
}
