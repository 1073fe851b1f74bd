/**
 * Exactly once, in order: hundreds of schedules of everything that can go wrong between a tab and the disk, each from a
 * seed. What runs is the real chat on a real store, and the browser's own outbox and feed; only the net, the clock and
 * the reader are played.
 *
 * `deno test --allow-all tests/chat/model_test.ts -- --seed 17` repeats one schedule, `--count 5000` tries more.
 */
import { assertGreater } from "@std/assert";
import { tempDir } from "../testing.ts";
import { runSchedule, type Summary } from "./model/schedule.ts";

/** Schedules on a server that keeps its data in memory. */
const IN_MEMORY = 260;
/** Schedules on a server that keeps them on the disk: slower, but a crash is one. */
const ON_DISK = 40;

const seed = flag("seed");
const count = flag("count");

Deno.test("whatever is cut, killed, repeated or slow: every message is there once, and everybody sees the same", async () => {
  await runAll(seed === undefined ? range(1, count ?? IN_MEMORY) : [seed], runSchedule);
});

Deno.test("so it is on the disk, where a server that dies keeps what it promised, and nothing by halves", async () => {
  await runAll(seed === undefined ? range(100_001, count ?? ON_DISK) : [seed], async ({ seed }) => {
    await using dir = await tempDir();
    return await runSchedule({ seed, dir: dir.path });
  });
});

async function runAll(
  seeds: readonly number[],
  run: (options: { seed: number }) => Promise<Summary>,
): Promise<void> {
  let [written, acked] = [0, 0];
  for (const seed of seeds) {
    const summary = await run({ seed }).catch((error) => {
      throw new Error(`Seed ${seed}: ${error.message}`, { cause: error });
    });
    written += summary.written;
    acked += summary.acked;
  }
  // A model in which nothing happens would always hold.
  assertGreater(written, seeds.length);
  assertGreater(acked, seeds.length);
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** A number given behind `--`, as in `-- --seed 17`. */
function flag(name: string): number | undefined {
  const index = Deno.args.indexOf(`--${name}`);
  return index < 0 ? undefined : Number(Deno.args[index + 1]);
}
