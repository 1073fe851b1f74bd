import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { browserTest, Person, TestServer } from "./browser.ts";
import { call, type Cookie, say } from "./said.ts";

const DOCS = fromFileUrl(new URL("../../docs/", import.meta.url));
/** An empty window takes less. */
const MIN_BYTES = 10_000;
const PHONE = {
  viewport: { width: 390, height: 844 },
  colorScheme: "dark",
  isMobile: true,
  hasTouch: true,
} as const;

browserTest("the screenshots of the README show a conversation", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const [ada, bob, zoe] = await Promise.all(["ada", "Bob", "Zoë"].map((name) => server.register(name)));
  await furnish(ada, bob, zoe);
  await using desk = await Person.open({ browser, server, name: "ada" });
  await using phone = await Person.open({ browser, server, name: "Zoë", options: PHONE });
  await using other = await Person.open({ browser, server, name: "Bob" });
  for (const [person, cookie] of [[desk, ada], [phone, zoe], [other, bob]] as const) {
    await person.take(cookie);
    await person.page.goto("/rooms/common");
    await person.isLive();
  }
  await desk.seesPerson("Bob");
  await desk.seesPerson("Zoë Zimmermann");
  await other.page.getByLabel("Message", { exact: true }).pressSequentially("On my");
  for (const { page } of [desk, phone]) await page.getByText("Bob is writing…").waitFor();
  await desk.page.locator("#message-4").hover();
  for (const [{ page }, name] of [[desk, "screenshot-room.png"], [phone, "screenshot-room-phone.png"]] as const) {
    const image = await page.screenshot();
    assert(image.length > MIN_BYTES, `${name} has ${image.length} bytes`);
    if (Deno.env.get("UPDATE_SCREENSHOTS") !== "1") continue;
    await Deno.mkdir(DOCS, { recursive: true });
    await Deno.writeFile(DOCS + name, image);
  }
});

/** Rooms, and a conversation in the common one. */
async function furnish(ada: Cookie, bob: Cookie, zoe: Cookie): Promise<void> {
  await call(zoe, { path: "me/profile", body: { displayName: "Zoë Zimmermann", colour: 1 } });
  const { room: garden } = await call(bob, { path: "rooms", body: { name: "Garden", open: true } });
  const { room: party } = await call(zoe, { path: "rooms", body: { name: "Surprise party", open: false } });
  await call(zoe, { path: `rooms/${party.id}/members`, body: { name: "ada" } });
  const { room: direct } = await call(zoe, { path: "direct", body: { name: "ada" } });
  await say(bob, "The tomatoes are ripe", { room: garden.id });
  await say(zoe, "Who brings the cake, @ada?", { room: party.id });
  await say(zoe, "See you at ten", { room: direct.id });
  const reply = (cookie: Cookie, text: string, replyTo: number) =>
    call(cookie, { path: "rooms/common/messages", body: { text, replyTo } });
  const react = (cookie: Cookie, seq: number, emoji: string) =>
    call(cookie, { path: `rooms/common/messages/${seq}/reactions`, body: { emoji, on: true } });
  await say(ada, "Hello! Does anybody know where the **projector** is?");
  await say(bob, "It was in room 12 yesterday");
  await reply(zoe, "I took it to the library. It is on the second shelf, behind the atlases.", 2);
  await say(ada, "Thank you! Then we start at ten, in the library.");
  await say(bob, "@ada the notes of last week, and how to show them:\n\n```sh\nshow notes.md --full-screen\n```");
  await say(zoe, "I’ll bring the tea 🍵");
  for (const [cookie, emoji] of [[bob, "🎉"], [zoe, "🎉"], [ada, "❤️"]] as const) await react(cookie, 6, emoji);
}
