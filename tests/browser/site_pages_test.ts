import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { tempDir } from "../testing.ts";
import { audit } from "./audit.ts";
import { browserTest, Person, TestServer } from "./browser.ts";

const EVERYTHING = `---
title: A page with everything
order: 1
---

Words, **strong**, *stressed*, ~~struck~~, \`code\`, <kbd>Ctrl</kbd>, H<sub>2</sub>O, <mark>marked</mark>, a note[^1], an
[other page](two.md), and https://example.org/a/very/long/address/that/does/not/break/anywhere/on/its/own/whatever/happens/to/it.

![A square](square.svg)

## A list

- [x] done
- [ ] to do
  1. one
  2. two

> A quotation
>
> > in another

### Alerts

${
  ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"].map((kind) => `> [!${kind}]\n> Mind *this*: \`code\`.`).join(
    "\n\n",
  )
}

## A wide table

| ${"A column | ".repeat(12)}
|${" --- |".repeat(12)}
| ${"A value | ".repeat(12)}

## Code

\`\`\`ts
// A comment of one line that is rather long, so that it has to be scrolled to be read to its very end, wherever it is
@decorated()
export class Greeter<T extends string> {
  readonly #name: T = "x" as const;
  greet(times = 2): string { return \`Hello \${this.#name}\`.repeat(times) + /a+/u.source; }
}
\`\`\`

\`\`\`diff
- gone
+ there
\`\`\`

\`\`\`html
<!-- c --><a href="x" class='y'>&amp;</a>
\`\`\`

\`\`\`css
a:hover, #b > .c[d="e"] { color: #fff; margin: 1px !important; }
\`\`\`

\`\`\`yaml
key: [1, true, "text"] # comment
\`\`\`

\`\`\`sh
for f in *.md; do echo "$f" | grep -c x; done
\`\`\`

<details><summary>More of it</summary>

Hidden text

</details>

<svg viewBox="0 0 100 20" width="200" role="img" aria-label="A line"><line x1="0" y1="10" x2="100" y2="10" stroke="currentColor"/></svg>

<audio src="sound.wav" aria-label="A sound"></audio>

## 日本語の見出し

[^1]: A note, with \`code\`.
`;

const FILES: Record<string, string> = {
  "README.md": "# The site\n\nWelcome.\n\n[Everything](docs/all.md)\n",
  "docs/all.md": EVERYTHING,
  "docs/two.md": "---\norder: 2\n---\n# The second\n\nText.\n",
  "docs/three.md":
    "---\norder: 3\n---\n# The third, with a title that is so long that it has to go over several lines\n",
  "docs/square.svg":
    '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="90"><rect width="900" height="90"/></svg>',
  "bare/a file with a very long name that has to be broken somewhere_because_there_is_not_room_for_it.txt": "x",
  "bare/page.html": "<title>A page</title>",
  "bare/sub/x.txt": "x",
};

const PATHS = ["/", "/docs/all", "/docs/", "/bare/", "/bare/?sort=size&desc", "/docs/al"];
const SIZES = [{ width: 360, height: 740 }, { width: 1280, height: 800 }];
/** 200 % of a window of 1280 by 800. */
const ZOOMED = { width: 640, height: 400 };
const MAX_PAGE_BYTES = 100 * 1024;

/** A server over a folder with everything. */
async function siteServer() {
  const dir = await tempDir(FILES);
  const server = await TestServer.start("--public", "--no-rate-limits", dir.path);
  const close = async () => {
    await server[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  };
  return { server, [Symbol.asyncDispose]: close };
}

browserTest("the pages of a folder can be used by everybody, narrow and wide, light and dark", async (browser) => {
  await using site = await siteServer();
  const { server } = site;
  await using reader = await Person.open({ browser, server, name: "reader" });
  const { page } = reader;
  const violations: string[] = [];
  for (const path of PATHS) {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.goto(path);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const violation of await audit(page)) violations.push(`${path} ${size.width} ${colorScheme} ${violation}`);
        await shoot(page, `${path}_${size.width}_${colorScheme}`);
      }
    }
  }
  assertEquals(violations, []);
});

/** For people who want to see what the tests see. */
async function shoot(page: Person["page"], name: string): Promise<void> {
  const dir = Deno.env.get("SCREENSHOTS");
  if (dir === undefined) return;
  await page.screenshot({ path: join(dir, `site${name.replaceAll(/\W+/g, "_")}.png`), fullPage: true });
}

