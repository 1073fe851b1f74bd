/** A folder that is removed with all that is in it. */
export interface TemporaryDir extends AsyncDisposable {
  /** Its path, with links resolved. */
  readonly path: string;
}

/** Makes a folder for one test. */
export async function temporaryDir(): Promise<TemporaryDir> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "commonroom-" }));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
