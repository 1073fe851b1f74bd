import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest, Person, TestServer } from "./browser.ts";
import { call, fill, say } from "./said.ts";

const TEXT = "Message";

browserTest("what was deleted stays gone in what quotes it, whatever its readers are called later", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
  const secret = await say(cookie, "My secret");
  await call(other, { path: "rooms/common/messages", body: { text: "An answer", replyTo: secret } });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  await page.goto("/rooms/common");
  await ada.isLive();
  await page.locator("#message-2 .quote").getByText("My secret").waitFor();
  await call(cookie, { path: `rooms/common/messages/${secret}`, method: "DELETE" });
  await page.locator("#message-2 .quote").getByText("Message deleted").waitFor();
  await call(other, { path: "me/profile", body: { displayName: "Robert" } });
  await page.locator("#message-2 .author").getByText("Robert").waitFor();
  assertEquals(await page.locator("#lines").getByText("My secret").count(), 0);
});

browserTest("of somebody who is gone no word and no name stays on the page", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const [cookie, other] = [await server.register("ada"), await server.register("Mallory")];
  const { room: direct } = await call(other, { path: "direct", body: { name: "ada" } });
  await say(other, "Between us", { room: direct.id });
  await say(other, "What I think");
  await call(cookie, { path: "rooms/common/messages", body: { text: "An answer", replyTo: 1 } });
  await call(other, { path: "rooms/common/messages/2/reactions", body: { emoji: "🎉", on: true } });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  await page.goto("/rooms/common");
  await ada.isLive();
  await say(other, "And more");
  await page.locator("#said").getByText("And more").waitFor();
  await page.locator("#message-1").hover();
  await page.locator("#message-1").getByRole("button", { name: "Reply" }).click();
  await page.getByText("Reply to Mallory").waitFor();
  await call(other, { path: "me/delete", body: { password: "a few plain words" } });
  await page.locator("#message-1.gone").waitFor();
  await page.locator("#context").waitFor({ state: "hidden" });
  await page.locator("#people").getByText("Mallory").waitFor({ state: "detached" });
  const { text, html } = await page.locator("#room").evaluate((room) => {
    room.querySelector("#first-view")?.remove();
    return { text: room.textContent ?? "", html: room.innerHTML };
  });
  assertEquals(text.match(/Mallory|What I think|And more/g), null);
  assertEquals(html.match(/Mallory/g), null);
  await page.locator("#rooms-direct").getByText("deleted member").waitFor();
});

browserTest(
  "what is written offline beside an old part of the conversation is seen, and why it waits",
  async (browser) => {
    await using server = await TestServer.start("--no-rate-limits");
    const cookie = await server.register("ada");
    await fill(cookie, { messages: 400 });
    await using ada = await Person.open({ browser, server, name: "ada" });
    await ada.take(cookie);
    const { page } = ada;
    await page.goto("/rooms/common?at=100");
    await page.locator("#message-100:focus").waitFor();
    await ada.isLive();
    await hasAll(page);
    await server.kill();
    await page.getByLabel(TEXT, { exact: true }).fill("Written in the dark");
    await page.keyboard.press("Enter");
    await page.locator("#waiting").getByText("Written in the dark").waitFor();
    await page.getByText("Kept here; sent when the connection is back").waitFor();
    await page.locator("#newer").click();
    await page.getByText("The newest messages cannot be reached just now").waitFor();
    await server.restart();
    await page.locator("#waiting").waitFor({ state: "hidden" });
    await page.locator("#newer").click();
    await ada.sees("Written in the dark");
  },
);

browserTest("a link to a message that is not there shows the newest, live, and says so", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const cookie = await server.register("ada");
  await fill(cookie, { messages: 3 });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  for (const link of ["?at=999999#message-999999", "?at=999999", "?after=99", "?before=1"]) {
    await ada.page.goto("about:blank");
    await ada.page.goto(`/rooms/common${link}`);
    await ada.page.getByText("That message is not here").waitFor();
    await ada.isLive();
    const seq = await say(cookie, `Live at ${link}`);
    await ada.page.locator(`#message-${seq}`).getByText(`Live at ${link}`).waitFor();
  }
});

browserTest("what is unread further up stays unread until the reader sees it or puts it away", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
  await fill(other, { messages: 120 });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  const read = async () => {
    // What was read is told after a second.
    await page.waitForTimeout(1_600);
    const { rooms } = await call(cookie, { path: "rooms" });
    return rooms.find(({ id }: { id: string }) => id === "common").read;
  };
  await page.goto("/rooms/common");
  await ada.isLive();
  await page.locator("#unread").waitFor();
  assertEquals(await read(), 0);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  assertEquals(await read(), 120);
  await page.locator("#unread").waitFor({ state: "hidden" });
  await fill(other, { messages: 80 });
  await page.goto("/rooms/common");
  await ada.isLive();
  await page.locator("#unread").click();
  await page.locator("#unread").waitFor({ state: "hidden" });
  await page.locator("#newer").click();
  assertEquals(await read(), 200);
});

