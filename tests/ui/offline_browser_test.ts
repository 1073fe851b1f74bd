/** What was written while nothing could be sent, in a real browser against the real server. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest, Person, TestServer } from "../browser/browser.ts";
import type { openOutboxStore as openOutbox } from "../../static/_ui/outbox_store.js";

/** Cuts a page off: its sockets swallow all that it says from now on. */
async function cutOff(page: Page): Promise<void> {
  await page.routeWebSocket("**/api/chat", (socket) => {
    const upstream = socket.connectToServer();
    socket.onMessage((frame) => /"send"/.test(String(frame)) || upstream.send(frame));
  });
  await page.reload();
}

/** Writes a message, and waits until it is shown and kept: what a tab writes as it is closed, no browser promises to keep. */
async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
  await page.locator("#lines .pending").getByText(text).waitFor();
  await page.waitForFunction(async (text) => {
    const module = "/_ui/outbox_store.js";
    const { openOutboxStore } = await import(module) as { openOutboxStore: typeof openOutbox };
    const store = await openOutboxStore("ada");
    const kept = await store.all();
    store.close();
    return kept.some((item) => item.text === text);
  }, text);
}

browserTest(
  "what was written offline is sent when the room is opened again, though its tab was closed",
  async (browser) => {
    await using server = await TestServer.start();
    await using ada = await Person.join({ browser, server, name: "ada" });
    await using bob = await Person.join({ browser, server, name: "Bob" });
    await server.kill();
    for (const text of ["First in the dark", "Second in the dark"]) await write(ada.page, text);
    await ada.page.close();
    await server.restart();
    const page = await ada.page.context().newPage();
    await page.goto("/rooms/common");
    await bob.sees("Second in the dark");
    await page.locator(".pending").waitFor({ state: "detached" });
    assertEquals(await bob.page.locator("#lines .text").allTextContents(), ["First in the dark", "Second in the dark"]);
    await page.reload();
    await page.locator("#message-2").waitFor();
    assertEquals(await page.locator("#lines .text").allTextContents(), ["First in the dark", "Second in the dark"]);
  },
);

browserTest("what a tab could not send before it was closed, another tab of the same person sends", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  await ada.seesPerson("ada");
  const tab = await ada.page.context().newPage();
  await tab.goto("/rooms/common");
  await cutOff(tab);
  await tab.locator("#people li").first().waitFor();
  await write(tab, "Left behind");
  await ada.page.locator(".pending").getByText("Left behind").waitFor();
  await tab.close();
  await ada.page.locator("#message-1").getByText("Left behind").waitFor();
  await ada.page.locator(".pending").waitFor({ state: "detached" });
});
