/**
 * Files of a folder, served over HTTP: found safely, and sent as RFC 9110 asks for.
 *
 * @module
 */
export { Files, type FilesOptions, type ServeOptions } from "./files.ts";
export type { Found } from "./found.ts";
export { decodePath, isInside } from "./path.ts";
export { contentTypeOf } from "./types.ts";
