import { assert, assertEquals } from "@std/assert";
import type { Browser } from "playwright-core";
import { browserTest, Person, TestServer } from "./browser.ts";
import { say } from "./said.ts";

const HOSTILE = `<img src=x onerror="document.title='gone'"> "'><script>document.title='gone'</script>`;

browserTest("a message is edited in the composer, and everybody sees it", async (browser) => {
  await using it = await two(browser);
  const { ada, bob } = it;
  const text = ada.page.getByLabel("Message", { exact: true });
  await ada.say("A word with a tpyo");
  await bob.sees("A word with a tpyo");
  await text.press("ArrowUp");
  await ada.page.getByText("Edit your message").waitFor();
  assertEquals(await text.inputValue(), "A word with a tpyo");
  await text.press("Escape");
  assertEquals(await text.inputValue(), "");
  await text.press("ArrowUp");
  await text.fill("A word with a **typo**");
  await text.press("Enter");
  for (const person of [ada, bob]) {
    await person.page.locator("#message-1 .text strong").getByText("typo").waitFor();
    await person.page.locator("#message-1").getByText(/^edited/).waitFor();
  }
  assertEquals(await text.inputValue(), "");
});

browserTest("a message is deleted after one question, and the focus is not lost", async (browser) => {
  await using it = await two(browser);
  const { ada, bob } = it;
  await ada.say("To be taken back");
  await bob.sees("To be taken back");
  await ada.lines("To be taken back").hover();
  await ada.page.getByLabel("Actions for the message by ada").click();
  await ada.page.getByRole("button", { name: "Delete…" }).click();
  await ada.page.getByRole("dialog", { name: "Delete this message?" }).waitFor();
  await ada.page.getByRole("button", { name: "Delete", exact: true }).click();
  for (const person of [ada, bob]) await person.sees("Message deleted");
  assertEquals(await bob.lines("To be taken back").count(), 0);
  assert(await ada.page.locator(":focus").count() === 1);
});

browserTest("reactions are buttons that say whether they are mine, by whom and how many", async (browser) => {
  await using it = await two(browser);
  const { ada, bob } = it;
  await ada.say("Cake at four");
  await bob.lines("Cake at four").hover();
  await bob.page.locator("#message-1").getByRole("button", { name: "React" }).click();
  await bob.page.getByRole("button", { name: "🎉", exact: true }).click();
  const his = bob.page.getByRole("button", { name: "🎉, 1: Bob" });
  await his.waitFor();
  assertEquals(await his.getAttribute("aria-pressed"), "true");
  const hers = ada.page.getByRole("button", { name: "🎉, 1: Bob" });
  assertEquals(await hers.getAttribute("aria-pressed"), "false");
  await hers.click();
  await bob.page.getByRole("button", { name: "🎉, 2: Bob, ada" }).click();
  await ada.page.getByRole("button", { name: "🎉, 1: ada" }).waitFor();
  await bob.page.locator("#message-1").hover();
  await bob.page.locator("#message-1").getByRole("button", { name: "React" }).click();
  await bob.page.getByLabel("Another one").fill("🦔");
  await bob.page.getByLabel("Another one").press("Enter");
  await ada.page.getByRole("button", { name: "🦔, 1: Bob" }).waitFor();
});

browserTest("a reply quotes what it answers, as that is now", async (browser) => {
  await using it = await two(browser);
  const { ada, bob } = it;
  await ada.say("Where is the projector?");
  await bob.lines("Where is the projector?").hover();
  await bob.page.locator("#message-1").getByRole("button", { name: "Reply" }).click();
  await bob.page.getByText("Reply to ada").waitFor();
  await bob.page.keyboard.type("In room 12");
  await bob.page.keyboard.press("Enter");
  await ada.page.locator("#message-2 .quote").getByText("Where is the projector?").waitFor();
  await ada.page.getByLabel("Message", { exact: true }).press("ArrowUp");
  await ada.page.getByLabel("Message", { exact: true }).fill("Where is the big projector?");
  await ada.page.keyboard.press("Enter");
  for (const { page } of [ada, bob]) {
    await page.locator("#message-2 .quote").getByText("Where is the big projector?").waitFor();
  }
  await bob.page.getByText("Reply to ada").waitFor({ state: "hidden" });
});

