/** The pages of the course, as somebody sees them who came by the starter pages. */
import { assert, assertEquals } from "@std/assert";
import { audit } from "./audit.ts";
import { browserTest, Person, TestServer } from "./browser.ts";

const LOOKS = [
  { viewport: { width: 360, height: 780 }, colorScheme: "light" },
  { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
] as const;

browserTest("the starter pages lead to the eight steps, which fit a phone and a desk", async (browser) => {
  await using server = await TestServer.start();
  for (const options of LOOKS) {
    await using ada = await Person.open({ browser, server, name: "ada", options });
    await ada.page.goto("/");
    const cards = ada.page.locator(".steps a");
    const paths = await cards.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    assertEquals(paths.map((path) => /^\/learn\/(\d)-[a-z-]+$/.exec(path)?.[1]).join(""), "12345678");
    for (const path of paths) {
      const reply = await ada.page.goto(path);
      assertEquals(reply?.status(), 200, path);
      assertEquals(await ada.page.getByRole("heading", { level: 1 }).count(), 1, path);
      const width = await ada.page.evaluate("document.documentElement.scrollWidth");
      assertEquals(width, options.viewport.width, `${path} is wider than its window`);
      const diagram = ada.page.locator("main svg[role=img]");
      assertEquals(await diagram.count(), 1, path);
      const box = await diagram.boundingBox();
      assert(box !== null && box.x >= 0 && box.x + box.width <= options.viewport.width, path);
      assert(box.width >= 300 && box.height >= 150, path);
      assertEquals(await audit(ada.page), [], path);
    }
  }
});

browserTest("one reads the course from the first page to the last by its links", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.page.goto("/learn/");
  await ada.page.locator("main").getByRole("link", { name: "A basic server" }).first().click();
  for (let step = 1; step <= 8; step++) {
    await ada.page.getByRole("heading", { level: 1, name: `${step}. ` }).waitFor();
    if (step < 8) await ada.page.locator("a[rel=next]").click();
  }
});
