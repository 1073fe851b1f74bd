import { assert, assertEquals } from "@std/assert";
import { browserTest, Person, TestServer } from "./browser.ts";

const NARROW = { width: 320, height: 640 };

browserTest("no page is wider than 320 px, with a long name in the bar", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  await using anna = await Person.open({ browser, server, name: "anna", options: { viewport: NARROW } });
  await anna.take(await server.register("anna"));
  const { page } = anna;
  await page.goto("/account");
  await page.getByLabel("Display name").fill("Anna Wilhelmina Longname");
  await page.getByRole("button", { name: "Save" }).click();
  const saved = page.getByRole("status").filter({ hasText: "Your profile is saved" });
  await saved.waitFor();
  for (const path of ["/", "/account", "/people", "/search", "/invitations", "/rooms/common"]) {
    await page.goto(path);
    const width = await page.locator("html").evaluate((html) => html.scrollWidth);
    assert(width <= NARROW.width, `${path} is ${width} px wide`);
  }
});

browserTest("a table breaks no time, address or button; times are those of the reader", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const options = { timezoneId: "Asia/Tokyo", locale: "de-DE" };
  await using anna = await Person.open({ browser, server, name: "anna", options });
  await anna.page.goto("/login?next=/about.html");
  await server.register("anna");
  await anna.logIn();
  await anna.page.waitForURL("**/about.html");
  const { page } = anna;
  for (const width of [1280, 900, 400]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto("/account");
    await page.locator("time[title$=UTC]").first().waitFor();
    const heights = await page.locator(".table :is(time, .whole)").evaluateAll((cells) =>
      cells.map((cell) => cell.getClientRects().length)
    );
    assert(heights.length > 1 && heights.every((lines) => lines === 1), `${width}: ${heights}`);
    const button = await page.getByRole("button", { name: "End the session" }).first().boundingBox();
    assert(button !== null && button.height < 50 && button.x + button.width <= width, `${width}`);
  }
  await page.getByText("Chrome on Linux").waitFor();
  const time = page.locator("time").first();
  const [shown, at] = [await time.textContent(), await time.getAttribute("datetime")];
  const format = new Intl.DateTimeFormat("de-DE", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Tokyo" });
  assertEquals(shown, format.format(new Date(at!)));
});

browserTest("the link of an invitation is copied by a button, and stands in no address", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const options = { permissions: ["clipboard-read", "clipboard-write"] };
  await using anna = await Person.open({ browser, server, name: "anna", options });
  await anna.take(await server.register("anna"));
  const { page } = anna;
  await page.goto("/invitations");
  await page.getByRole("button", { name: "Make an invitation" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  assert(!page.url().includes(new URL(link).searchParams.get("invitation")!));
  await page.getByRole("button", { name: "Copy the link" }).click();
  await page.getByText("Copied").waitFor();
});
