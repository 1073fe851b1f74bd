/**
 * The bar at the top of every page.
 *
 * @module
 */
import { isModerator } from "../auth/rights.ts";
import type { LayoutProps, Page } from "../render.ts";
import { hueOf, initialOf } from "./room_names.ts";

/** A way to one of the main pages. */
export function NavLink({ ctx, href, children }: Pick<LayoutProps, "ctx"> & { href: string; children: string }): Page {
  const isAmong = href === "/rooms/common" && ctx.path.startsWith("/rooms/");
  return <a href={href} aria-current={ctx.path === href ? "page" : isAmong ? "true" : undefined}>{children}</a>;
}

/** Who is logged in, and what belongs to them; it opens without script. */
export function AccountMenu({ ctx }: Pick<LayoutProps, "ctx">): Page {
  const { user } = ctx;
  if (user === undefined) return <a class="account" href="/login">Log in</a>;
  const shown = user.displayName ?? user.name;
  return (
    <details class="menu">
      <summary
        aria-label={`Your account: ${shown}`}
        class={`tile ${hueOf(user.name, user.colour)}`}
        data-initial={initialOf(shown)}
      >
        <span class="who">{shown}</span>
      </summary>
      <ul>
        <li>
          <a href="/account">Your account</a>
        </li>
        <li>
          <a href="/invitations">Invitations</a>
        </li>
        {isModerator(user) && (
          <li>
            <a href="/moderation">Moderation</a>
          </li>
        )}
        <li class="apart">
          <form method="post" action="/api/logout">
            <button type="submit" class="quiet">Log out</button>
          </form>
        </li>
      </ul>
    </details>
  );
}
