import manifest from "../deno.json" with { type: "json" };

/** The version of this program, as deno.json gives it. */
export const VERSION: string = manifest.version;
