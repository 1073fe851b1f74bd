import { assertEquals } from "@std/assert";
import { tempDir } from "../testing.ts";
import { browserTest, Person, TestServer } from "./browser.ts";

const FILES = {
  "page.html": `<!doctype html><html lang="en"><title>Page</title><link rel="stylesheet" href="page.css">
    <p id="ran">no script</p><img src="image.svg" alt=""><script type="module" src="page.js"></script>`,
  "page.css": "p { color: rgb(1, 2, 3) }",
  "image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
  "other.js": "export const word = 'ran';",
  "data.json": '{"word":"read"}',
  "page.js": `import { word } from "./other.js";
    let cookie = "hidden";
    try { cookie = document.cookie; } catch {}
    const read = await (await fetch("data.json")).json();
    const me = await fetch("/api/me").then((reply) => reply.status, () => "refused");
    document.getElementById("ran").textContent = [word, read.word, cookie, me].join(" ");`,
};

/** What a folder's page with a script, a style and an image has come to. */
async function outcomeOf({ page }: Person, shows: string): Promise<unknown[]> {
  await page.goto("/page.html");
  await page.getByText(shows).waitFor();
  const colour = await page.locator("#ran").evaluate((element) => getComputedStyle(element).color);
  const width = await page.locator("img").evaluate((image) => (image as HTMLImageElement).naturalWidth);
  return [colour, width];
}

browserTest(
  "a page of the folder for everybody runs its modules, which reach nothing of the reader's",
  async (browser) => {
    await using dir = await tempDir(FILES);
    await using server = await TestServer.start("--public", dir.path);
    await using ada = await Person.open({ browser, server, name: "ada" });
    await ada.take(await server.register("ada"));
    assertEquals(await outcomeOf(ada, "ran read hidden refused"), ["rgb(1, 2, 3)", 7]);
  },
);

browserTest("a page of the folder for members has its style and its images, but no script", async (browser) => {
  await using dir = await tempDir(FILES);
  await using server = await TestServer.start(dir.path);
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(await server.register("ada"));
  assertEquals(await outcomeOf(ada, "no script"), ["rgb(1, 2, 3)", 7]);
});
