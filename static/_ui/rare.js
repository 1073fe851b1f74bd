/**
 * What happens rarely. Loaded when there is time.
 *
 * @import { View } from "./view.js"
 */
import { confirmed } from "./dialogs.js";
import { byId } from "./elements.js";
import { me } from "./page.js";

/** What is left of somebody's words. */
const BLANK = { author: "", displayName: undefined, text: "" };

/**
 * What somebody wrote is erased: so is what others quoted of it, and their name wherever it stands.
 *
 * @param {string} author
 * @param {View} view
 */
export function erase(author, { lines, people, rooms }) {
  byId("said").replaceChildren();
  lines.changeAll((message) => {
    const { quote, reactions = [] } = message;
    if (message.author === author) {
      const rest = { colour: undefined, html: undefined, quote: undefined, reactions: [], deletedAt: Date.now() };
      return { ...message, ...BLANK, ...rest };
    }
    const isQuoted = quote?.author === author;
    if (!isQuoted && !reactions.some(({ by }) => by.includes(author))) return undefined;
    const others = reactions.map(({ emoji, by }) => ({ emoji, by: by.filter((name) => name !== author) }));
    return { ...message, quote: isQuoted ? BLANK : quote, reactions: others.filter(({ by }) => by.length > 0) };
  });
  people.profile(author, {});
  rooms.renamed(author, "deleted member");
}

/**
 * Shows what waits to be sent while an old part of the conversation is seen. The lines are copies: a press on a button
 * presses that of the line itself.
 *
 * @param {HTMLElement} strip
 * @param {HTMLElement[]} lines
 */
export function showWaiting(strip, lines) {
  strip.hidden = lines.length === 0;
  strip.replaceChildren(...lines.map((line) => {
    const copy = /** @type {HTMLElement} */ (line.cloneNode(true));
    copy.querySelector(".day")?.remove();
    copy.classList.remove("more");
    copy.addEventListener("click", ({ target }) => {
      const index = [...copy.querySelectorAll(".state button")].indexOf(target.closest("button"));
      line.querySelectorAll(".state button")[index]?.click();
    });
    return copy;
  }));
}

/**
 * Whether one may log out: what was not sent would be lost. Nothing of what was written stays in the browser then.
 *
 * @param {import("./outbox.js").Outbox} outbox
 * @returns {Promise<boolean>}
 */
export async function tidyUp(outbox) {
  const { count } = outbox;
  const text = `${count} message${count === 1 ? " is" : "s are"} not sent yet, and would be lost.`;
  if (count > 0 && !await confirmed({ title: "Log out?", text, yes: "Log out" })) return false;
  await outbox.clear();
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`commonroom:draft:${me}:`)) localStorage.removeItem(key);
    }
  } catch {
    // Storage is forbidden: then nothing is in it.
  }
  return true;
}
