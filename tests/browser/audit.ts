/**
 * Asks axe-core whether a page can be used by everybody.
 *
 * @module
 */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** WCAG 2.2 up to level AA, and what axe-core thinks good besides. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const MAX_HTML_CHARACTERS = 160;

/**
 * Audits a page as it is shown now.
 *
 * @param page The page, loaded; that its policy allows no foreign script does not matter.
 * @returns What is wrong, one line for each element: `rule: html – help`.
 */
export async function audit(page: Page): Promise<string[]> {
  // Transitions would let axe see colours that are on their way to others.
  await page.emulateMedia({ reducedMotion: "reduce" });
  // What the debugger evaluates is not subject to the policy of the page.
  await page.evaluate(`globalThis.axe === undefined && (() => { ${axe.source} })()`);
  const violations = await page.evaluate(async (tags) => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: { type: "tag", values: tags },
      resultTypes: ["violations"],
    });
    return violations.map(({ id, help, nodes }) => ({ id, help, htmls: nodes.map(({ html }) => html) }));
  }, TAGS);
  return violations.flatMap(({ id, help, htmls }) =>
    htmls.map((html) => `${id}: ${html.replace(/\s+/g, " ").slice(0, MAX_HTML_CHARACTERS)} – ${help}`)
  );
}
