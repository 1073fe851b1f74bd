import { assert, assertEquals } from "@std/assert";
import { browserTest, Person, TestServer } from "./browser.ts";

const PAGE = "/learn/from-socket-to-reply.html";

browserTest(
  "the page of the eight stations fits a phone and a desk, light and dark, without script",
  async (browser) => {
    await using server = await TestServer.start();
    for (const width of [390, 1280]) {
      for (const colorScheme of ["light", "dark"] as const) {
        const options = { viewport: { width, height: 844 }, colorScheme, javaScriptEnabled: false };
        await using ada = await Person.open({ browser, server, name: "ada", options });
        const reply = await ada.page.goto(PAGE);
        assertEquals(reply?.status(), 200);
        const wide = await ada.page.locator("main, h1, .overview, section, table, pre, dd, svg").evaluateAll((
          elements,
        ) =>
          elements.filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth)
            .map((element) => element.outerHTML.slice(0, 80))
        );
        assertEquals(wide, [], `at ${width} pixels`);
        assert(await ada.page.getByRole("img", { name: "The eight stations of a request" }).isVisible());
      }
    }
  },
);

browserTest("the starter pages lead to the eight stations, and the list there to each of them", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.page.goto("/");
  await ada.page.getByRole("link", { name: "From socket to reply" }).click();
  await ada.page.waitForURL(`**${PAGE}`);
  const links = ada.page.getByRole("navigation", { name: "The eight stations" }).getByRole("link");
  assertEquals(await links.count(), 8);
  await links.nth(7).click();
  assert(await ada.page.getByRole("heading", { name: "8 Write" }).isVisible());
  assertEquals(new URL(ada.page.url()).hash, "#write");
});

browserTest("the first page leads a visitor to the login, and tells a member who they are", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.page.goto("/");
  await ada.page.getByRole("status").getByRole("link", { name: "Log in" }).click();
  await ada.page.waitForURL("**/login");
  await ada.take(await server.register("ada"));
  await ada.page.goto("/");
  await ada.page.getByRole("status").getByText("You are ada.").waitFor();
  assertEquals(await ada.page.getByRole("status").getByRole("link").count(), 0);
});