browserTest("no page of a folder is wider than its window, and what is wide scrolls by itself", async (browser) => {
  await using site = await siteServer();
  const { server } = site;
  await using reader = await Person.open({ browser, server, name: "reader" });
  const { page } = reader;
  for (const size of [...SIZES, ZOOMED, { width: 320, height: 640 }]) {
    await page.setViewportSize(size);
    for (const path of PATHS) {
      await page.goto(path);
      const width = await page.locator("html").evaluate((html) => html.scrollWidth);
      assert(width <= size.width, `${path} is ${width} px wide in a window of ${size.width}`);
    }
    await page.goto("/docs/all");
    for (const part of ["pre >> nth=0", ".scroll"]) {
      const [shown, whole] = await page.locator(part).evaluate((part) => [part.clientWidth, part.scrollWidth]);
      assert(size.width > 640 || whole > shown, `${part} fits into ${size.width}`);
    }
  }
});

browserTest("a page with everything is small, and nothing in it moves while it loads", async (browser) => {
  await using site = await siteServer();
  const { server } = site;
  await using reader = await Person.open({ browser, server, name: "reader" });
  const { page } = reader;
  let bytes = 0;
  page.on("response", (response) => {
    response.body().then((body) => bytes += body.length, () => {});
  });
  await page.goto("/docs/all", { waitUntil: "networkidle" });
  assert(bytes > 10_000 && bytes < MAX_PAGE_BYTES, `${bytes} bytes`);
  const shift = await page.evaluate(() =>
    new Promise<number>((resolve) => {
      let sum = 0;
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
      });
      observer.observe({ type: "layout-shift", buffered: true });
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
    })
  );
  assertEquals(shift, 0);
});

browserTest("a folder is read without script: navigation, contents, before and after, breadcrumbs", async (browser) => {
  await using site = await siteServer();
  const { server } = site;
  const options = { javaScriptEnabled: false, viewport: SIZES[0] };
  await using phone = await Person.open({ browser, server, name: "phone", options });
  const { page } = phone;
  await page.goto("/");
  await page.getByRole("link", { name: "Everything" }).click();
  await page.waitForURL("**/docs/all");
  await page.getByText("On this page").click();
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "日本語の見出し" }).click();
  assertEquals(decodeURIComponent(new URL(page.url()).hash), "#日本語の見出し");
  assert(await page.getByRole("heading", { name: "日本語の見出し" }).isVisible());
  await page.getByRole("link", { name: "Next The second" }).click();
  await page.waitForURL("**/docs/two");
  await page.getByText("Pages in Docs").click();
  await page.getByRole("navigation", { name: "Pages of this folder" }).getByRole("link", { name: "The third" }).click();
  await page.waitForURL("**/docs/three");
  await page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link", { name: "Docs" }).click();
  await page.waitForURL("**/docs/");
  await page.getByRole("link", { name: "Size" }).click();
  await page.waitForURL("**/docs/?sort=size&desc");
});

browserTest("on a wide screen the folder and the contents stand beside the page", async (browser) => {
  await using site = await siteServer();
  const { server } = site;
  await using reader = await Person.open({
    browser,
    server,
    name: "reader",
    options: { viewport: { width: 1440, height: 900 } },
  });
  const { page } = reader;
  await page.goto("/docs/all");
  const link = page.getByRole("navigation", { name: "Pages of this folder" }).getByRole("link", { name: "The second" });
  const contents = page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Code" });
  const [left, text, right] = await Promise.all(
    [link, page.locator("article"), contents].map((part) => part.boundingBox()),
  );
  assert(left!.x + left!.width <= text!.x && text!.x + text!.width <= right!.x, "side by side");
});

browserTest("a printed page is what was written, black on white, with the addresses of its links", async (browser) => {
  await using site = await siteServer();
  const { server } = site;
  await using reader = await Person.open({ browser, server, name: "reader", options: { colorScheme: "dark" } });
  const { page } = reader;
  await page.goto("/docs/all");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const part of [".bar", ".folder-nav", ".contents", ".neighbours"]) {
    assert(!await page.locator(part).isVisible(), part);
  }
  const style = await page.locator("body").evaluate((body) => {
    const { color, backgroundColor } = getComputedStyle(body);
    return [color, backgroundColor];
  });
  assertEquals(style, ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
  const after = await page.getByRole("link", { name: "other page" }).evaluate((link) =>
    getComputedStyle(link, "::after").content
  );
  assert(after.includes("/docs/two"), after);
  await shoot(page, "_print");
});
