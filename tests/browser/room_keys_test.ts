import { assert, assertEquals } from "@std/assert";
import { gzip } from "./sizes.ts";
import { browserTest, Person, TestServer } from "./browser.ts";
import { call, fill, say } from "./said.ts";

/** What the room's page may load, compressed, in bytes. */
const MAX_SCRIPT = 40 * 1024;

browserTest("keys change the room, list the keys, and go to a room or a person", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
  const { room: garden } = await call(other, { path: "rooms", body: { name: "Garden", open: true } });
  await call(other, { path: "rooms", body: { name: "Kitchen", open: true } });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  const title = (name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.goto("/rooms/common");
  await ada.isLive();
  await page.keyboard.press("Alt+ArrowDown");
  await title("Garden");
  await ada.isLive();
  await page.keyboard.press("Alt+ArrowUp");
  await title("Common room");
  await ada.isLive();
  await say(other, "The tomatoes are ripe", { room: garden.id });
  await page.locator("#rooms .count").getByText("1").waitFor();
  await page.keyboard.press("Alt+Shift+ArrowUp");
  await title("Garden");
  await ada.sees("The tomatoes are ripe");
  await ada.isLive();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Room or person" }).waitFor();
  await page.keyboard.type("kit");
  await page.getByRole("option", { name: "Kitchen" }).waitFor();
  await page.keyboard.press("Enter");
  await title("Kitchen");
  await ada.isLive();
  await page.locator("#log").focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys and commands" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#log:focus").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Room or person" }).waitFor();
  await page.keyboard.type("bo");
  await page.getByRole("option", { name: "Bob write to" }).click();
  await title("Bob");
});

browserTest("the arrow keys go from message to message, and reach what can be done with each", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const cookie = await server.register("ada");
  await fill(cookie, { messages: 120 });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  await page.goto("/rooms/common");
  await ada.isLive();
  await page.locator("#text").press("Shift+Tab");
  await page.locator("#log:focus").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.locator("#message-120:focus").waitFor();
  for (let step = 0; step < 100; step++) await page.keyboard.press("ArrowUp");
  await page.locator("#message-20:focus").waitFor();
  await page.keyboard.press("Tab");
  await page.locator("#message-20 .at:focus").waitFor();
  await page.keyboard.press("Tab");
  await page.locator("#message-20 [aria-label=React]:focus").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.locator("#message-21:focus").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Actions" }).getByRole("button", { name: "Reply" }).press("ArrowDown");
  await page.getByRole("button", { name: "React…" }).press("Escape");
  await page.locator("#message-21:focus").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#message-120").waitFor();
  assertEquals(await page.locator("#log").evaluate((log) => log.scrollTop), 0);
});

browserTest("the log is read aloud politely: what others say now, and nothing else", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const other = await server.register("Bob");
  await say(other, "Long ago");
  await using ada = await Person.join({ browser, server, name: "ada" });
  await ada.isLive();
  const { page } = ada;
  await ada.say("Said by myself");
  await ada.page.locator("#message-2").waitFor();
  await say(other, "Said by another");
  await page.locator("#said").getByText("Bob: Said by another").waitFor();
  assertEquals(await page.locator("#said p").allTextContents(), ["Bob: Said by another"]);
  assertEquals(await page.getByRole("log").getAttribute("aria-live"), "polite");
  assertEquals(await page.locator("#lines").getAttribute("aria-live"), "off");
});

browserTest("the scripts that the room loads at once are small", async () => {
  await using server = await TestServer.start();
  const scripts = await loadedAtOnce(new URL("/_ui/chat.js", server.url));
  let bytes = 0;
  for (const text of scripts.values()) bytes += (await gzip(new TextEncoder().encode(text))).length;
  assert(bytes < MAX_SCRIPT, `${bytes} bytes in ${scripts.size} files`);
});

/** A module and all that it imports before it runs, by URL. */
async function loadedAtOnce(url: URL, found = new Map<string, string>()): Promise<Map<string, string>> {
  if (found.has(url.href)) return found;
  const text = await (await fetch(url)).text();
  found.set(url.href, text);
  for (const [, path] of text.matchAll(/^import [^;]*?from "([^"]+)";/gm)) {
    await loadedAtOnce(new URL(path, url), found);
  }
  return found;
}
