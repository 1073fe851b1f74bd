/**
 * Who is here, and what people are called: as `lib/components/room_people.tsx` shows it.
 *
 * @typedef {{ displayName?: string, colour?: number, role?: string }} Profile
 */
import { arrange, byId, element, hueOf, initialOf } from "./elements.js";

/** More are only counted. */
const MAX_SHOWN = 200;

export class People {
  #me;
  /** @type {Set<string>} */
  #names = new Set();
  /** @type {Map<string, Profile>} */
  #profiles;
  /** @type {Map<string, HTMLLIElement>} */
  #items = new Map();
  #isDue = false;

  /**
   * @param {{ me: string, profiles: Record<string, Profile> }} init
   */
  constructor({ me, profiles }) {
    this.#me = me;
    this.#profiles = new Map(Object.entries(profiles));
    for (const item of byId("people").children) this.#names.add(item.dataset.name);
    for (const item of byId("people").children) this.#items.set(item.dataset.name, item);
  }

  /** The names of those who are here. */
  get here() {
    return [...this.#names];
  }

  profileOf(name) {
    return this.#profiles.get(name) ?? {};
  }

  /** What somebody wants to be called. */
  nameOf(name) {
    return this.profileOf(name).displayName ?? name;
  }

  /** Takes all who are here anew. */
  set(names, profiles = {}) {
    this.#names = new Set(names);
    this.#learn(profiles);
    this.#show();
  }

  change({ joined = [], left = [], profiles = {} }) {
    for (const name of joined) this.#names.add(name);
    for (const name of left) this.#names.delete(name);
    this.#learn(profiles);
    this.#show();
  }

  /** Somebody looks different now. */
  profile(name, { displayName, colour }) {
    this.#learn({ [name]: { ...this.profileOf(name), displayName, colour } });
    this.#show();
  }

  #learn(profiles) {
    for (const [name, profile] of Object.entries(profiles)) {
      this.#profiles.set(name, { role: this.profileOf(name).role, ...profile });
      this.#items.delete(name);
    }
  }

  /** A hundred who come at once are shown at once. */
  #show() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#render();
    });
    // A page that is not seen gets no frames.
    if (document.hidden) setTimeout(() => this.#isDue && (this.#isDue = false, this.#render()));
  }

  #render() {
    const names = this.here.sort((a, b) => this.nameOf(a).localeCompare(this.nameOf(b)));
    byId("head-count").textContent = String(names.length);
    arrange(byId("people"), names.slice(0, MAX_SHOWN).map((name) => this.#item(name)));
    for (const name of this.#items.keys()) if (!this.#names.has(name)) this.#items.delete(name);
    byId("more-people").hidden = names.length <= MAX_SHOWN;
    byId("more-people").textContent = `and ${names.length - MAX_SHOWN} more`;
    byId("alone").hidden = names.some((name) => name !== this.#me);
  }

  #item(name) {
    const known = this.#items.get(name);
    if (known !== undefined) return known;
    const { displayName = name, colour, role } = this.profileOf(name);
    const button = element("button", { class: "person tile", name: "name", value: name });
    button.dataset.initial = initialOf(displayName);
    button.append(element("span", { class: "person-name" }, displayName));
    button.disabled = name === this.#me;
    if (button.disabled) button.append(" ", element("span", { class: "fine" }, "you"));
    else button.title = `Write to ${displayName}`;
    if (role !== undefined && role !== "member") button.append(" ", element("span", { class: "fine" }, role));
    const item = element("li", { "data-name": name, class: hueOf(name, colour) }, button);
    this.#items.set(name, item);
    return item;
  }
}