browserTest("names, emoji and commands are completed", async (browser) => {
  await using it = await two(browser);
  const { ada, bob } = it;
  const text = ada.page.getByLabel("Message", { exact: true });
  await ada.seesPerson("Bob");
  await text.pressSequentially("Hello @bo");
  const option = ada.page.getByRole("option", { name: "Bob" });
  await option.waitFor();
  assertEquals(await text.getAttribute("aria-activedescendant"), await option.getAttribute("id"));
  await text.press("Enter");
  assertEquals(await text.inputValue(), "Hello @Bob ");
  await text.pressSequentially(":tad");
  await ada.page.getByRole("option", { name: ":tada:" }).waitFor();
  await text.press("Tab");
  assertEquals(await text.inputValue(), "Hello @Bob 🎉 ");
  await text.press("Enter");
  await bob.page.locator("#message-1.to-me .mention.me").getByText("@Bob").waitFor();
  await text.pressSequentially("/shr");
  await ada.page.getByRole("option", { name: "/shrug" }).waitFor();
  await text.press("Escape");
  await ada.page.getByRole("option").waitFor({ state: "hidden" });
  assertEquals(await text.inputValue(), "/shr");
});

browserTest("commands do what they say, and an unknown one keeps the text", async (browser) => {
  await using it = await two(browser);
  const { ada, bob } = it;
  const text = ada.page.getByLabel("Message", { exact: true });
  await command("/nonsense at all");
  await ada.page.getByText("There is no command /nonsense").waitFor();
  assertEquals(await text.inputValue(), "/nonsense at all");
  await command("/me waves *twice*");
  await bob.page.locator("#message-1 em").getByText("waves *twice*").waitFor();
  await command("//home is a path");
  await bob.sees("/home is a path");
  await command("/shrug whatever");
  await bob.sees("whatever ¯\\_(ツ)_/¯");
  await command("/nick Ada Lovelace");
  await bob.page.locator("#people").getByText("Ada Lovelace").waitFor();
  await bob.page.locator("#message-1 .author").getByText("Ada Lovelace").waitFor();
  await command("/help");
  await ada.page.getByRole("dialog", { name: "Keys and commands" }).waitFor();
  await ada.page.keyboard.press("Escape");
  await command("/dm Bob just between us");
  await ada.page.getByRole("heading", { name: "Bob", level: 1 }).waitFor();
  await ada.sees("just between us");
  await bob.page.locator("#rooms-direct .count.mentions").getByText("1").waitFor();

  async function command(written: string) {
    await text.fill(written);
    await ada.page.waitForTimeout(100);
    await text.press("Escape");
    await text.press("Enter");
  }
});

browserTest("script in every field that is shown stays text", async (browser) => {
  await using it = await two(browser);
  const { ada, bob } = it;
  await ada.say(HOSTILE);
  await ada.say(`**bold** ${HOSTILE}`);
  await bob.lines("bold").hover();
  await bob.page.locator("#message-2").getByRole("button", { name: "Reply" }).click();
  await bob.page.locator("#context").getByText("<img src=x").waitFor();
  await bob.page.keyboard.type(HOSTILE);
  await bob.page.keyboard.press("Enter");
  await ada.page.locator("#message-3 .quote").waitFor();
  for (const { page } of [ada, bob]) {
    await page.locator("#message-3").waitFor();
    await page.reload();
    await page.locator("#message-3 .quote").getByText("<img src=x").waitFor();
    assertEquals(await page.locator("#room img, #lines script").count(), 0);
    assertEquals(await page.title(), "Common room · Commonroom");
  }
});

browserTest("what is unread stands in the title and in the list of rooms, until it is read", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const cookie = await server.register("Bob");
  await using ada = await Person.join({ browser, server, name: "ada" });
  await ada.isLive();
  await ada.page.evaluate(`Object.defineProperty(document, "hidden", { value: true, configurable: true })`);
  for (const number of [1, 2]) await say(cookie, `Number ${number}`);
  await ada.sees("Number 2");
  assertEquals(await ada.page.title(), "(2) Common room · Commonroom");
  assertEquals(await ada.page.locator('link[rel="icon"]').getAttribute("href"), "/_ui/icon_unread.svg");
  await ada.page.evaluate(`delete document.hidden; document.dispatchEvent(new Event("visibilitychange"))`);
  assertEquals(await ada.page.title(), "Common room · Commonroom");
  // It is told a second later; then another page knows.
  await ada.page.waitForTimeout(1_500);
  await ada.page.reload();
  assertEquals(await ada.page.locator("#room").getAttribute("data-read"), "2");
});

/** Two people in the common room. */
async function two(browser: Browser) {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await TestServer.start("--no-rate-limits"));
  const ada = stack.use(await Person.join({ browser, server, name: "ada" }));
  const bob = stack.use(await Person.join({ browser, server, name: "Bob" }));
  return { server, ada, bob, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
