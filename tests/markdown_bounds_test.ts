import { assert, assertEquals } from "@std/assert";
import { mentionsIn, renderMessage } from "../lib/markdown.ts";

const mentions = (name: string) => name === "ada";

Deno.test("renderMessage() shows a message with too much markup as it was typed, and it mentions nobody", () => {
  const units: ReadonlyArray<readonly [unit: string, max: number]> = [
    ["**a** ", 125],
    ["~~a~~ ", 250],
    ["`a` ", 250],
    ["\\* ", 250],
    ["[a] ", 500],
    ["* a\n", 100],
    ["> a\n\n", 100],
    ["1. a\n", 100],
    ["http://a.b ", 60],
    ["[a](http://b) ", 30],
    ["<a@b.c> ", 60],
    ["a\n", 400],
  ];
  for (const [unit, max] of units) {
    // What is looked at besides is one mention.
    const text = (count: number) => `${unit.repeat(count)}@ada`;
    assert(renderMessage(text(max), { mentions }) !== undefined, unit);
    assertEquals(mentionsIn(text(max)), ["ada"], unit);
    assertEquals(renderMessage(text(max + 1), { mentions }), undefined, unit);
    assertEquals(mentionsIn(text(max + 1)), [], unit);
  }
});

Deno.test("renderMessage() does not count what stands in fenced code", () => {
  const code = "* **a** [b] `c` http://d\n".repeat(150);
  for (const fence of ["```", "~~~", "````"]) {
    assert(renderMessage(`${fence}js\n${code}${fence}\n*x*`)?.endsWith("<p><em>x</em></p>"), fence);
    assert(renderMessage(`${fence}\n${code}`)?.startsWith("<pre>"), fence);
    assertEquals(renderMessage(`${fence}\n${fence}\n${code}`), undefined, fence);
  }
  for (const text of [`\`\`\`a\`\n${code}`, `~~\n${code}`, `    \`\`\`\n${code}`, `\`\`\`\na\n\`\`\`\`\n${code}`]) {
    assertEquals(renderMessage(text), undefined, text.slice(0, 20));
  }
});
