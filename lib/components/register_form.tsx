import type { Page } from "../render.ts";

/** Where one makes an account; it posts to `action`. After an error the name that was typed stands there again. */
export function RegisterForm({ action, typed }: { readonly action: string; readonly typed: string }): Page {
  return (
    <form method="post" action={action} class="fields">
      <label>
        Name
        <input
          name="name"
          required
          minLength={2}
          maxLength={32}
          autocomplete="username"
          value={typed}
          autofocus={typed === ""}
          autocapitalize="none"
          aria-describedby="name-help"
        />
        <small id="name-help">2 to 32 letters or digits of any script, - or _</small>
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          required
          minLength={10}
          autofocus={typed !== ""}
          autocomplete="new-password"
          aria-describedby="password-help"
        />
        <small id="password-help">At least 10 characters; a few words are easy to remember</small>
      </label>
      <button type="submit">Make the account</button>
    </form>
  );
}
