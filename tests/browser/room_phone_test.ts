import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest, Person, TestServer } from "./browser.ts";
import { fill } from "./said.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

browserTest("on a phone the rooms and the people are drawers, which keep the focus", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada", options: PHONE });
  const { page } = ada;
  // Until its script is there, it is a link to the list.
  await page.locator("#open-people[role=button]").waitFor();
  for (const [opener, drawer] of [["#open-rooms", "#rooms"], ["#open-people", "#people-box"]]) {
    await page.locator(drawer).waitFor({ state: "hidden" });
    await page.locator(opener).tap();
    await page.locator(`${drawer}:focus`).waitFor();
    assertEquals(await page.locator("#talk").getAttribute("inert"), "");
    assertEquals(await page.locator(opener).getAttribute("aria-expanded"), "true");
    for (let step = 0; step < 12; step++) await page.keyboard.press("Tab");
    assertEquals(await page.locator("#talk :focus").count(), 0);
    await page.keyboard.press("Escape");
    await page.locator(drawer).waitFor({ state: "hidden" });
    await page.locator(`${opener}:focus`).waitFor();
    await page.locator(opener).tap();
    await page.locator(`${drawer} .close`).tap();
    await page.locator(drawer).waitFor({ state: "hidden" });
    await page.locator(opener).tap();
    const { width } = page.viewportSize()!;
    await page.touchscreen.tap(drawer === "#rooms" ? width - 10 : 10, 600);
    await page.locator(drawer).waitFor({ state: "hidden" });
    assertEquals(await page.locator("#talk").getAttribute("inert"), null);
  }
});

browserTest("on a phone a long press opens the menu of a message, and a tap its buttons", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada", options: PHONE });
  const { page } = ada;
  await ada.say("Press me");
  const line = page.locator("#message-1");
  await line.tap();
  await line.getByRole("button", { name: "Reply" }).tap();
  await page.getByText("Reply to ada").waitFor();
  await page.getByRole("button", { name: "Cancel" }).tap();
  await page.getByText("Reply to ada").waitFor({ state: "hidden" });
  const box = await line.boundingBox();
  const cdp = await page.context().newCDPSession(page);
  const touchPoints = [{ x: box!.x + 120, y: box!.y + box!.height - 8 }];
  await cdp.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await page.getByRole("dialog", { name: "Actions" }).waitFor();
  await cdp.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await page.getByRole("button", { name: "Edit" }).tap();
  assertEquals(await page.getByLabel("Message", { exact: true }).inputValue(), "Press me");
});

browserTest("nothing is wider than the window, from 320 pixels on, nor lower than a finger needs", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const cookie = await server.register("ada");
  await fill(cookie, { messages: 30, text: "x".repeat(300) });
  for (const [width, height] of [[320, 640], [320, 256], [640, 400], [844, 390], [1280, 800], [2560, 1300]]) {
    await using ada = await Person.open({ browser, server, name: "ada", options: { viewport: { width, height } } });
    await ada.take(cookie);
    await ada.page.goto("/rooms/common");
    await ada.page.locator("#people li").first().waitFor({ state: "attached" });
    assertEquals(await tooWide(ada.page), [], `${width} × ${height}`);
    await ada.say(`Usable at ${width} × ${height}`);
    await ada.sees(`Usable at ${width} × ${height}`);
  }
  await using ada = await Person.open({ browser, server, name: "ada", options: PHONE });
  await ada.take(cookie);
  await ada.page.goto("/rooms/common");
  const small = await ada.page.locator(
    "header.bar a, header.bar summary, .head a, .head summary, .composer button, textarea",
  )
    .evaluateAll((elements) =>
      elements.filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 0 && (width < 43.5 || height < 43.5);
      }).map((element) => element.outerHTML.slice(0, 80))
    );
  assertEquals(small, []);
});

browserTest(
  "without script the rooms are reached by links, one joins one, and reads what was earlier",
  async (browser) => {
    await using server = await TestServer.start("--no-rate-limits");
    const cookie = await server.register("ada");
    await fill(cookie, { messages: 60 });
    const options = { ...PHONE, javaScriptEnabled: false };
    await using ada = await Person.open({ browser, server, name: "ada", options });
    await ada.take(cookie);
    const { page } = ada;
    await page.goto("/rooms/common");
    await page.getByRole("link", { name: "Earlier messages" }).tap();
    await ada.sees("Message number 1.");
    await page.getByRole("link", { name: "Newest messages" }).tap();
    await ada.sees("Message number 60.");
    await page.locator("#open-rooms").tap();
    await page.getByRole("link", { name: "New room" }).tap();
    await page.getByLabel("Name").fill("Garden");
    await page.getByRole("button", { name: "Make the room" }).tap();
    await page.getByRole("heading", { name: "Garden", level: 1 }).waitFor();
    await ada.say("Written by a form");
    await ada.sees("Written by a form");
    assert(page.url().includes("/rooms/"));
  },
);

/** What stands out of the window at its right. */
function tooWide(page: Page): Promise<string[]> {
  return page.locator("header.bar *, #talk *").evaluateAll((elements) =>
    elements.filter((element) =>
      element.closest("pre, .hidden, .drawer, .brand, .who, #composer-help, .send-text") === null &&
      element.getBoundingClientRect().right > element.ownerDocument.documentElement.clientWidth + 0.5
    ).map((element) => element.outerHTML.slice(0, 80))
  );
}
