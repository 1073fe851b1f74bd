// The part of @std/cli/parse-args that lib/config.ts uses.
export interface ParseOptions {
  string?: readonly string[];
  boolean?: readonly string[];
  alias?: Record<string, string>;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
export type Args = { _: Array<string | number> } & Record<string, unknown>;
export function parseArgs(args: string[], options?: ParseOptions): Args;
