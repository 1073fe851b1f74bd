import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { browserTest, Person, TestServer } from "./browser.ts";

const DOCS = fromFileUrl(new URL("../../docs/", import.meta.url));
/** An empty window takes less. */
const MIN_BYTES = 10_000;

browserTest("the screenshots of the README show a conversation", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.join({ browser, server, name: "ada" });
  await using bob = await Person.join({ browser, server, name: "Bob" });
  await using zoe = await Person.join({
    browser,
    server,
    name: "Zoë",
    options: { viewport: { width: 390, height: 844 }, colorScheme: "dark", isMobile: true, hasTouch: true },
  });
  const conversation = [
    [ada, "Hello! Does anybody know where the projector is?"],
    [bob, "It was in room 12 yesterday"],
    [zoe, "I took it to the library. It is on the second shelf, behind the atlases."],
    [ada, "Thank you!\nThen we start at ten, in the library."],
    [bob, "The notes of last week are here: https://example.org/notes"],
    [zoe, "I’ll bring the tea 🍵"],
  ] as const;
  for (const [person, text] of conversation) {
    await person.say(text);
    for (const reader of [ada, bob, zoe]) await reader.sees(text.split("\n")[0]);
  }
  for (const [{ page }, name] of [[ada, "screenshot-room.png"], [zoe, "screenshot-room-phone.png"]] as const) {
    const image = await page.screenshot();
    assert(image.length > MIN_BYTES, `${name} has ${image.length} bytes`);
    if (Deno.env.get("UPDATE_SCREENSHOTS") !== "1") continue;
    await Deno.mkdir(DOCS, { recursive: true });
    await Deno.writeFile(DOCS + name, image);
  }
});
