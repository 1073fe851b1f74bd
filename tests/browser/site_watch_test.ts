import { tempDir } from "../testing.ts";
import { browserTest, Person, TestServer } from "./browser.ts";

browserTest("with --watch an open page shows what changes on disk: Markdown, HTML and listings", async (browser) => {
  await using dir = await tempDir({ "page.md": "# Before\n", "plain.html": "<p>before</p>", "in/a.txt": "" });
  await using server = await TestServer.start("--public", "--watch", dir.path);
  const changes: ReadonlyArray<[path: string, file: string, content: string, shows: string]> = [
    ["/page", "page.md", "# After\n", "After"],
    ["/plain.html", "plain.html", "<p>after</p>", "after"],
    ["/in/", "in/b.txt", "x", "b.txt"],
  ];
  for (const [path, file, content, shows] of changes) {
    await using reader = await Person.open({ browser, server, name: "reader" });
    const { page } = reader;
    const listening = page.waitForResponse((response) => response.url().includes("/api/changes"));
    await page.goto(path);
    await listening;
    await dir.write(file, content);
    await page.getByText(shows).first().waitFor();
  }
});
