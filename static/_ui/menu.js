/**
 * The menu of a message.
 *
 * @import { Message } from "./line.js"
 */
import { ask, roomPath } from "./page.js";
import { confirmed, openDialog, walkByArrows } from "./dialogs.js";
import { button, element, icon, whenOf } from "./elements.js";

/** @type {Record<string, { label: string, picture: string }>} */
const CHOICES = {
  reply: { label: "Reply", picture: "reply" },
  react: { label: "React…", picture: "smile" },
  edit: { label: "Edit", picture: "edit" },
  text: { label: "Copy text", picture: "copy" },
  link: { label: "Copy link", picture: "link" },
  history: { label: "What it said before", picture: "clock" },
  delete: { label: "Delete…", picture: "trash" },
};

/**
 * @typedef {object} MenuInit
 * @property {Message} message
 * @property {Element} beside
 * @property {{ me: string, role: string, canWrite: boolean }} who
 * @property {(choice: "reply" | "react" | "edit") => void} choose What the page does.
 * @property {(message: Message) => void} changed
 * @property {(note: string) => void} tell
 */

/**
 * Opens the menu.
 *
 * @param {MenuInit} init
 */
export function openMenu(init) {
  const { message, beside, who } = init;
  const list = element("div", { class: "choices" });
  for (const name of choicesFor(message, who)) {
    const { label, picture } = CHOICES[name];
    const press = () => {
      dialog.close();
      choose(name, init);
    };
    list.append(button({ class: name === "delete" ? "danger" : "quiet" }, [icon(picture), label], press));
  }
  walkByArrows(list);
  const dialog = openDialog({ title: "Actions", kind: "menu-dialog", beside, content: [list] });
  list.querySelector("button")?.focus();
}

/**
 * @param {Message} message
 * @param {MenuInit["who"]} who
 * @returns {string[]} What can be done, by name.
 */
function choicesFor({ author, deletedAt, editedAt }, { me, role, canWrite }) {
  const isGone = deletedAt !== undefined;
  const isMine = author === me;
  const isModerator = role !== "member";
  const choices = {
    reply: canWrite && !isGone,
    react: canWrite && !isGone,
    edit: canWrite && isMine && !isGone,
    text: !isGone,
    link: true,
    history: isModerator && author !== "" && (isGone || editedAt !== undefined),
    delete: !isGone && (isModerator || (isMine && canWrite)),
  };
  return Object.entries(choices).flatMap(([name, can]) => can ? [name] : []);
}

/**
 * @param {string} name
 * @param {MenuInit} init
 */
function choose(name, init) {
  const { message: { room, seq, text }, tell } = init;
  if (name === "text") void copy(text, tell);
  else if (name === "link") void copy(linkTo(room, Number(seq)), tell);
  else if (name === "history") void showHistory(init);
  else if (name === "delete") void remove(init);
  else init.choose(name);
}

/**
 * The address of a message.
 *
 * @param {string} room
 * @param {number} seq
 */
function linkTo(room, seq) {
  return new URL(`/rooms/${encodeURIComponent(room)}?at=${seq}#message-${seq}`, location.href).href;
}

/**
 * @param {string} text
 * @param {(note: string) => void} tell
 */
async function copy(text, tell) {
  try {
    await navigator.clipboard.writeText(text);
    tell("Copied");
  } catch {
    // Without TLS a page may not write to the clipboard; what is selected can be copied by hand.
    const field = element("textarea", { readonly: "", "aria-label": "To copy", rows: "3" });
    field.value = text;
    openDialog({ title: "Copy this", content: [field] });
    field.select();
  }
}

/** @param {MenuInit} init */
export async function remove({ message, changed, tell }) {
  const { room, seq, text } = message;
  if (!await confirmed({ title: "Delete this message?", text: text.slice(0, 200), yes: "Delete" })) return;
  try {
    await ask(roomPath(room, `/messages/${seq}`), { method: "DELETE" });
    changed({ ...message, text: "", html: undefined, reactions: [], deletedAt: Date.now() });
  } catch (error) {
    tell(`Not deleted: ${error.message}`);
  }
}

/** @param {MenuInit} init */
async function showHistory({ message: { room, seq }, tell }) {
  try {
    const { versions } = await ask(roomPath(room, `/messages/${seq}/history`));
    const items = versions.map(({ text, at, by }) =>
      element(
        "li",
        {},
        element("p", { dir: "auto" }, text),
        element("small", {}, `until ${whenOf(at)}, changed by ${by}`),
      )
    );
    openDialog({ title: "What it said before", kind: "versions", content: [element("ol", {}, ...items)] });
  } catch (error) {
    tell(error.message);
  }
}
