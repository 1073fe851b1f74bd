import { assert, assertEquals } from "@std/assert";
import { browserTest, Person, TestServer } from "./browser.ts";
import { fill } from "./said.ts";

for (const transport of ["native", "raw"]) {
  browserTest(
    `two people register by the form, see each other, and talk in both directions (${transport})`,
    async (browser) => {
      await using server = await TestServer.start("--transport", transport);
      await using ada = await Person.join({ browser, server, name: "ada" });
      await using bob = await Person.join({ browser, server, name: "Bob" });
      await ada.seesPerson("Bob");
      await bob.seesPerson("ada");
      assertEquals(await ada.page.locator("#head-count").textContent(), "2");
      await ada.say("Hello, is anybody here?");
      await bob.sees("Hello, is anybody here?");
      await bob.say("I am");
      await ada.sees("I am");
      await ada.sees("Hello, is anybody here?");
      await ada.page.locator("#lines > li.pending").waitFor({ state: "detached" });
    },
  );

  browserTest(
    `a message written while the server is down is shown as pending, and arrives once (${transport})`,
    async (browser) => {
      await using server = await TestServer.start("--transport", transport);
      await using ada = await Person.join({ browser, server, name: "ada" });
      await using bob = await Person.join({ browser, server, name: "Bob" });
      await ada.say("Before the fall");
      await bob.sees("Before the fall");
      await server.kill();
      await ada.say("First in the dark");
      await ada.say("Second in the dark");
      await ada.page.locator(".pending").nth(1).waitFor();
      await ada.page.getByText("Reconnecting…").waitFor();
      await ada.page.getByText("Sending…").first().waitFor();
      await server.restart();
      await bob.sees("First in the dark");
      await bob.sees("Second in the dark");
      await ada.page.locator(".pending").waitFor({ state: "detached" });
      await ada.page.getByText("Reconnecting…").waitFor({ state: "hidden" });
      await ada.page.reload();
      for (const person of [ada, bob]) {
        const said = await person.page.locator("#lines .text").allTextContents();
        assertEquals(said, ["Before the fall", "First in the dark", "Second in the dark"]);
      }
    },
  );
}

browserTest("what looks like HTML is shown as text, and addresses become links", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  await using bob = await Person.join({ browser, server, name: "Bob" });
  const text = "<script>document.title = 'gone'</script> & <img src=x onerror=alert(1)>";
  await ada.say(`${text} https://example.org/a_(b).`);
  await bob.sees(text);
  await bob.page.reload();
  for (const { page } of [ada, bob]) {
    const said = page.locator("#lines .text").first();
    assertEquals(await said.textContent(), `${text} https://example.org/a_(b).`);
    assertEquals(await said.locator("script, img").count(), 0);
    const link = said.getByRole("link");
    assertEquals(await link.getAttribute("href"), "https://example.org/a_(b)");
    assertEquals(await link.getAttribute("rel"), "noopener noreferrer nofollow ugc");
    assertEquals(await page.title(), "Common room · Commonroom");
  }
});

browserTest(
  "what is pending outlives a reload, and a message whose ack was lost is not sent twice",
  async (browser) => {
    await using server = await TestServer.start();
    await using ada = await Person.join({ browser, server, name: "ada" });
    await ada.page.routeWebSocket("**/api/chat", (socket) => {
      const upstream = socket.connectToServer();
      socket.onMessage((frame) => upstream.send(frame));
      // Everything that would tell that the message arrived is swallowed.
      upstream.onMessage((frame) => /"(ack|message)"/.test(String(frame)) || socket.send(frame));
    });
    await ada.page.reload();
    await ada.isLive();
    await ada.say("Did this arrive?");
    await ada.page.locator(".pending").waitFor();
    await ada.page.unrouteAll();
    await using other = await Person.join({ browser, server, name: "Bob" });
    await other.sees("Did this arrive?");
    await ada.page.reload();
    await ada.sees("Did this arrive?");
    await ada.page.locator(".pending").waitFor({ state: "detached" });
    await ada.say("Once is enough");
    await other.sees("Once is enough");
    await other.sees("Did this arrive?");
    await ada.sees("Did this arrive?");
  },
);

browserTest("a refused message stays, with its reason, until it is sent again or discarded", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  let isRefusing = true;
  await ada.page.routeWebSocket("**/api/chat", (socket) => {
    const upstream = socket.connectToServer();
    socket.onMessage((frame) => {
      const { type, key } = JSON.parse(String(frame));
      if (type !== "send" || !isRefusing) return upstream.send(frame);
      socket.send(JSON.stringify({ type: "refused", key, status: 500, message: "The disk is full" }));
    });
  });
  await ada.page.reload();
  await ada.isLive();
  await ada.say("One");
  await ada.say("Two");
  await ada.page.getByText("Not sent: The disk is full").nth(1).waitFor();
  isRefusing = false;
  await ada.lines("One").getByRole("button", { name: "Discard" }).click();
  await ada.lines("One").waitFor({ state: "detached" });
  await ada.lines("Two").getByRole("button", { name: "Try again" }).click();
  await ada.page.locator(".failed, .pending").waitFor({ state: "detached" });
  await ada.page.locator("#message-1").getByText("Two").waitFor();
  await ada.page.locator("#text:focus").waitFor();
});

