/** What is kept beyond reading files. */
export interface KeptPermissions {
  /**
   * Whether connections may still be opened and listened for, as TLS needs when its certificate changes. The runtime can
   * give up only all of `net`, not all but one address, once all of it was granted.
   *
   * @default false
   */
  readonly net?: boolean;
}

/**
 * Gives up what is not needed any more once the server listens: from then on it can open no connection to anywhere, write
 * no file but its open database, start no program, and read no variable of the environment.
 *
 * What is left is reading files: of the site, of `static/`, of `routes/`, and of the certificate.
 *
 * @param kept What is needed all the same.
 */
export function dropPermissions({ net = false }: KeptPermissions = {}): void {
  for (const name of ["net", "write", "env", "run", "sys", "ffi"] as const) {
    if (name !== "net" || !net) Deno.permissions.revokeSync({ name });
  }
}
