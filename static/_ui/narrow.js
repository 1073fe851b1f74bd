/**
 * What narrow screens need. Loaded where the screen is one.
 *
 * On a narrow screen the rooms and the people are drawers over the conversation. What lies behind an open drawer cannot
 * be reached; Escape and a press beside it close it.
 */
import { byId } from "./elements.js";

/** A keyboard takes at least so much. */
const KEYBOARD_PX = 80;

/** The same widths as in room.css. */
const DRAWERS = [
  { opener: "open-rooms", drawer: "rooms", isDrawer: matchMedia("(max-width: 52rem)") },
  { opener: "open-people", drawer: "people-box", isDrawer: matchMedia("(max-width: 70rem)") },
];

/** Makes the drawers work. */
export function makeDrawers() {
  for (const { opener, drawer, isDrawer } of DRAWERS) {
    const box = byId(drawer);
    const link = byId(opener);
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    link.setAttribute("aria-controls", drawer);
    const behind = () =>
      [...document.querySelectorAll("body > :not(main), #room > :not(dialog)")].filter((other) => other !== box);
    const setOpen = (isOpen) => {
      box.classList.toggle("open", isOpen);
      byId("room").classList.toggle("covered", isOpen);
      const label = box.firstElementChild.getAttribute("aria-label");
      for (const [name, value] of Object.entries({ role: "dialog", "aria-modal": "true", "aria-label": label })) {
        if (isOpen) box.setAttribute(name, value);
        else box.removeAttribute(name);
      }
      link.setAttribute("aria-expanded", String(isOpen));
      for (const other of behind()) other.inert = isOpen;
      if (isOpen) box.focus({ preventScroll: true });
    };
    const close = () => {
      if (!box.classList.contains("open")) return;
      setOpen(false);
      link.focus({ preventScroll: true });
    };
    link.addEventListener("click", (event) => {
      event.preventDefault();
      setOpen(true);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      setOpen(true);
    });
    box.querySelector(".close").addEventListener("click", (event) => {
      event.preventDefault();
      close();
    });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && close());
    // What lies behind is inert: a press on it arrives at what holds it.
    byId("room").addEventListener("click", ({ target }) => !box.contains(target) && !link.contains(target) && close());
    isDrawer.addEventListener("change", ({ matches }) => !matches && box.classList.contains("open") && setOpen(false));
  }
}

/**
 * Makes the page as high as what is seen of it: so a phone's keyboard does not cover the composer where the browser does
 * not see to that itself (`interactive-widget` does elsewhere).
 */
export function fitViewport() {
  const { visualViewport: view } = globalThis;
  if (!view) return;
  const fit = () => {
    const isCovered = view.scale === 1 && innerHeight - view.height > KEYBOARD_PX;
    document.body.style.height = isCovered ? `${view.height}px` : "";
    if (isCovered) scrollTo(0, 0);
  };
  view.addEventListener("resize", fit);
}
