/**
 * How times and texts are shown.
 */
import { element } from "./elements.js";

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const LINK = /https?:\/\/[^\s<>"]+/g;
/** What ends a sentence, and not a link. */
const TRAILING = /[.,;:!?'’”*_\]}]+$/;

/**
 * Shows a time as the reader's clock does.
 *
 * @param {HTMLTimeElement} time
 * @param {number} at In ms since 1970.
 */
export function showTime(time, at) {
  time.dateTime = new Date(at).toISOString();
  time.textContent = TIME.format(at);
  time.title = FULL.format(at);
}

/**
 * The day of a time, in words.
 *
 * @param {number} at In ms since 1970.
 */
export function dayOf(at) {
  return DAY.format(at);
}

/**
 * A text, with its addresses made links.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function linked(text) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const href = withoutTrail(found);
    if (!URL.canParse(href)) continue;
    parts.push(text.slice(end, index), element("a", { href, rel: "noopener noreferrer", target: "_blank" }, href));
    end = index + href.length;
  }
  return [...parts, text.slice(end)];
}

/**
 * A closing bracket belongs to the link if it opens there too.
 *
 * @param {string} link
 * @returns {string}
 */
function withoutTrail(link) {
  const short = link.replace(TRAILING, "");
  const hasStrayBracket = short.endsWith(")") && short.split(")").length > short.split("(").length;
  return hasStrayBracket ? withoutTrail(short.slice(0, -1)) : short;
}
