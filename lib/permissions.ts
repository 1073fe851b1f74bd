/**
 * Gives up what is not needed any more once the server listens: from then on it can open no connection to anywhere, write
 * no file but its open database, start no program, and read no variable of the environment.
 *
 * What is left is reading files: of the site, of `static/`, and of `routes/`.
 */
export function dropPermissions(): void {
  for (const name of ["net", "write", "env", "run", "sys", "ffi"] as const) Deno.permissions.revokeSync({ name });
}
