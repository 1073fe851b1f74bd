import type { Context } from "../../lib/context.ts";

export function GET(ctx: Context) {
  ctx.requireSession();
  return ctx.render(
    <section class="sheet narrow">
      <h1>New room</h1>
      <form method="post" action="/api/rooms" class="fields">
        <label>
          Name
          <input name="name" required maxLength={60} autofocus autocomplete="off" />
        </label>
        <fieldset>
          <legend>Who may read it</legend>
          <label class="choice">
            <input type="radio" name="open" value="true" checked /> Everybody who is a member here
          </label>
          <label class="choice">
            <input type="radio" name="open" value="false" /> Only those whom its members bring in
          </label>
        </fieldset>
        <button type="submit">Make the room</button>
      </form>
      <p>
        To write to one person alone, find them among the <a href="/people">people</a>.
      </p>
    </section>,
    { title: "New room" },
  );
}
