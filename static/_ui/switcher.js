/**
 * Going to a room or a person by the first letters. Loaded when it is first asked for.
 *
 * @import { RoomRow } from "./rooms.js"
 */
import { ask } from "./page.js";
import { openDialog } from "./dialogs.js";
import { countText, element, icon } from "./elements.js";

const MAX_CHOICES = 12;
const PAUSE_MS = 80;

/** @typedef {{ label: string, detail: string, mark: Node | string, go: () => void }} Place */

/**
 * Opens the switcher.
 *
 * @param {{ rooms: RoomRow[], unread: (row: RoomRow) => number, me: string, go: (path: string) => void }} init
 */
export function openSwitcher({ rooms, unread, me, go }) {
  const list = element("ul", { class: "places", id: "places", role: "listbox", "aria-label": "Rooms and people" });
  const field = element("input", {
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "places",
    "aria-autocomplete": "list",
    "aria-label": "Room or person",
    placeholder: "Room or person",
    autocomplete: "off",
  });
  openDialog({ title: "Go to", kind: "switcher", content: [field, list] });
  /** @type {Place[]} */
  let places = [];
  let active = 0;
  const choose = (index) => {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    list.children[index]?.scrollIntoView({ block: "nearest" });
    if (places.length === 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `place-${index}`);
  };
  const show = (found) => {
    places = found.slice(0, MAX_CHOICES);
    list.replaceChildren(...places.map(({ label, detail, mark }, index) => {
      const words = [mark, " ", element("span", {}, label), " ", element("span", { class: "fine" }, detail)];
      const item = element("li", { role: "option", id: `place-${index}` }, ...words);
      item.addEventListener("click", () => places[index].go());
      return item;
    }));
    choose(0);
  };
  const search = seeker({ rooms, unread, me, go, show });
  field.addEventListener("input", () => search(field.value));
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: places.length - 1 }[event.key];
    if (step !== undefined && places.length > 0) choose((active + step) % places.length);
    else if (event.key === "Enter" && !event.isComposing) places[active]?.go();
    else return;
    event.preventDefault();
  });
  search("");
  field.focus();
}

/**
 * @param {Omit<Parameters<typeof openSwitcher>[0], never> & { show: (places: Place[]) => void }} init
 * @returns {(typed: string) => void}
 */
function seeker({ rooms, unread, me, go, show }) {
  let latest = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const roomsFor = (typed) =>
    rooms.filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
      .sort((a, b) => Number(unread(b) > 0) - Number(unread(a) > 0))
      .map((row) => ({
        label: row.name,
        detail: unread(row) > 0 ? `${countText(unread(row))} unread` : row.isMember ? "" : "not joined",
        mark: icon(row.access === "direct" ? "people" : row.access === "invited" ? "lock" : "hash"),
        go: () => go(`/rooms/${encodeURIComponent(row.id)}`),
      }));
  const peopleFor = async (typed) => {
    const { people } = await ask(`people?prefix=${encodeURIComponent(typed)}&limit=${MAX_CHOICES}`);
    const known = new Set(rooms.map((row) => row.with));
    return people.filter(({ name }) => name !== me && !known.has(name)).map((
      { name, displayName },
    ) => ({ label: displayName ?? name, detail: "write to", mark: icon("people"), go: () => writeTo(name, go) }));
  };
  return (typed) => {
    latest = typed;
    show(roomsFor(typed));
    clearTimeout(timer);
    if (typed.trim() === "") return;
    timer = setTimeout(async () => {
      const people = await peopleFor(typed.trim()).catch(() => []);
      if (latest === typed) show([...roomsFor(typed), ...people]);
    }, PAUSE_MS);
  };
}

/**
 * @param {string} name
 * @param {(path: string) => void} go
 */
async function writeTo(name, go) {
  const { room } = await ask("direct", { body: { name } });
  go(`/rooms/${encodeURIComponent(room.id)}`);
}
