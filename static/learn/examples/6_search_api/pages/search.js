const field = document.querySelector("input");
const status = document.querySelector("[role=status]");
const list = document.querySelector("dl");
let asking = new AbortController();

field.addEventListener("input", async () => {
  // Replies can overtake each other: the one to an older query must not
  // replace a newer one.
  asking.abort();
  asking = new AbortController();
  try {
    const reply = await fetch("api/search", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: field.value }),
      signal: asking.signal,
    });
    const answer = await reply.json();
    if (reply.ok) show(answer);
    else status.textContent = answer.error.message;
  } catch (error) {
    if (error.name !== "AbortError") status.textContent = "The search does not answer just now.";
  }
});

/**
 * As text, never as HTML: whatever an entry holds, it is shown and not
 * run.
 */
function show({ total, results }) {
  status.textContent = total === 1 ? "1 entry" : `${total} entries`;
  list.replaceChildren(...results.flatMap(({ title, text }) => [element("dt", title), element("dd", text)]));
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
