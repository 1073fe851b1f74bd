/**
 * Asks this server what it is and who you are, and puts its own address into the examples.
 */

/** @param {string} path */
async function ask(path) {
  const reply = await fetch(path);
  const answer = await reply.json();
  return reply.ok ? answer : undefined;
}

/** @param {HTMLElement} status */
async function tell(status) {
  const [health, me] = await Promise.all([ask("/healthz"), ask("/api/me")]);
  const server = health === undefined ? "This server is not well." : `This server runs version ${health.version}.`;
  if (me !== undefined) {
    status.textContent = `${server} You are ${me.user.name}.`;
    return;
  }
  const login = document.createElement("a");
  login.href = "/login";
  login.textContent = "Log in";
  status.replaceChildren(`${server} You are not logged in. `, login);
}

for (const origin of document.querySelectorAll(".origin")) origin.textContent = location.origin;
const status = document.getElementById("status");
if (status !== null) tell(status).catch(() => status.textContent = "This server does not answer just now.");