browserTest("what is loaded while nothing else is to be done works without a connection", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  const { page } = ada;
  await ada.isLive();
  await hasAll(page);
  await server.kill();
  await page.locator("#log").focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys and commands" }).waitFor();
});

browserTest("a reply outlives a reload; an edited text that is emptied offers to delete", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const other = await server.register("Bob");
  await say(other, "A question");
  await using ada = await Person.join({ browser, server, name: "ada" });
  const { page } = ada;
  await ada.isLive();
  await page.locator("#message-1").hover();
  await page.locator("#message-1").getByRole("button", { name: "Reply" }).click();
  await page.getByLabel(TEXT, { exact: true }).fill("Half an answ");
  await page.reload();
  await page.getByText("Reply to Bob").waitFor();
  await page.getByLabel(TEXT, { exact: true }).press("End");
  await page.keyboard.type("er");
  await page.keyboard.press("Enter");
  await page.locator("#message-2 .quote").getByText("A question").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.getByRole("button", { name: "Save" }).waitFor();
  await page.getByLabel(TEXT, { exact: true }).fill("");
  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: "Delete this message?" });
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await page.locator("#message-2.gone").waitFor();
  await page.getByRole("button", { name: "Send" }).waitFor();
});

browserTest("who leaves a room, or is sent out, comes to the common room and is told", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
  const { room: garden } = await call(cookie, { path: "rooms", body: { name: "Garden", open: true } });
  const { room: secret } = await call(other, { path: "rooms", body: { name: "Secret", open: false } });
  await call(other, { path: `rooms/${secret.id}/members`, body: { name: "ada" } });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  await page.goto(`/rooms/${garden.id}`);
  await ada.isLive();
  await call(cookie, { path: `rooms/${garden.id}`, body: { name: "Orchard" } });
  await page.getByPlaceholder("Write to Orchard").waitFor();
  await page.getByText("Nobody has said anything in Orchard yet").waitFor();
  await ada.say("/leave");
  await page.waitForURL("**/rooms/common");
  await page.getByText("You are not in Orchard any more").waitFor();
  await page.goto(`/rooms/${secret.id}`);
  await ada.isLive();
  await call(other, { path: `rooms/${secret.id}/members/ada`, method: "DELETE" });
  await page.waitForURL("**/rooms/common");
  await page.getByText("You are not in Secret any more").waitFor();
});

browserTest("who logs out leaves no draft, and is asked before what was not sent is lost", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  await using ada = await Person.join({ browser, server, name: "ada" });
  const { page } = ada;
  await ada.isLive();
  await hasAll(page);
  await page.getByLabel(TEXT, { exact: true }).fill("A draft");
  await page.getByLabel("Your account").click();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/rooms/"));
  assertEquals(await page.evaluate(() => Object.keys(localStorage)), []);
  await page.goto("/login");
  await ada.logIn();
  await ada.isLive();
  await hasAll(page);
  await server.kill();
  await page.getByLabel(TEXT, { exact: true }).fill("Not sent");
  await page.keyboard.press("Enter");
  await page.locator("#lines .pending").waitFor();
  await page.getByLabel("Your account").click();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("dialog", { name: "Log out?" }).getByRole("button", { name: "Cancel" }).click();
  await server.restart();
  await ada.sees("Not sent");
});

browserTest("a day after the last message is told, and keys act in the conversation only", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  await using ada = await Person.join({ browser, server, name: "ada" });
  const { page } = ada;
  await ada.say("The last word");
  await ada.sees("The last word");
  await page.getByLabel("Menu of the room").click();
  await page.getByLabel("Go to a day").fill("2999-12-31");
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await page.getByText("Nothing was said since then; these are the newest").waitFor();
  await page.locator("#log:focus").waitFor();
  await page.getByRole("link", { name: "New room" }).focus();
  await page.keyboard.press("?");
  await page.keyboard.press("a");
  assertEquals(await page.locator("dialog, #text:focus").count(), 0);
  await page.locator("#log").focus();
  await page.keyboard.press("a");
  await page.locator("#text:focus").waitFor();
});

/** Waits until all scripts are there that are loaded while nothing else is to be done. */
async function hasAll(page: Page): Promise<void> {
  const isThere = (name: string) => page.evaluate((name) => performance.getEntriesByName(name).length > 0, name);
  for (const name of ["dialogs", "doing", "emoji", "help", "picker", "rare", "switcher"]) {
    while (!await isThere(new URL(`/_ui/${name}.js`, page.url()).href)) await page.waitForTimeout(50);
  }
}
