/**
 * One message as an element: the same as `lib/components/room_line.tsx` makes.
 *
 * @typedef {any} Message As `lib/chat/wire.ts` has it; without `seq` it is ours, and waits.
 */
import { dayOf, DELETED_MEMBER, element, hueOf, icon, initialOf, isSameDay, showTime, whenOf } from "./elements.js";

/** A later message of the same author gets its name again. */
const GROUP_MS = 5 * 60_000;
const DELETED = "Message deleted";

/**
 * @typedef {{ me: string, nameOf: (name: string) => string, roleOf: (name: string) => string | undefined }} Reader Who
 * reads, and what people are called and may do.
 */

/** Makes the line of a message. */
export function makeLine(message, reader) {
  const line = element("li", { tabindex: "-1" });
  fillLine(line, message, reader);
  return line;
}

/** Makes a line show a message as it is now. What was focused in it stays so, or what has come in its place. */
export function fillLine(line, message, reader) {
  const { seq, author, at, key, colour, deletedAt, mentions } = message;
  const isGone = deletedAt !== undefined;
  const focused = line.contains(document.activeElement) ? document.activeElement : null;
  const kept = ["target"].filter((name) => line.classList.contains(name));
  line.className = ["line", hueOf(author, colour), ...kept].join(" ");
  line.classList.toggle("mine", author === reader.me);
  line.classList.toggle("to-me", !isGone && mentions?.includes(reader.me) === true);
  line.classList.toggle("gone", isGone);
  Object.assign(line.dataset, { author, at, ...seq !== undefined && { seq }, ...author === reader.me && { key } });
  if (seq !== undefined) line.id = `message-${seq}`;
  const tools = isGone ? null : line.querySelector(".tools");
  line.replaceChildren(...partsOf(message, reader), ...tools === null ? [] : [tools]);
  dressLine(line, reader);
  if (focused === null) return;
  if (focused.isConnected) return focused.focus({ preventScroll: true });
  const emoji = focused.dataset.emoji;
  const again = emoji === undefined ? focused.dataset.part && `[data-part="${focused.dataset.part}"]` : emojiIn(emoji);
  (again && line.querySelector(again) || line).focus({ preventScroll: true });
}

function emojiIn(emoji) {
  return `[data-emoji="${CSS.escape(emoji)}"]`;
}

function partsOf(message, { me, nameOf }) {
  const { seq, author, displayName, at, deletedAt, editedAt } = message;
  const shown = displayName ?? (author === "" ? DELETED_MEMBER : nameOf(author));
  const time = element("time", { datetime: new Date(at).toISOString() });
  const by = element("div", { class: "by", "data-initial": initialOf(shown) });
  const link = element("a", { class: "at", tabindex: "-1", href: `?at=${seq}#message-${seq}` }, time);
  by.append(element("span", { class: "author" }, shown), " ", seq === undefined ? time : link);
  if (deletedAt !== undefined) return [by, element("div", { class: "text" }, DELETED)];
  const parts = [by, ...quoteOf(message), textOf(message)];
  if (editedAt !== undefined) {
    parts.push(element("p", { class: "edited" }, "edited ", element("time", { datetime: iso(editedAt) })));
  }
  return [...parts, ...reactionsOf(message, me)];
}

function iso(at) {
  return new Date(at).toISOString();
}

function quoteOf({ quote, replyTo }) {
  if (quote === undefined) return [];
  const href = `?at=${replyTo}#message-${replyTo}`;
  const link = element("a", { class: "quote", href, dir: "auto", "data-seq": String(replyTo), "data-part": "quote" });
  fillQuote(link, quote);
  return [link];
}

/** Shows what a message answers. */
export function fillQuote(link, { author, displayName, text }) {
  const by = element("b", {}, displayName ?? (author || DELETED_MEMBER));
  link.replaceChildren(by, " ", element("span", {}, text === "" ? DELETED : text));
}

function textOf({ text, html }) {
  if (html === undefined) return element("div", { class: "text", dir: "auto" }, text);
  const rich = element("div", { class: "text rich", dir: "auto" });
  // Besides the search's snippets the one place where HTML is taken as it comes: the server has made it of escaped text.
  rich.innerHTML = html;
  return rich;
}

function reactionsOf({ reactions = [] }, me) {
  if (reactions.length === 0) return [];
  const group = element("div", { class: "reactions", role: "group", "aria-label": "Reactions" });
  for (const { emoji, by } of reactions) {
    const pressed = String(by.includes(me));
    const attributes = { type: "button", "data-emoji": emoji, "aria-pressed": pressed, title: by.join(", ") };
    group.append(element("button", attributes, `${emoji} `, element("span", {}, String(by.length))));
  }
  return [group];
}

/** What the server's page cannot know or leaves to the script: the reader's time, who is meant, who reacted, and a button. */
export function dressLine(line, { me, roleOf }) {
  const role = roleOf(line.dataset.author);
  if (role !== undefined && role !== "member" && line.querySelector(".role") === null) {
    line.querySelector(".author")?.after(" ", element("span", { class: "role" }, role));
  }
  showTime(line.querySelector(".by time"), Number(line.dataset.at));
  const edited = line.querySelector(".edited time");
  if (edited !== null) edited.textContent = whenOf(Date.parse(edited.dateTime));
  for (const mention of line.querySelectorAll(".mention")) mention.classList.toggle("me", isName(mention, me));
  // One line at a time can be reached by Tab: see actions.js.
  for (const part of line.querySelectorAll("a, pre")) {
    part.tabIndex = line.tabIndex;
  }
  for (const reaction of line.querySelectorAll(".reactions button")) {
    reaction.tabIndex = line.tabIndex;
    const { emoji } = reaction.dataset;
    reaction.ariaLabel = `${emoji}, ${reaction.title.split(", ").length}: ${reaction.title}`;
  }
  if (line.dataset.seq === undefined || line.querySelector(".tools") !== null) return;
  const author = line.querySelector(".author")?.textContent;
  const label = `Actions for the message by ${author}, ${line.querySelector(".by time")?.textContent}`;
  const more = {
    type: "button",
    class: "tool",
    tabindex: String(line.tabIndex),
    "data-part": "more",
    "aria-haspopup": "dialog",
  };
  const button = element("button", { ...more, "aria-label": label, title: "More" }, icon("more"));
  line.append(element("div", { class: "tools" }, button));
}

function isName({ textContent }, me) {
  return textContent?.slice(1).normalize("NFKC").toLowerCase() === me.normalize("NFKC").toLowerCase();
}

/** Says the day where a new one begins, and the author only once where one goes on. */
export function groupLine(line) {
  if (line === undefined) return;
  const before = line.previousElementSibling;
  const at = Number(line.dataset.at);
  const isNewDay = before === null || !isSameDay(Number(before.dataset.at), at);
  const goesOn = !isNewDay && before.dataset.author === line.dataset.author &&
    at - Number(before.dataset.at) < GROUP_MS;
  line.classList.toggle("more", goesOn && !line.classList.contains("first-unread"));
  line.querySelector(".day")?.remove();
  if (isNewDay) line.prepend(element("p", { class: "day" }, element("span", {}, dayOf(at))));
}

/** Puts the line "New" before the first message that was unread when the page opened. */
export function markUnread(line) {
  line.classList.add("first-unread");
  line.classList.remove("more");
  if (line.querySelector(".fresh") === null) {
    line.querySelector(".by")?.before(element("p", { class: "fresh" }, element("span", {}, "New")));
  }
}
