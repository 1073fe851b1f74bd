/**
 * What a form or a query says, made fit for a schema.
 *
 * @module
 */
import {
  type Checked,
  checkInput,
  FORM,
  isForm,
  type Issue,
  isUrlEncoded,
  MAX_BODY_BYTES,
  readText,
  type Schema,
} from "./body.ts";
import { HttpError } from "./errors.ts";
import { type FormPart, MAX_FIELDS, type MultipartLimits, readParts, tooManyFields } from "./multipart.ts";

/** The values of a form, by name, in the order in which they came. */
export type FormFields = ReadonlyMap<string, readonly (string | File)[]>;

/**
 * The fields of a query, or of a urlencoded form.
 *
 * @param params Names and values.
 */
export function fieldsOf(params: Iterable<readonly [string, string]>): FormFields {
  const fields = new Map<string, string[]>();
  for (const [name, value] of params) {
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return fields;
}

/**
 * Reads the body of an HTML form, whole.
 *
 * @param request The request, its body unread.
 * @param limits Its bounds.
 * @returns Its fields; a file that was chosen is a `File`.
 * @throws {HttpError} 415 if it is no form, 413 if it or a part of it is too large, 408 if it comes too slowly, 400 if it
 * is malformed.
 */
export async function readForm(request: Request, limits: MultipartLimits = {}): Promise<FormFields> {
  if (!isForm(request.headers)) {
    throw new HttpError(415, `Send a form, with the header Content-Type: ${FORM} or multipart/form-data`);
  }
  if (isUrlEncoded(request.headers)) return readUrlEncoded(request, limits);
  const pairs: [string, string | File][] = [];
  for await (const part of readParts(request, limits)) {
    const value = part.fileName === undefined ? await part.text() : await fileOf(part, limits);
    if (value !== undefined) pairs.push([part.name, value]);
  }
  return fieldsOf(pairs as [string, string][]);
}

async function readUrlEncoded(request: Request, limits: MultipartLimits): Promise<FormFields> {
  const { maxFields = MAX_FIELDS } = limits;
  const text = await readText(request, limits);
  let count = 1;
  for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", at + 1)) {
    if (++count > maxFields) throw tooManyFields(maxFields);
  }
  return fieldsOf(new URLSearchParams(text));
}

/** A browser sends an empty file without a name where none was chosen: that is none. */
async function fileOf(part: FormPart, { maxFileBytes, maxBytes = MAX_BODY_BYTES }: MultipartLimits) {
  const bytes = await part.bytes(maxFileBytes ?? maxBytes);
  return part.fileName === "" && bytes.length === 0
    ? undefined
    : new File([bytes], part.fileName!, { type: part.type });
}

/**
 * Checks fields by a schema. Each is a value, the last of its name; where the schema refuses that and takes a list, it is
 * the list of all.
 *
 * @param schema What they have to be.
 * @param fields What they are.
 * @returns The fields, typed.
 * @throws {HttpError} 422 that says what is wrong with the first thing that is.
 * @example
 * ```ts
 * import { checkFields, fieldsOf } from "./form_input.ts";
 * import * as v from "valibot";
 * import { assertEquals } from "@std/assert";
 *
 * const Order = v.object({ name: v.string(), with: v.array(v.string()) });
 * const fields = fieldsOf(new URLSearchParams("name=ada&with=milk&with=sugar"));
 * assertEquals(checkFields(Order, fields), { name: "ada", with: ["milk", "sugar"] });
 * ```
 */
export function checkFields<T>(schema: Schema<T>, fields: FormFields): T {
  const lists = new Set<string>();
  // Each time one more field is a list, so this ends; once more than there are lists in the schema it is wrong anyway.
  for (let checked = check(schema, inputOf(fields, lists)); checked.issues !== undefined;) {
    const refused = checked.issues.flatMap((issue) => nameOf(issue) ?? [])
      .filter((name) => fields.has(name) && !lists.has(name));
    if (refused.length === 0) break;
    const wider = new Set([...lists, ...refused]);
    const again = check(schema, inputOf(fields, wider));
    const takesList = (name: string) =>
      again.issues === undefined || !again.issues.some((issue) => isWhole(issue, name));
    const taken = refused.filter(takesList);
    if (taken.length === 0) break;
    for (const name of taken) lists.add(name);
    checked = check(schema, inputOf(fields, lists));
  }
  return checkInput(schema, inputOf(fields, lists));
}

function check<T>(schema: Schema<T>, input: unknown): Checked<T> {
  const checked = schema["~standard"].validate(input);
  if (checked instanceof Promise) throw new TypeError("Cannot check input by an asynchronous schema");
  return checked;
}

function inputOf(fields: FormFields, lists: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Array.from(fields, ([name, values]) => [name, lists.has(name) ? values : values.at(-1)]));
}

/** The field that an issue is about. */
function nameOf({ path }: Issue): string | undefined {
  const step = path?.[0];
  return step === undefined ? undefined : String(typeof step === "object" ? step.key : step);
}

/** Whether an issue is about all of a field, and not about a member of its list. */
function isWhole(issue: Issue, name: string): boolean {
  return nameOf(issue) === name && issue.path?.length === 1;
}
