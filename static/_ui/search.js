/**
 * The search, made live: it searches while one types. The form works without this.
 */
import { byId, element } from "./elements.js";

const PAUSE_MS = 120;
const PAGE = 10;
/** Where the server ends counting. */
const MAX_TOTAL = 5_000;

const form = byId("search");
const box = form.elements.namedItem("q");
/** @type {AbortController | undefined} The search under way: its answer is dropped when a newer one begins. */
let current;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Searches for what is in the box. */
async function search() {
  clearTimeout(timer);
  current?.abort();
  const query = box.value;
  if (query.trim() === "") return show("", { query, total: 0, results: [] });
  const { signal } = current = new AbortController();
  try {
    const reply = await fetch("/api/search", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, limit: PAGE }),
      signal,
    });
    const answer = await reply.json();
    if (signal.aborted) return;
    if (reply.ok) show(countText(answer.total), answer);
    else show(answer.error.message, { query, total: 0, results: [] });
  } catch {
    if (!signal.aborted) byId("count").textContent = "The server does not answer. Try again in a moment";
  }
}

/**
 * @param {string} status
 * @param {{ query: string, total: number, results: any[] }} found
 */
function show(status, { query, total, results }) {
  byId("count").textContent = status;
  byId("results").start = 1;
  byId("results").replaceChildren(...results.map(makeResult));
  byId("previous").hidden = true;
  byId("next").hidden = total <= PAGE;
  byId("next").href = `/search?q=${encodeURIComponent(query)}&offset=${PAGE}`;
  history.replaceState(null, "", query === "" ? "/search" : `/search?q=${encodeURIComponent(query)}`);
  document.title = query === "" ? "Search · Commonroom" : `${query} – Search · Commonroom`;
}

/** @param {number} total As `routes/search.tsx` says it. */
function countText(total) {
  if (total >= MAX_TOTAL) return `${MAX_TOTAL} results or more`;
  return total === 0 ? "Nothing found" : total === 1 ? "1 result" : `${total} results`;
}

/** @param {{ url: string, title: string, kind: string, author: string, at: number, snippet: string }} result */
function makeResult({ url, title, kind, author, at, snippet }) {
  const text = element("p");
  // The one place where HTML is taken as it comes: the server has escaped it, and <mark> is its only element.
  text.innerHTML = snippet;
  const time = element("time", { datetime: new Date(at).toISOString() });
  const what = kind === "page" ? ["page"] : [`${author}’s message, `, time];
  showDate(time);
  return element("li", {}, element("a", { href: url }, title), " ", element("span", { class: "fine" }, ...what), text);
}

/** @param {HTMLTimeElement} time */
function showDate(time) {
  time.textContent = new Date(time.dateTime).toLocaleDateString(undefined, { dateStyle: "medium" });
}

byId("results").querySelectorAll("time").forEach(showDate);
box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE_MS);
});
form.addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  void search();
});
