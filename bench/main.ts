/**
 * The benchmarks: `deno task bench [NAME] [--rounds N] [--seconds S] [--only TEXT]`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { chat } from "./chat.ts";
import { files } from "./files.ts";
import { http } from "./http.ts";
import { checkCanMeasure } from "./proc.ts";
import { room } from "./room.ts";
import { routes } from "./routes.ts";

/** How long a benchmark takes. */
export interface Effort {
  /** How often each contender is measured, after a warm-up. */
  readonly rounds: number;
  /** Time of one round of one contender, in s. */
  readonly seconds: number;
  /** Only the tables whose title holds this; `""` for all. */
  readonly only: string;
}

const BENCHMARKS: Readonly<Record<string, (effort: Effort) => Promise<void>>> = { routes, http, files, room, chat };
const USAGE = `Usage: deno task bench [NAME] [--rounds N] [--seconds S] [--only TEXT]

  NAME         one of: ${Object.keys(BENCHMARKS).join(", ")} (default: all)
  --rounds N   how often each contender is measured (default: 15)
  --seconds S  time of one round of one contender (default: 1.2)
  --only TEXT  only the tables whose title holds this text: --only "2 KiB"`;

function parseEffort(flags: Record<string, unknown>): Effort {
  const rounds = Number(flags.rounds ?? 15);
  const seconds = Number(flags.seconds ?? 1.2);
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError("--rounds is a whole number from 1");
  if (!(seconds > 0)) throw new RangeError("--seconds is a number above 0");
  return { rounds, seconds, only: String(flags.only ?? "") };
}

function readArguments() {
  const string = { type: "string" } as const;
  try {
    return parseArgs({
      options: { rounds: string, seconds: string, only: string, help: { type: "boolean" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const { positionals: names, values: { help, ...flags } } = readArguments();
  if (help) return console.log(USAGE);
  const effort = parseEffort(flags);
  const unknown = names.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown !== undefined) throw new RangeError(`There is no benchmark ${unknown}`);
  checkCanMeasure();
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (names.length === 0 || names.includes(name)) await run(effort);
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(`bench: ${error.message}\n\n${USAGE}`);
    Deno.exit(2);
  }
}
