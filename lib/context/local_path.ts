/**
 * A path on this server to go to after a login, and nowhere else.
 *
 * @param next What the request says.
 * @param fallback Where to go if that is missing or leads away.
 */
export function localPath(next: string | null | undefined, fallback: string): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : fallback;
}
