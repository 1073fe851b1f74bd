/**
 * What Linux tells of a process: the processor time that it has used, and its memory.
 *
 * @module
 */

/**
 * Makes sure that processor time can be measured.
 *
 * @throws {RangeError} Elsewhere than on Linux.
 */
export function checkCanMeasure(): void {
  if (Deno.build.os === "linux") return;
  throw new RangeError(
    `The benchmarks read the servers' processor time in /proc, which ${Deno.build.os} has not: use Linux`,
  );
}

/** The length of a tick in µs: the resolution of {@linkcode cpuUsOf}. */
export const TICK_US: number = 1_000_000 / ticksPerSecond();

function ticksPerSecond(): number {
  if (Deno.build.os !== "linux") return NaN;
  const { stdout } = new Deno.Command("getconf", { args: ["CLK_TCK"] }).outputSync();
  return Number(new TextDecoder().decode(stdout));
}

/**
 * The processor time of all threads of a process so far, by the kernel and for it, in µs; of a resolution of one tick.
 *
 * Fields 14 and 15 of proc_pid_stat(5). The second is a name in parentheses that may itself hold spaces.
 */
export function cpuUsOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fromThird = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fromThird[11]) + Number(fromThird[12])) * TICK_US;
}

/** The memory of a process that is in use now, in bytes (`VmRSS` of proc_pid_status(5)). */
export function memoryOf(pid: number): number {
  const field = /^VmRSS:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`));
  if (field === null) throw new Error(`Process ${pid} has ended`);
  return Number(field[1]) * 1024;
}
