/**
 * Fuzzes the raw transport for longer than the suite does: `deno task fuzz [--seconds N] [--seed N] [--from ITERATION]`.
 *
 * @module
 */
import { fuzz } from "./net/fuzz.ts";

function numberOf(flag: string): number | undefined {
  const at = Deno.args.indexOf(`--${flag}`);
  return at === -1 ? undefined : Number(Deno.args[at + 1]);
}

const seed = numberOf("seed") ?? Math.floor(Math.random() * 2 ** 32);
const from = numberOf("from") ?? 0;
// To see one iteration again, its batch is enough.
const seconds = numberOf("seconds") ?? (from > 0 ? 0 : 60);
const endMs = Date.now() + seconds * 1_000;
console.log(`Seed ${seed}, ${seconds} s`);
try {
  const { iterations, statuses, frames } = await fuzz({ seed, from, goesOn: () => Date.now() < endMs });
  const counts = [...statuses].toSorted().map(([status, count]) => `${status}: ${count}`).join(", ");
  console.log(`${iterations} connections, ${frames} frames; replies ${counts}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
