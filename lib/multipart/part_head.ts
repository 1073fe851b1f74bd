/**
 * What a part of a form says of itself (RFC 7578 §4.2), read as browsers write it.
 *
 * @module
 */
import { HttpError } from "../errors.ts";

/** What a part says of itself. */
export interface PartHead {
  /** The name of its field. */
  readonly name: string;
  /** What its file is called, without folders: a claim of whoever sent it. Of a field `undefined`. */
  readonly fileName: string | undefined;
  /** Its media type, in lower case, without parameters: a claim too. */
  readonly type: string;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n\0]*)$/;
/** One parameter. Browsers escape a quotation mark as %22, curl with a backslash; a backslash alone is one. */
const PARAMETER = /;[ \t]*([\w!#$&+.^`|~*-]+)=(?:"((?:\\["\\]|[^"])*)"|([^\s;"]+))[ \t]*/y;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;
/** How a part may be encoded: as it is. */
const AS_IT_IS: ReadonlySet<string> = new Set(["7bit", "8bit", "binary"]);

/**
 * Reads the head of a part.
 *
 * @param bytes The lines, without the empty one.
 * @throws {HttpError} 400 if it is malformed, or names no field.
 */
export function readPartHead(bytes: Uint8Array): PartHead {
  const fields = readFields(bytes);
  const encoding = fields.get("content-transfer-encoding")?.toLowerCase();
  if (encoding !== undefined && !AS_IT_IS.has(encoding)) {
    throw new HttpError(400, `A part of the form is encoded as ${encoding}; send its bytes as they are`);
  }
  const disposition = fields.get("content-disposition") ?? "";
  const [kind] = disposition.split(/[; \t]/, 1);
  const parameters = readParameters(disposition, kind.length);
  const name = parameters?.get("name");
  if (kind.toLowerCase() !== "form-data" || parameters === undefined || name === undefined) {
    throw new HttpError(400, 'A part of the form has no name: it needs Content-Disposition: form-data; name="…"');
  }
  const type = (fields.get("content-type") ?? "text/plain").split(";")[0].trim().toLowerCase();
  return {
    name: unescapeName(name),
    fileName: fileNameOf(parameters),
    type: MEDIA_TYPE.test(type) ? type : "application/octet-stream",
  };
}

function readFields(bytes: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of decode(bytes).split("\r\n")) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined) throw new HttpError(400, "The head of a part of the form has a line that is no field");
    if (fields.has(name.toLowerCase())) throw new HttpError(400, `A part of the form has two fields ${name}`);
    fields.set(name.toLowerCase(), value.trim());
  }
  return fields;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new HttpError(400, "The head of a part of the form is not text in UTF-8", { cause });
  }
}

/**
 * The parameters behind a value, by name in lower case.
 *
 * @param text The value of a field.
 * @param from Where they begin.
 * @returns `undefined` if they are malformed, or one stands twice.
 */
export function readParameters(text: string, from: number): Map<string, string> | undefined {
  const parameters = new Map<string, string>();
  let at = text.length - text.slice(from).trimStart().length;
  while (at < text.length) {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(text);
    const name = found?.[1].toLowerCase();
    if (found === null || name === undefined || parameters.has(name)) return undefined;
    parameters.set(name, found[2]?.replaceAll(/\\(["\\])/g, "$1") ?? found[3]);
    at = PARAMETER.lastIndex;
  }
  return parameters;
}

/** Only these three are escaped in names (WHATWG HTML, multipart/form-data encoding). */
function unescapeName(name: string): string {
  return name.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%22", '"');
}

/** The last part of its path: nobody has to know the folders of whoever sent it, and none may be walked by it. */
function fileNameOf(parameters: ReadonlyMap<string, string>): string | undefined {
  const name = extendedName(parameters.get("filename*")) ?? parameters.get("filename");
  const last = name === undefined ? undefined : unescapeName(name).split(/[/\\]/).at(-1)!;
  return last === "." || last === ".." ? "" : last;
}

/** RFC 7578 §4.2 forbids this form; some programs send it all the same, for names that are not in ASCII (RFC 8187). */
function extendedName(value: string | undefined): string | undefined {
  const [, encoded] = /^utf-8'[\w-]*'(.*)$/i.exec(value ?? "") ?? [];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
