import { renderUnicodeCompact } from "uqr";
import { SETUP_LIFETIME_MS } from "./auth/setup_link.ts";
import type { Config } from "./config.ts";
import type { Server } from "./server.ts";

/**
 * What a start prints: where the server is, who may read, and how to begin.
 *
 * @param server The running server.
 * @param config How it was started.
 * @param isTerminal Whether a person reads it: then the setup link is shown as a QR code too.
 */
export function welcomeText(
  { url, setupUrl }: Pick<Server, "url" | "setupUrl">,
  config: Config,
  isTerminal: boolean = Deno.stdout.isTerminal(),
): string {
  const lines = [`Listening on ${url}`];
  if (config.siteDir === undefined) lines.push("Serving the starter pages, to everybody; name a folder to serve it");
  else {lines.push(
      `Serving ${config.siteDir} ${config.isPublic ? "to everybody" : "to members only (--public opens it)"}`,
    );}
  if (config.dataDir === ":memory:") lines.push("Keeping nothing: messages and accounts are gone when this stops");
  else lines.push(`Keeping everything in ${config.dataDir}`);
  if (setupUrl !== undefined) {
    const minutes = SETUP_LIFETIME_MS / 60_000;
    lines.push(`Make the administrator's account here, within ${minutes} minutes: ${setupUrl}`);
    if (isTerminal) lines.push(renderUnicodeCompact(setupUrl));
  }
  if (config.isRegistrationOpen) lines.push("Anyone who can reach this server may register");
  return lines.join("\n");
}
