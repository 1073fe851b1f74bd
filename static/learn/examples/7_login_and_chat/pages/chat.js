const here = document.getElementById("here");
const messages = document.getElementById("messages");
const field = document.querySelector("#say input");

const { name = null } = await (await fetch("me")).json();
if (name !== null) enter();

function enter() {
  document.getElementById("door").hidden = true;
  document.getElementById("room").hidden = false;
  const socket = new WebSocket(new URL("chat", location.href.replace(/^http/, "ws")));
  socket.addEventListener("message", ({ data }) => show(JSON.parse(data)));
  socket.addEventListener("close", ({ reason }) => here.textContent = `The connection is closed. ${reason}`);
  document.getElementById("say").addEventListener("submit", (event) => {
    event.preventDefault(); // The message goes through the socket; the page stays.
    socket.send(field.value);
    field.value = "";
  });
}

/**
 * As text, never as HTML: a message that holds a script shows it, and
 * does not run it.
 */
function show({ author, text, here: people }) {
  if (people !== undefined) {
    here.textContent = `Here: ${people.join(", ")}`;
    return;
  }
  const line = document.createElement("li");
  line.textContent = `${author}: ${text}`;
  messages.append(line);
}
