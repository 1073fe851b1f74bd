import { assertEquals } from "@std/assert";
import type { BrowserContextOptions } from "playwright-core";
import { audit } from "./audit.ts";
import { browserTest, Person, TestServer } from "./browser.ts";
import { call, type Cookie, say } from "./said.ts";

const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The states of a room's page, and how one gets there. */
const STATES: Record<string, (person: Person, rooms: Rooms) => Promise<void>> = {
  busy: ({ page }) => page.locator("#message-6").hover(),
  "menu of a message": async ({ page }) => {
    await page.locator("#message-6").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Actions" }).waitFor();
  },
  picker: async ({ page }) => {
    await page.locator("#message-6").focus();
    await page.getByRole("button", { name: "React", exact: true }).last().click();
    await page.getByRole("dialog", { name: "React" }).waitFor();
  },
  question: async ({ page }) => {
    await page.locator("#message-6").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog", { name: "Delete this message?" }).waitFor();
  },
  editing: async ({ page }) => {
    await page.getByLabel("Message", { exact: true }).press("ArrowUp");
    await page.getByText("Edit your message").waitFor();
  },
  completion: async ({ page }) => {
    await page.getByLabel("Message", { exact: true }).pressSequentially("Hi @b");
    await page.getByRole("option").first().waitFor();
  },
  "menu of the room": ({ page }) => page.getByLabel("Menu of the room").click(),
  "menu of the account": ({ page }) => page.getByLabel("Your account").click(),
  switcher: async ({ page }) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
  },
  help: async ({ page }) => {
    await page.locator("#log").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
  },
  "drawer of the rooms": async ({ page }) => {
    if (await page.locator("#open-rooms").isVisible()) await page.locator("#open-rooms").click();
  },
  "drawer of the people": async ({ page }) => {
    if (await page.locator("#open-people").isVisible()) await page.locator("#open-people").click();
  },
  archived: async ({ page }, { archived }) => void await page.goto(`/rooms/${archived}`),
  "not a member": async ({ page }, { left }) => void await page.goto(`/rooms/${left}`),
  empty: async ({ page }, { empty }) => void await page.goto(`/rooms/${empty}`),
};

for (const [device, options] of [["a desk", DESK], ["a phone", PHONE]] as const) {
  browserTest(`every state of the room on ${device} passes the audit, light and dark`, async (browser) => {
    await using server = await TestServer.start("--no-rate-limits");
    const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
    const rooms = await furnish(cookie, other);
    await using ada = await Person.open({ browser, server, name: "ada", options });
    await ada.take(cookie);
    const violations: string[] = [];
    for (const [state, prepare] of Object.entries(STATES)) {
      await ada.page.goto("/rooms/common");
      await ada.isLive();
      await prepare(ada, rooms);
      await ada.page.waitForTimeout(250);
      for (const colorScheme of ["light", "dark"] as const) {
        await ada.page.emulateMedia({ colorScheme });
        await ada.page.waitForTimeout(350);
        for (const violation of await audit(ada.page)) violations.push(`${state} (${colorScheme}) ${violation}`);
      }
    }
    assertEquals(violations, []);
  });
}

interface Rooms {
  readonly archived: string;
  readonly left: string;
  readonly empty: string;
}

/** Rooms of every kind, and in the common room messages of every kind. */
async function furnish(ada: Cookie, bob: Cookie): Promise<Rooms> {
  const make = async (cookie: Cookie, name: string): Promise<string> =>
    (await call(cookie, { path: "rooms", body: { name, open: true } })).room.id;
  const [archived, left, empty] = [await make(ada, "Last summer"), await make(bob, "Football"), await make(ada, "New")];
  await say(ada, "It was good", { room: archived });
  await call(ada, { path: `rooms/${archived}`, body: { archived: true } });
  await say(bob, "On Sunday", { room: left });
  await call(ada, { path: `rooms/${left}/members/ada`, method: "DELETE" });
  const { room: direct } = await call(bob, { path: "direct", body: { name: "ada" } });
  await say(bob, "Between us", { room: direct.id });
  const first = await say(bob, "Where is the projector?");
  const answer = { text: "**In the library**, see https://example.org/map", replyTo: first };
  await call(ada, { path: "rooms/common/messages", body: answer });
  await say(bob, "@ada thanks\n\n> In the library\n\n1. ask `12`\n2. go\n\n```js\nconst shelf = 2;\n```");
  await call(ada, { path: "rooms/common/messages/3/reactions", body: { emoji: "🎉", on: true } });
  const gone = await say(bob, "Taken back");
  await call(bob, { path: `rooms/common/messages/${gone}`, method: "DELETE" });
  await say(ada, "With a tpyo");
  await call(ada, { path: "rooms/common/messages/5", body: { text: "Without a typo" } });
  await say(ada, "The last one");
  return { archived, left, empty };
}
