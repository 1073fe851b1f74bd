/**
 * What one does now and then: menus, commands, going to a day. Loaded when there is time, or when it is asked for.
 *
 * @import { Message } from "./line.js"
 * @import { Writing } from "./writing.js"
 */
import { runCommand } from "./commands.js";
import { byId } from "./elements.js";
import { showHelp } from "./help.js";
import { openMenu, remove as removeMessage } from "./menu.js";
import { ask, canWrite, me, role, room, roomPath, tell } from "./page.js";
import { pickEmoji } from "./picker.js";
import { openSwitcher } from "./switcher.js";

const go = (path) => location.assign(path);

/**
 * Opens the menu of a message.
 *
 * @param {Writing} writing
 * @param {number} seq
 * @param {Element} beside
 */
export function menu(writing, seq, beside) {
  const { view } = writing;
  const message = view.lines.message(seq);
  if (message === undefined) return;
  const does = {
    reply: () => writing.reply(seq),
    react: () => pick(writing, seq, beside),
    edit: () => writing.edit(seq),
  };
  openMenu({
    message,
    beside,
    who: { me, role, canWrite: canWrite() },
    choose: (choice) => does[choice](),
    changed: (message) => view.change(message),
    tell,
  });
}

/**
 * Lets the reader choose an emoji.
 *
 * @param {Writing} writing
 * @param {number} seq
 * @param {Element} beside
 */
export function pick(writing, seq, beside) {
  pickEmoji(beside, (emoji) => void react(writing, seq, { emoji, on: true }));
}

/**
 * Reacts to a message, or takes a reaction back.
 *
 * @param {Writing} writing
 * @param {number} seq
 * @param {{ emoji: string, on: boolean }} reaction
 */
export async function react({ view }, seq, reaction) {
  try {
    const { message } = await ask(roomPath(room, `/messages/${seq}/reactions`), { body: reaction });
    view.change(message);
  } catch (error) {
    tell(error.message);
  }
}

/**
 * The text of a message was emptied: it may be meant to go.
 *
 * @param {Writing} writing
 * @param {number} seq
 */
export async function remove(writing, seq) {
  const message = writing.view.lines.message(seq);
  if (message === undefined) return;
  const changed = (gone) => {
    writing.composer?.cancel();
    writing.view.change(gone);
  };
  await removeMessage({ message, changed, tell });
  writing.focus();
}

/**
 * Does a command.
 *
 * @param {Writing} writing
 * @param {string} text
 */
export function command(writing, text) {
  return runCommand(text, {
    room,
    me,
    role,
    profile: writing.view.people.profileOf(me),
    send: (text) => writing.send(text),
    help: () => help(),
    tell,
    go,
    left: () => writing.view.gone(room),
  });
}

/** Lists keys and commands. */
export function help() {
  showHelp(role);
}

/**
 * Goes to a room or a person.
 *
 * @param {Writing} writing
 */
export function jump({ view: { rooms } }) {
  openSwitcher({ rooms: rooms.rows, unread: rooms.unread.bind(rooms), me, go });
}

/**
 * Goes to the first message at or after a time.
 *
 * @param {Writing} writing
 * @param {number} at
 */
export async function goToTime({ view }, at) {
  try {
    const line = await view.history.toTime(at);
    if (line !== undefined) return await view.go(Number(line.dataset.seq));
    if (!await view.toEnd()) return;
    byId("log").focus({ preventScroll: true });
    tell("Nothing was said since then; these are the newest");
  } catch (error) {
    tell(error.message);
  }
}

/**
 * Answers what was being answered before the page was loaded anew; it may not be among the lines.
 *
 * @param {Writing} writing
 * @param {number} seq
 */
export async function replyAgain(writing, seq) {
  const message = writing.view.lines.message(seq) ?? await fetchMessage(seq);
  if (message !== undefined && message.deletedAt === undefined && !writing.composer?.isBound) writing.replyTo(message);
}

/**
 * @param {number} seq
 * @returns {Promise<Message | undefined>} Nothing if it cannot be had.
 */
async function fetchMessage(seq) {
  const { messages } = await ask(roomPath(room, `/messages?after=${seq - 1}&limit=1`)).catch(() => ({ messages: [] }));
  return messages.find((message) => message.seq === seq);
}
