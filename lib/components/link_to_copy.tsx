import type { Page } from "../render.ts";

/** A link to hand over; `copy.js` shows the button that copies it. */
export function LinkToCopy({ url }: { readonly url: string }): Page {
  return (
    <div class="fields">
      <label>
        Link
        <input readOnly value={url} data-copy />
      </label>
      <p class="actions" hidden>
        <button type="button" class="second">Copy the link</button>
        <span role="status" />
      </p>
    </div>
  );
}
