import { Files, type FilesOptions, type ServeOptions } from "../../lib/files/mod.ts";
import { fakeClock, tempDir } from "../testing.ts";

/** What a test asks a folder for. */
export interface Ask extends ServeOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the files of a folder, as the application does; 404 if there is nothing. */
export function asking(files: Files) {
  return async (path: string, { method, headers, ...options }: Ask = {}): Promise<Response> => {
    const found = await files.find(path);
    if (found?.kind !== "file") return new Response(null, { status: 404 });
    return await files.serve(found, new Request(`http://localhost${path}`, { method, headers }), options);
  };
}

/** How old the files of {@linkcode servedFolder} are: they have not just changed. */
const AGE_MS = 60_000;

/** Files in a folder of their own, which are served, and a clock that is moved by hand. */
export async function servedFolder(
  content: Readonly<Record<string, string | Uint8Array>>,
  options: Omit<FilesOptions, "dir"> = {},
) {
  const dir = await tempDir();
  const clock = fakeClock();
  const write = async (name: string, bytes: string | Uint8Array, ageMs: number = AGE_MS) => {
    await dir.write(name, bytes);
    const changed = new Date(Date.now() - ageMs);
    await Deno.utime(`${dir.path}/${name}`, changed, changed);
  };
  for (const [name, bytes] of Object.entries(content)) await write(name, bytes);
  const files = new Files({ dir: dir.path, ...options });
  return {
    dir: dir.path,
    files,
    clock,
    write,
    get: asking(files),
    /** Lets so much time pass that the disk is looked at again. */
    later: () => clock.tick(201),
    async [Symbol.asyncDispose]() {
      clock[Symbol.dispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}
