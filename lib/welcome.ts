import { renderUnicodeCompact } from "uqr";
import { SETUP_LIFETIME_MS } from "./auth/setup_link.ts";
import type { Config } from "./config.ts";
import type { Server } from "./server.ts";

/** What a start prints may depend on. */
export interface WelcomeOptions {
  /** Whether a person reads it: then the setup link is shown as a QR code too. */
  readonly isTerminal: boolean;
  /** This machine's address in the network, if it has one. */
  readonly lanAddress: string | undefined;
}

/**
 * What a start prints: where the server is, who may read, and how to begin.
 *
 * @param server The running server.
 * @param config How it was started.
 * @param options Who reads it, and where.
 */
export function welcomeText(
  { url, setupUrl }: Pick<Server, "url" | "setupUrl">,
  config: Config,
  { isTerminal, lanAddress }: WelcomeOptions = { isTerminal: Deno.stdout.isTerminal(), lanAddress: findLanAddress() },
): string {
  const isEverywhere = ["0.0.0.0", "::"].includes(config.host);
  // What listens everywhere has to be named by an address that others can open.
  const reachable = (link: string) => isEverywhere ? withHost(link, lanAddress ?? "127.0.0.1") : link;
  const lines = [`Listening on ${url}`];
  if (isEverywhere) lines.push(`Others on this network open ${reachable(url)}`);
  lines.push(servingLine(config), keepingLine(config));
  if (config.routesDir !== undefined) lines.push(`Routes of your own come from ${config.routesDir}`);
  if (config.isDevelopment) lines.push("Errors are shown with their code, to this machine alone (--dev)");
  if (setupUrl !== undefined) {
    const minutes = SETUP_LIFETIME_MS / 60_000;
    const link = reachable(setupUrl);
    lines.push(`Make the administrator's account here, within ${minutes} minutes: ${link}`);
    if (isTerminal) lines.push(renderUnicodeCompact(link));
  }
  if (config.isRegistrationOpen) lines.push("Anyone who can reach this server may register");
  return lines.join("\n");
}

function servingLine({ siteDir, isPublic }: Config): string {
  if (siteDir === undefined) return "Serving the starter pages, to everybody; name a folder to serve it";
  return `Serving ${siteDir} ${isPublic ? "to everybody" : "to members only (--public opens it)"}`;
}

function keepingLine({ dataDir }: Config): string {
  if (dataDir === ":memory:") return "Keeping nothing: messages and accounts are gone when this stops";
  return `Keeping everything in ${dataDir}`;
}

function withHost(link: string, hostname: string): string {
  const url = new URL(link);
  url.hostname = hostname;
  return url.href;
}

/** The first address that is not this machine's own; `undefined` too where the system does not tell. */
function findLanAddress(): string | undefined {
  try {
    return Deno.networkInterfaces().find(({ family, address }) => family === "IPv4" && !address.startsWith("127."))
      ?.address;
  } catch {
    return undefined;
  }
}
