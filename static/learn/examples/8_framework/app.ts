/**
 * Step 8: an application on the framework, and its command line.
 *
 *     deno run --allow-net=127.0.0.1 8_framework/app.ts [port]
 *     deno run 8_framework/app.ts routes
 *     deno run 8_framework/app.ts request /hello/ada
 */
import { App, html, HttpError } from "./framework.ts";

export const app = new App((content) =>
  html`
    <!doctype html>
    <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Guests</title>
      <body>${content}</body>
    </html>
  `
);

const MAX_GUESTS = 100;
const guests: string[] = [];

app.on("GET", "/", ({ session }) => {
  const visits = Number(session.visits ?? 0) + 1;
  session.visits = visits;
  return html`
    <h1>Guests</h1>
    <ul>${guests.map((guest) => html`<li>${guest}</li>`)}</ul>
    <form method="post" action="/guests"><input name="name" required maxlength="40"> <button>Sign</button></form>
    <p>Your visits: ${visits}.</p>
  `;
});

app.on("GET", "/hello/:name", ({ params }) =>
  html`
    <h1>Hello, ${params.name}!</h1>
  `);

app.on("GET", "/api/guests", () => ({ guests }));

app.on("POST", "/guests", async ({ request }) => {
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (!(length <= 1_000)) throw new HttpError(413, "That is too long, or does not say how long it is");
  const name = new URLSearchParams(await request.text()).get("name")?.trim().slice(0, 40);
  if (!name) throw new HttpError(422, "Write your name");
  if (guests.length >= MAX_GUESTS) throw new HttpError(507, "The book is full");
  guests.push(name);
  return new Response(null, { status: 303, headers: { location: "/" } });
});

app.on("GET", "/broken", () => {
  throw new Error("The password of the database is 1234");
});

if (import.meta.main) {
  const [command = "8001", path = "/"] = Deno.args;
  if (command === "routes") console.log(app.list().join("\n"));
  else if (command === "request") console.log(await (await app.request(path)).text());
  else Deno.serve({ hostname: "127.0.0.1", port: Number(command) }, app.handle);
}
