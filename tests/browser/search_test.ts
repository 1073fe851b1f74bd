import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { browserTest, Person, TestServer } from "./browser.ts";

browserTest("the search finds a page and a message while one types", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  const { page } = ada;
  await ada.say("Where is the <b>database</b> kept?");
  await page.locator("#message-1").waitFor();
  await page.goto("/search");
  await page.getByRole("searchbox").pressSequentially("databas");
  await page.getByText("2 results", { exact: true }).waitFor();
  await page.getByRole("link", { name: "What is kept" }).waitFor();
  const message = page.getByRole("listitem").filter({ hasText: "ada’s message" });
  assertEquals(await message.locator("p").textContent(), "Where is the <b>database</b> kept?");
  assertEquals(await message.locator("mark").textContent(), "database");
  assertStringIncludes(page.url(), "/search?q=databas");
  await message.getByRole("link").click();
  await page.waitForURL("**/rooms/common?at=1#message-1");
  await page.locator("#message-1:target").waitFor();
});

browserTest("an answer that comes late is dropped", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.open({ browser, server, name: "nobody" });
  const { page } = ada;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  await page.route("**/api/search", async (route) => {
    if (!route.request().postData()?.includes('"folder"')) return await route.continue();
    ask();
    await released;
    await route.continue().catch(() => {});
  });
  await page.goto("/search");
  await page.getByRole("searchbox").fill("folder");
  await asked;
  await page.getByRole("searchbox").fill("qqqqzzzz");
  await page.getByText("Nothing found").waitFor();
  release();
  await page.getByRole("searchbox").fill("");
  await page.waitForURL("**/search");
  assertEquals(await page.locator("#results li").count(), 0);
});

browserTest("without script the search finds a page and a message", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada", options: { javaScriptEnabled: false } });
  const { page } = ada;
  await ada.say("The database is in the data folder");
  await ada.sees("The database is in the data folder");
  await page.goto("/search");
  await page.getByRole("searchbox").fill("database");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("2 results", { exact: true }).waitFor();
  await page.getByRole("link", { name: "What is kept" }).waitFor();
  await page.getByRole("link", { name: "Common room" }).waitFor();
  await page.getByRole("searchbox").fill("!");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("There is no word in the query").waitFor();
  assert(await page.getByRole("searchbox").isVisible());
});
