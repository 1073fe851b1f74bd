/**
 * `commonroom access PATH [USER]`: says who may read a page, and why.
 *
 * @module
 */
import { join } from "@std/path";
import { foldName } from "../auth/names.ts";
import type { Config } from "../config.ts";
import { StartError } from "../errors.ts";
import { Files, type Found } from "../files/mod.ts";
import type { Logger } from "../log.ts";
import { openStore } from "../store/mod.ts";
import { AccessRules, type Decision } from "./access.ts";
import { ACCESS_FILE, AccessFile } from "./access_file.ts";
import { findAnswer } from "./locate.ts";
import { declaredMatter } from "./serving_declared.ts";
import { insideOfNothing } from "./serving_nothing.ts";

/** What is to be explained. */
export interface AccessQuestion {
  /** How the server is started: which folder, which data. */
  readonly config: Pick<Config, "siteDir" | "dataDir" | "isPublic">;
  /** The path of the page on the site, or its URL. */
  readonly path: string;
  /** The name of an account. */
  readonly user?: string;
}

/** What stands at an address. */
interface Placed {
  /** Its one address. */
  readonly url: string;
  readonly found?: Found;
}

/** An address that leads to another one, and so on. */
const MAX_REDIRECTS = 4;

/**
 * Says who may read a page and why; a server may run beside it.
 *
 * @param question Which page, and who asks for it.
 * @param logger Told the answer.
 * @throws {StartError} If the folder, or the rules of access, cannot be read.
 */
export async function explainAccess({ config, path, user }: AccessQuestion, logger: Logger): Promise<void> {
  const { siteDir } = config;
  if (siteDir === undefined) {
    return logger.say("Everybody may read the starter pages; name the folder that you serve (--dir or DIR)");
  }
  const hiddenDir = await realPath(config.dataDir);
  const files = new Files({ dir: await siteDirOf(siteDir), hiddenDir });
  const rules = rulesOf(config, hiddenDir);
  const placed = await place(pathOf(path), files);
  const { decision, problem } = await decide(placed, { files, rules });
  const lines = [`${placed.url} is ${WHO[decision.access]}. ${decision.because}.`];
  if (problem !== undefined) lines.push(`${problem}; until that is mended, it is for members.`);
  lines.push(describe(placed));
  if (user !== undefined) lines.push(await aboutUser({ user, decision, dataDir: hiddenDir && config.dataDir }));
  logger.say(lines.join("\n"));
}

const WHO = { public: "for everybody", members: "for members only" };

async function siteDirOf(dir: string): Promise<string> {
  const real = await realPath(dir);
  if (real === undefined) throw new StartError(`Cannot read ${dir}: there is no such folder`);
  return real;
}

async function realPath(path: string): Promise<string | undefined> {
  return path === ":memory:" ? undefined : await Deno.realPath(path).catch(() => undefined);
}

function rulesOf({ isPublic }: AccessQuestion["config"], dataDir: string | undefined): AccessRules {
  const path = dataDir && join(dataDir, ACCESS_FILE);
  return new AccessFile({ path, isPublic, reportDefect: () => {}, onChange: () => {} }).rules();
}

/** A path may be typed as it is in the address bar or as it is on disk, with or without the slash before it. */
function pathOf(typed: string): string {
  const path = typed.replace(/^https?:\/\/[^/]*/, "");
  return new URL(`http://localhost/${path.replace(/^\/+/, "").replaceAll(/%(?![\da-f]{2})/gi, "%25")}`).pathname;
}

async function place(path: string, files: Files): Promise<Placed> {
  let url = path;
  for (let redirects = 0; redirects < MAX_REDIRECTS; redirects++) {
    const answer = await findAnswer(url, { find: (path) => files.find(path) });
    if (answer === undefined) break;
    if ("place" in answer) return { url, found: answer.place };
    url = answer.to;
  }
  return { url };
}

interface Decided {
  readonly decision: Decision;
  readonly problem?: string;
}

async function decide(
  { url, found }: Placed,
  { files, rules }: { readonly files: Files; readonly rules: AccessRules },
): Promise<Decided> {
  if (found === undefined) {
    return { decision: rules.decide(url, { inside: await insideOfNothing(url, (path) => files.find(path)) }) };
  }
  const { inside } = found;
  const { matter, problem } = await declaredMatter(found) ?? {};
  return { decision: rules.decide(url, { inside, declared: matter?.access }), problem };
}

function describe({ url, found }: Placed): string {
  if (found === undefined) return `There is nothing at ${url}: whoever may not read it is not told so.`;
  if (found.kind === "folder") return `It is the list of the folder ${found.inside || "that is served"}.`;
  return `It is the file ${found.inside}.`;
}

interface UserQuestion {
  readonly user: string;
  readonly decision: Decision;
  /** The data folder; `undefined` if there is none yet. */
  readonly dataDir: string | undefined;
}

async function aboutUser({ user, decision, dataDir }: UserQuestion): Promise<string> {
  const asVisitor = decision.access === "public"
    ? "may read it all the same: everybody may"
    : "may not read it: only who is logged in may";
  const found = dataDir === undefined ? undefined : await findUser(user, dataDir);
  if (found === undefined) return `There is no account ${user}; without one, ${user} ${asVisitor}.`;
  if (found.isBanned) return `${found.name} is banned, cannot log in, and ${asVisitor}.`;
  return `${found.name} may read it: members may read everything.`;
}

interface User {
  readonly name: string;
  readonly isBanned: boolean;
}

async function findUser(user: string, dataDir: string): Promise<User | undefined> {
  const { accounts, log } = openStore(dataDir);
  try {
    const account = accounts.byFoldedName(foldName(user));
    return account && { name: account.name, isBanned: accounts.isBanned(account.id) };
  } finally {
    await log.close();
  }
}
