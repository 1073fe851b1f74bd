// With --watch every page carries this: it is loaded again when something on disk has changed, and stays where it was
// scrolled to. It is no module: pages of another origin could not load one.
(() => {
  const script = document.currentScript;
  const place = `commonroom.scroll:${location.pathname}`;

  const keep = () => {
    try {
      sessionStorage.setItem(place, JSON.stringify([scrollX, scrollY]));
    } catch {
      // A page in a sandbox keeps nothing; the browser itself does its best.
    }
  };

  const restore = () => {
    try {
      const [x, y] = JSON.parse(sessionStorage.getItem(place) ?? "[]");
      sessionStorage.removeItem(place);
      if (y !== undefined) scrollTo({ left: x, top: y, behavior: "instant" });
    } catch {
      // As above.
    }
  };

  let wasLost = false;
  const reload = () => {
    changes.close();
    keep();
    location.reload();
  };
  const changes = new EventSource(new URL("../api/changes", script.src));
  changes.addEventListener("message", reload);
  changes.addEventListener("error", () => wasLost = true);
  // A server that was started anew does not know what has changed meanwhile.
  changes.addEventListener("open", () => wasLost && reload());
  addEventListener("load", restore);
})();
