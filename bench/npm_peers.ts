/**
 * The peers from npm, which only the benchmark needs: they are installed on first use, outside of this repository.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";

/** What is installed, each of exactly this version. */
const MANIFEST = {
  private: true,
  type: "module",
  dependencies: { fastify: "5.12.8", hono: "4.13.19", "@hono/node-server": "2.1.8", ws: "8.23.0" },
  optionalDependencies: { "@oven/bun-linux-x64": "1.4.5", "@oven/bun-linux-aarch64": "1.4.5" },
};
const BUN = `node_modules/@oven/bun-linux-${Deno.build.arch === "x86_64" ? "x64" : "aarch64"}/bin/bun`;
const SERVERS_DIR = fromFileUrl(new URL("./servers/", import.meta.url));

/** The peers, ready to run. */
export interface NpmPeers {
  /** The command that runs a script of `servers/` with Node. */
  node(script: string, ...args: string[]): string[];
  /** The same with Bun; `undefined` if there is none for this machine. */
  readonly bun: ((script: string) => string[]) | undefined;
}

/**
 * Installs the peers, unless that has been done.
 *
 * The scripts are copied beside them, because that is where Node looks for packages.
 *
 * @returns The peers; `undefined`, after saying so, if there is no Node, or npm cannot reach its registry.
 */
export async function installPeers(): Promise<NpmPeers | undefined> {
  const dir = cacheDir();
  await Deno.mkdir(dir, { recursive: true });
  if (!await hasNode(dir) || !await isInstalled(dir) && !await install(dir)) {
    console.log("Without the peers on Node: there is no node here, or `npm install` does not work");
    return undefined;
  }
  for await (const { name } of Deno.readDir(SERVERS_DIR)) {
    if (name.endsWith(".mjs")) await Deno.copyFile(join(SERVERS_DIR, name), join(dir, name));
  }
  const hasBun = await exists(join(dir, BUN));
  return {
    node: (script, ...args) => ["node", join(dir, script), ...args],
    bun: hasBun ? (script) => [join(dir, BUN), join(dir, script)] : undefined,
  };
}

function cacheDir(): string {
  const home = Deno.env.get("HOME");
  const caches = Deno.env.get("XDG_CACHE_HOME") ?? (home === undefined ? "/tmp" : join(home, ".cache"));
  return join(caches, "commonroom-bench");
}

/** The manifest is written last, so that an installation that was interrupted is made again. */
async function isInstalled(dir: string): Promise<boolean> {
  const installed = join(dir, "installed.json");
  return await exists(installed) && await Deno.readTextFile(installed) === JSON.stringify(MANIFEST);
}

async function install(dir: string): Promise<boolean> {
  console.log(`Installing the peers in ${dir}`);
  await Deno.writeTextFile(join(dir, "package.json"), JSON.stringify(MANIFEST));
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  if (await outputOf({ program: "npm", args, dir }) === undefined) return false;
  await Deno.writeTextFile(join(dir, "installed.json"), JSON.stringify(MANIFEST));
  return true;
}

/** Where there is no Node, Deno puts itself in its place; but it is not Node that says `deno 2`. */
async function hasNode(dir: string): Promise<boolean> {
  const version = await outputOf({ program: "node", args: ["--version"], dir });
  return version?.startsWith("v") ?? false;
}

/** Runs a program; `undefined` if there is none, or it fails. */
async function outputOf({ program, args, dir }: { program: string; args: string[]; dir: string }) {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, cwd: dir, stderr: "inherit" }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
