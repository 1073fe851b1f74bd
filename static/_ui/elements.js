/** How elements are made, and people and times shown. */

/**
 * Makes an element. Text is always set as text: nothing that people write is read as HTML.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** The element that the server's page has under an id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A picture of `icons.css`. */
export function icon(name) {
  return element("span", { class: `icon icon-${name}` });
}

/** A button that does something. */
export function button(attributes, children, press) {
  const made = element("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", press);
  return made;
}

/** Gives a list its items, in their order. What is there already stays where it is, with the focus. */
export function arrange(list, items) {
  const wanted = new Set(items);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  let place = list.firstElementChild;
  for (const item of items) {
    if (item === place) place = place.nextElementSibling;
    else list.insertBefore(item, place);
  }
}

const COLOURS = 8;

/** What stands for somebody whose account is gone. */
export const DELETED_MEMBER = "deleted member";

/** The class of a person's colour; the server's page counts it the same way. */
export function hueOf(name, colour) {
  return `hue-${colour ?? [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % COLOURS}`;
}

/** The first letter of a name, for its tile. */
export function initialOf(name) {
  return ([...name][0] ?? "–").toUpperCase();
}

/** How many unread messages there are, as the list of rooms and the title say it. */
export function countText(unread) {
  return unread > 99 ? "99+" : String(unread);
}

/** Whether what is pressed is the key for commands: Command on a Mac, Control elsewhere. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const SHORT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** Shows a time of day; the date appears when one points at it. */
export function showTime(time, at) {
  time.dateTime = new Date(at).toISOString();
  time.textContent = TIME.format(at);
  time.title = FULL.format(at);
}

/** The time of day, and the date unless it is today. */
export function whenOf(at) {
  return isToday(at) ? TIME.format(at) : SHORT.format(at);
}

/** The day of a time, in words. */
export function dayOf(at) {
  if (isToday(at)) return "Today";
  if (isToday(at + 86_400_000)) return "Yesterday";
  return (new Date(at).getFullYear() === new Date().getFullYear() ? DAY : DAY_AND_YEAR).format(at);
}

/** Whether two times are on the same day. */
export function isSameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function isToday(at) {
  return isSameDay(at, Date.now());
}
