import { assertEquals } from "@std/assert";
import { HOSTILE } from "../fixtures/hostile_markdown.ts";
import { tempDir } from "../testing.ts";
import { browserTest, Person, TestServer } from "./browser.ts";

browserTest(
  "no hostile page runs, loads from elsewhere, navigates, or tries what the policy forbids",
  async (browser) => {
    const files = Object.fromEntries(
      HOSTILE.map((source, index) => [`h${index}.md`, `# Page ${index}\n\n${source}\n`]),
    );
    await using dir = await tempDir(files);
    await using server = await TestServer.start("--public", "--no-rate-limits", dir.path);
    // Whatever the policy of the page has to refuse makes this person's browser complain.
    await using reader = await Person.open({ browser, server, name: "reader" });
    const { page } = reader;
    const amiss: string[] = [];
    page.on("dialog", (dialog) => {
      amiss.push(`${page.url()} opens a dialog`);
      dialog.dismiss().catch(() => {});
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url)) amiss.push(`${page.url()} asks for ${request.url()}`);
    });
    for (const [index, source] of HOSTILE.entries()) {
      await page.goto(`/h${index}`);
      if (new URL(page.url()).pathname !== `/h${index}`) amiss.push(`${source} leads to ${page.url()}`);
      // Nothing of the page around it is broken, nor doubled.
      const around = await page.locator("body > .bar, body > main, main .site-foot .source").count();
      if (around !== 3) amiss.push(`${source} breaks its page: ${around}`);
    }
    assertEquals(amiss, []);
  },
);
