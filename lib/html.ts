import { isValidElement } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import type { Page } from "./render.ts";

/** What may stand in {@linkcode html}: text, pages, lists of either, or nothing. */
export type HtmlValue = string | number | bigint | boolean | null | undefined | Page | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A page without JSX: the template is HTML, and what stands in `${…}` is text, escaped. A page inside a page stays one.
 *
 * What is escaped is safe between tags and in attributes that have quotation marks; not in a script, a style, or as a
 * whole URL.
 *
 * @param strings The template.
 * @param values What stands in it; `true`, `false`, `null` and `undefined` are nothing.
 * @throws {TypeError} If a value is of another kind.
 * @example
 * ```ts
 * import { html } from "./html.ts";
 * import { renderToString } from "preact-render-to-string";
 * import { assertEquals } from "@std/assert";
 *
 * const items = ["<a>", "b"].map((name) => html`<li title="${name}">${name}</li>`);
 * assertEquals(
 *   renderToString(html`<ul>${items}</ul>` as never),
 *   '<ul><li title="&lt;a&gt;">&lt;a&gt;</li><li title="b">b</li></ul>',
 * );
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Page {
  return jsxTemplate([...strings], ...values.map(toExpression) as never[]) as unknown as Page;
}

/** What the renderer takes as it is: a text that is escaped already, a page, or a list of pages. */
function toExpression(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === "boolean") return null;
  if (typeof value === "string") return value.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return html(listTemplate(value.length), ...value);
  // What was JSON once is no page, whatever it says of itself.
  if (isValidElement(value)) return value;
  throw new TypeError(`A page holds text, pages and lists of them, and not ${describe(value)}`);
}

/** The template around a list: nothing between its members. */
function listTemplate(length: number): TemplateStringsArray {
  return Array.from({ length: length + 1 }, () => "") as unknown as TemplateStringsArray;
}

function describe(value: unknown): string {
  return typeof value === "object" ? "an object; make it text first" : `a ${typeof value}`;
}