browserTest("what is written faster than the server allows arrives by itself, in order", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  const texts = Array.from({ length: 25 }, (_, index) => `Number ${index + 1}.`);
  for (const text of texts) await ada.say(text);
  await ada.page.locator("#message-25").waitFor();
  assertEquals(await ada.page.locator("#lines .text").allTextContents(), texts);
  assertEquals(await ada.page.locator(".pending, .failed").count(), 0);
});

browserTest("whoever reads further up stays there, and is told of what is new", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  await using bob = await Person.join({ browser, server, name: "Bob" });
  await ada.say(Array.from({ length: 120 }, (_, line) => `Line ${line}`).join("\n"));
  await bob.sees("Line 119");
  const log = bob.page.getByRole("log");
  const newer = bob.page.getByRole("button", { name: "↓ 1 new message" });
  await log.evaluate((log) => log.scrollTop = -1_000);
  const before = await log.evaluate((log) => log.scrollHeight + log.scrollTop);
  await ada.say("And one more");
  await newer.waitFor();
  assertEquals(await log.evaluate((log) => log.scrollHeight + log.scrollTop), before);
  await newer.click();
  assertEquals(await log.evaluate((log) => log.scrollTop), 0);
  await newer.waitFor({ state: "hidden" });
});

browserTest("a link to an old message shows it in its place, and writing leads to now", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  await using ada = await Person.open({ browser, server, name: "ada" });
  const cookie = await server.register("ada");
  await ada.take(cookie);
  await fill(cookie, { messages: 400 });
  await ada.page.goto("/rooms/common?at=100#message-100");
  await ada.page.locator("#message-100:target").waitFor();
  const [target, log] = await Promise.all(["#message-100", "#log"].map((id) => ada.page.locator(id).boundingBox()));
  assert(target!.y > log!.y && target!.y + target!.height < log!.y + log!.height);
  await ada.page.getByRole("button", { name: "↓ Newest messages" }).waitFor();
  await ada.say("About this");
  await ada.sees("About this");
  await ada.sees("Message number 400.");
  assertEquals(await ada.page.locator("#message-100").count(), 0);
});

browserTest("the keyboard alone is enough to talk", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  const { page } = ada;
  const text = page.getByLabel("Message", { exact: true });
  await ada.isLive();
  await text.press("Enter");
  await page.keyboard.type("First line");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await page.keyboard.press("Enter");
  await page.locator("#message-1").waitFor();
  assertEquals(await page.locator("#message-1 .text").textContent(), "First line\nsecond line");
  assertEquals(await text.inputValue(), "");
  await page.keyboard.type("  ");
  await page.keyboard.press("Enter");
  await page.keyboard.insertText("x".repeat(4_008));
  await page.keyboard.press("Enter");
  await page.getByText("Not sent: 10 characters too many").waitFor();
  assertEquals(await page.locator("#lines > li").count(), 1);
  await page.keyboard.press("Shift+Tab");
  await page.locator("[role=log]:focus").waitFor();
});

browserTest("logging out leads to the first page, and ends the room in every tab", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  await ada.isLive();
  const tab = await ada.page.context().newPage();
  await tab.goto("/rooms/common");
  await tab.getByLabel("Message", { exact: true }).fill("A thought not finished");
  await ada.page.getByLabel("Your account").click();
  await ada.page.getByRole("button", { name: "Log out" }).click();
  await ada.page.getByRole("heading", { name: "a room to talk in" }).waitFor();
  await tab.waitForURL("**/login?next=%2Frooms%2Fcommon");
  await tab.getByLabel("Name").fill("ada");
  await tab.getByLabel("Password").fill("a few plain words");
  await tab.getByRole("button", { name: "Log in" }).click();
  await tab.waitForURL("**/rooms/common");
  await tab.locator("#people li").first().waitFor();
  // Somebody else may sit there then: no draft stays behind.
  assertEquals(await tab.getByLabel("Message", { exact: true }).inputValue(), "");
});

browserTest("without script the room takes a message and shows it", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada", options: { javaScriptEnabled: false } });
  await ada.say("Sent by a **plain** form");
  await ada.sees("Sent by a plain form");
  await ada.page.getByLabel("Your account").click();
  await ada.page.getByRole("button", { name: "Log out" }).click();
  await ada.page.getByRole("heading", { name: "a room to talk in" }).waitFor();
});
