/** What fingers do with messages. Loaded where there may be one. */

const LONG_PRESS_MS = 500;
const LONG_PRESS_SLOP_PX = 10;

/**
 * A finger that stays on a message opens its menu.
 *
 * @param {HTMLElement} list
 * @param {(seq: number, beside: Element) => void} openMenu
 */
export function listenToPresses(list, openMenu) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let press = { x: 0, y: 0 };
  const stop = () => clearTimeout(timer);
  list.addEventListener("pointerdown", ({ target, pointerType, clientX, clientY }) => {
    stop();
    press = { x: clientX, y: clientY };
    const line = target.closest("li.line");
    if (pointerType !== "touch" || line?.dataset.seq === undefined) return;
    timer = setTimeout(() => {
      swallowClick();
      openMenu(Number(line.dataset.seq), line);
    }, LONG_PRESS_MS);
  });
  list.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - press.x, clientY - press.y) > LONG_PRESS_SLOP_PX) stop();
  });
  for (const event of ["pointerup", "pointercancel"]) list.addEventListener(event, stop);
  // The browser's own menu would lie over ours.
  list.addEventListener("contextmenu", (event) => {
    if (timer !== undefined && matchMedia("(hover: none)").matches) event.preventDefault();
  });
}

/** The finger that leaves presses nothing in the menu that has come up under it. */
function swallowClick() {
  const swallow = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  const options = { capture: true, once: true };
  document.addEventListener("click", swallow, options);
  document.addEventListener("pointerdown", () => document.removeEventListener("click", swallow, options), options);
}
