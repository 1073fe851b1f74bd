import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest, Person, TestServer } from "./browser.ts";
import { fill } from "./said.ts";

const MESSAGES = 5_200;
/** Lines that may be in the document: the window, and a page that has just come. */
const MAX_LINES = 360;

browserTest("a history of thousands is a window of some 300 lines, and the reader's place is kept", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const cookie = await server.register("ada");
  await fill(cookie, { messages: MESSAGES });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  await page.goto("/rooms/common");
  await ada.isLive();
  assertEquals(await place(page), { first: MESSAGES - 49, last: MESSAGES, isWhole: true });
  await page.locator("#log").hover();
  for (let turn = 0; turn < 60; turn++) {
    const before = await seen(page);
    await page.mouse.wheel(0, -900);
    await page.waitForTimeout(60);
    const { count, isWhole } = { count: await lines(page).count(), ...await place(page) };
    assert(count <= MAX_LINES, `${count} lines`);
    assert(isWhole, "the lines follow each other without a gap");
    const after = await seen(page);
    assert(after.seq <= before.seq, `up means up: ${before.seq} to ${after.seq}`);
    assert(before.seq - after.seq < 60, `nothing jumps: ${before.seq} to ${after.seq}`);
  }
  const far = await place(page);
  assert(far.last < MESSAGES - 300, `the far end was dropped: ${JSON.stringify(far)}`);
  await staysWhile(page, () => page.setViewportSize({ width: 700, height: 600 }));
  await staysWhile(page, () => page.setViewportSize({ width: 320, height: 256 }));
  await staysWhile(page, () => page.setViewportSize({ width: 640, height: 400 }));
  await staysWhile(page, () => page.setViewportSize({ width: 1280, height: 800 }));
  await staysWhile(page, () => page.locator("html").evaluate((html) => html.style.fontSize = "20px"));
  await page.getByRole("button", { name: "↓ Newest messages" }).click();
  await page.locator(`#message-${MESSAGES}`).waitFor();
  await page.locator("#newer").waitFor({ state: "hidden" });
  assertEquals(await page.locator("#log").evaluate((log) => log.scrollTop), 0);
});

browserTest("down again from long ago, newer ones come, and the end is the end", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const cookie = await server.register("ada");
  await fill(cookie, { messages: 900 });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  await page.goto("/rooms/common?at=100#message-100");
  await page.locator("#message-100:focus").waitFor();
  await page.locator("#log").hover();
  let last = await seen(page);
  for (let turn = 0; turn < 200 && await page.locator("#message-900").count() === 0; turn++) {
    await page.mouse.wheel(0, 700);
    await page.waitForTimeout(50);
    const now = await seen(page);
    assert(now.seq >= last.seq && now.seq - last.seq < 60, `${last.seq} to ${now.seq}`);
    assert((await place(page)).isWhole);
    assert(await lines(page).count() <= MAX_LINES);
    last = now;
  }
  await fill(cookie, { messages: 1, text: "And live again" });
  for (let turn = 0; turn < 20; turn++) await page.mouse.wheel(0, 2_000);
  await ada.sees("And live again 1.");
});

browserTest(
  "a message that comes while one reads further up is announced by a button, which leads there",
  async (browser) => {
    await using server = await TestServer.start("--no-rate-limits");
    const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
    await fill(cookie, { messages: 400 });
    await using ada = await Person.open({ browser, server, name: "ada" });
    await ada.take(cookie);
    const { page } = ada;
    await page.goto("/rooms/common?at=20#message-20");
    await page.locator("#message-20:focus").waitFor();
    await fill(other, { messages: 3, text: "While you were reading" });
    await page.getByRole("button", { name: "↓ 3 new messages" }).click();
    await ada.sees("While you were reading 3.");
    await page.locator("#newer").waitFor({ state: "hidden" });
    assertEquals(await page.locator("#log").evaluate((log) => log.scrollTop), 0);
  },
);

browserTest("one goes to a day, to a quoted message, and to the first unread one", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
  await fill(other, { messages: 200 });
  await fill(other, { messages: 1, text: "About that", replyTo: 7 });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  const { page } = ada;
  await page.goto("/rooms/common");
  await page.getByRole("button", { name: /^↑ 201 unread since/ }).click();
  await page.locator("#message-1:focus").waitFor();
  await page.locator("#message-1 .fresh").getByText("New").waitFor();
  await page.locator("#unread").waitFor({ state: "hidden" });
  await page.goto("/rooms/common");
  await page.locator("#message-201 .quote").click();
  await page.locator("#message-7:focus").waitFor();
  const [line, log] = await Promise.all(["#message-7", "#log"].map((id) => page.locator(id).boundingBox()));
  assert(line!.y > log!.y && line!.y + line!.height < log!.y + log!.height);
  await page.goto("/rooms/common");
  await page.getByLabel("Menu of the room").click();
  await page.getByLabel("Go to a day").fill(new Date().toISOString().slice(0, 10));
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await page.locator("#message-1:focus").waitFor();
});

function lines(page: Page) {
  return page.locator("#lines > li");
}

/** Which messages there are, and whether none is missing between them. */
function place(page: Page): Promise<{ first: number; last: number; isWhole: boolean }> {
  return lines(page).evaluateAll((lines) => {
    const all = lines.map((line) => Number(line.id.split("-")[1]));
    return { first: all[0], last: all.at(-1)!, isWhole: all.every((seq, index) => seq === all[0] + index) };
  });
}

/** The first message that is seen, and where. */
function seen(page: Page): Promise<{ seq: number; top: number }> {
  return page.locator("#log").evaluate((log) => {
    const { top } = log.getBoundingClientRect();
    const line = [...log.querySelectorAll("li.line")]
      .find((line) => line.getBoundingClientRect().bottom > top)!;
    return { seq: Number(line.id.split("-")[1]), top: Math.round(line.getBoundingClientRect().top - top) };
  });
}

/** Where a message is, from the top of the log. */
function topOf(page: Page, seq: number): Promise<number> {
  return page.locator("#log").evaluate((log, seq) => {
    const line = log.querySelector(`#message-${seq}`)!;
    return Math.round(line.getBoundingClientRect().top - log.getBoundingClientRect().top);
  }, seq);
}

/** Whatever changes, what is read stands where it stood, to a pixel: so much of the line before may be seen then. */
async function staysWhile(page: Page, change: () => Promise<unknown>): Promise<void> {
  // The reader rests: nothing moves any more.
  await page.waitForTimeout(400);
  const before = await seen(page);
  await change();
  await page.waitForTimeout(400);
  const top = await topOf(page, before.seq);
  assert(Math.abs(top - before.top) <= 1, `message ${before.seq} was at ${before.top}, and is at ${top}`);
}
