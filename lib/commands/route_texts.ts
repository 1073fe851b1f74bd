/**
 * The files that `commonroom new route` writes.
 *
 * @module
 */

/** What a new route is. */
export interface RouteText {
  /** Its URL, with parameters. */
  readonly pattern: string;
  /** A path of it. */
  readonly path: string;
  /** Whether programs ask it, and not people. */
  readonly isApi: boolean;
  /** Whether it stands in a folder beside ours, in plain JavaScript. */
  readonly isBeside: boolean;
  /** The way from its folder to that of the program. */
  readonly root: string;
}

/**
 * The text of a new route: a page, or an answer in JSON.
 *
 * @param route What it is.
 */
export function routeText({ pattern, path, isApi, isBeside, root }: RouteText): string {
  const [, parameter] = /\[(?:\.\.\.)?(\w+)\]/.exec(pattern) ?? [];
  const about = `// ${pattern}${parameter === undefined ? "" : `, so for example ${path}`}\n`;
  const imports = isBeside ? "" : `import type { Context } from "${root}/lib/context.ts";\n\n`;
  const type = isBeside ? "" : ": Context";
  if (isApi) {
    const params = parameter === undefined ? "" : ` ${parameter}: ctx.params.${parameter},`;
    return `${about}${imports}export function GET(ctx${type}) {
  return { path: ctx.path,${params} query: Object.fromEntries(ctx.query) };
}
`;
  }
  const title = titleOf(pattern);
  const shown = parameter === undefined ? "ctx.path" : `ctx.params.${parameter}`;
  const page = isBeside
    ? `ctx.html\`<section class="sheet"><h1>${title}</h1><p>This is \${${shown}}.</p></section>\``
    : `(
    <section class="sheet">
      <h1>${title}</h1>
      <p>This is {${shown}}.</p>
    </section>
  )`;
  const body = isBeside ? `  return ctx.render(${page}, { title: "${title}" });` : `  const page = ${page};
  return ctx.render(page, { title: "${title}" });`;
  return `${about}${imports}export function GET(ctx${type}) {
${body}
}
`;
}

/** `/blog/[slug]` → `Blog`. */
function titleOf(pattern: string): string {
  const words = pattern.split("/").findLast((segment) => segment !== "" && !segment.startsWith("["));
  const text = (words ?? "welcome").replaceAll(/[-_.~]+/g, " ").trim() || "welcome";
  return text[0].toUpperCase() + text.slice(1);
}

/** What a test of a new route has to know. */
export interface TestText {
  /** The URL of the route. */
  readonly pattern: string;
  /** A path of it. */
  readonly path: string;
  /** Where `testing.ts` is. */
  readonly testing: string;
  /** The folder of routes beside ours. */
  readonly routesDir: string | undefined;
  /** Whether programs ask it, and not people. */
  readonly isApi: boolean;
}

/**
 * The text of its test.
 *
 * @param test What it asks.
 */
export function testText({ pattern, path, testing, routesDir, isApi }: TestText): string {
  const options = routesDir === undefined ? "" : `{ besideDir: ${JSON.stringify(routesDir)} }`;
  const type = isApi ? "application/json" : "text/html";
  return `import assert from "node:assert/strict";
import { testApp } from ${JSON.stringify(`${testing}/testing.ts`)};

Deno.test("GET ${pattern} answers", async () => {
  await using it = await testApp(${options});
  const response = await it.request("${path}");
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^${type.replace("/", "\\/")}/);
  assert.match(await response.text(), /${path.replaceAll("/", "\\/")}|example/);
});
`;
}
