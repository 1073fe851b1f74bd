/**
 * Small windows over the page: the browser keeps the focus inside, and the rest out of reach.
 */
import { button, byId, element, icon } from "./elements.js";

const MARGIN_PX = 8;

/**
 * Opens a window. Escape and a press beside it close it; then the focus goes back to where it was.
 *
 * @param {{ title: string, kind?: string, beside?: Element, content: (Node | string)[] }} init
 * @returns {HTMLDialogElement}
 */
export function openDialog({ title, kind = "", beside, content }) {
  const close = button({ class: "tool close", "aria-label": "Close" }, [icon("close")], () => dialog.close());
  const head = element("div", { class: "dialog-head" }, element("h2", {}, title), close);
  const dialog = element("dialog", { class: kind, "aria-label": title }, head, ...content);
  // The finger whose long press opened it does not close it when it leaves.
  let isPressed = false;
  dialog.addEventListener("pointerdown", (event) => isPressed = event.target === dialog && isOutside(dialog, event));
  dialog.addEventListener("click", (event) => event.target === dialog && isPressed && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    // What had the focus may be gone.
    if (document.activeElement === document.body) byId("log").focus({ preventScroll: true });
  });
  byId("room").append(dialog);
  dialog.showModal();
  if (beside !== undefined) place(dialog, beside.getBoundingClientRect());
  return dialog;
}

/**
 * Asks before something that cannot be undone.
 *
 * @param {{ title: string, text: string, yes: string }} init
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text, yes }) {
  return new Promise((resolve) => {
    let answer = false;
    const no = button({ class: "second", autofocus: "" }, ["Cancel"], () => dialog.close());
    const go = button({ class: "danger" }, [yes], () => {
      answer = true;
      dialog.close();
    });
    const quote = element("blockquote", { dir: "auto" }, text);
    const dialog = openDialog({ title, kind: "ask", content: [quote, element("p", { class: "actions" }, go, no)] });
    dialog.addEventListener("close", () => resolve(answer));
    no.focus();
  });
}

/**
 * Lets the arrow keys go from button to button.
 *
 * @param {HTMLElement} box
 * @param {number} [columns]
 */
export function walkByArrows(box, columns = 1) {
  box.addEventListener("keydown", (event) => {
    const buttons = [...box.querySelectorAll("button")];
    const here = buttons.indexOf(document.activeElement);
    const step = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || here < 0) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, here + step))].focus();
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {DOMRect} by
 */
function place(dialog, by) {
  // On a phone it comes up from the edge: see dialogs.css.
  if (matchMedia("(max-width: 44rem)").matches) return;
  const { offsetWidth, offsetHeight } = dialog;
  const left = Math.min(by.right - offsetWidth, innerWidth - offsetWidth - MARGIN_PX);
  const isBelow = by.bottom + offsetHeight + MARGIN_PX < innerHeight;
  const top = isBelow ? by.bottom + 4 : Math.max(MARGIN_PX, by.top - offsetHeight - 4);
  dialog.style.margin = "0";
  dialog.style.left = `${Math.max(MARGIN_PX, left)}px`;
  dialog.style.top = `${top}px`;
}

/**
 * @param {HTMLElement} dialog
 * @param {MouseEvent} event
 */
function isOutside(dialog, { clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
