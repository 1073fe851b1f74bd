/**
 * Where a path leads at which there is nothing.
 *
 * @module
 */
import { decodePath, type Files } from "../files/mod.ts";

/**
 * Where something would lie if it were there. A folder on the way may be a link: the rules for where it leads count too, so
 * that nobody is told what is not there.
 *
 * @param path An absolute URL path, percent-encoded.
 * @param find Says what there is at a path.
 * @returns The path below the site's folder with all links resolved, decoded; `undefined` if it can lead nowhere.
 * @throws {HttpError} 400 if the percent-encoding is malformed.
 */
export async function insideOfNothing(path: string, find: Files["find"]): Promise<string | undefined> {
  const names = decodePath(path);
  if (names === undefined) return undefined;
  let [inside, depth] = ["", 0];
  for (let slash = path.indexOf("/", 1); slash > 0; slash = path.indexOf("/", slash + 1)) {
    const folder = await find(path.slice(0, slash));
    if (folder?.kind !== "folder") break;
    inside = `${folder.inside}/`;
    depth++;
  }
  return inside + names.slice(depth).join("/");
}
