import { assert, assertEquals } from "@std/assert";
import { audit } from "./audit.ts";
import { browserTest, Person, TestServer } from "./browser.ts";

interface Audited {
  /** Where it is. */
  readonly path: string;
  /** Who looks at it; a visitor has no account. */
  readonly as: "visitor" | "member";
  /** What it shows once it is complete. */
  readonly shows: string | RegExp;
  /** What is done with it before it is audited. */
  readonly prepare?: (person: Person) => Promise<void>;
}

/** The pages of the product. A new page, or a new state of one, is added here. */
const PAGES: readonly Audited[] = [
  { path: "/", as: "visitor", shows: "Commonroom" },
  { path: "/about.html", as: "visitor", shows: "Commonroom" },
  { path: "/learn/from-socket-to-reply.html", as: "visitor", shows: "8 Write" },
  { path: "/login", as: "visitor", shows: "Password" },
  { path: "/login", as: "visitor", shows: "The name or the password is wrong", prepare: (person) => person.logIn() },
  { path: "/register", as: "visitor", shows: "Password" },
  { path: "/search", as: "visitor", shows: "Search" },
  { path: "/search?q=folder", as: "visitor", shows: /\d results?/ },
  { path: "/search?q=qqqqzzzz", as: "visitor", shows: /nothing found/i },
  { path: "/no/such/page", as: "visitor", shows: "There is nothing here" },
  { path: "/", as: "member", shows: "Commonroom" },
  { path: "/search?q=projector", as: "member", shows: /\d results?/ },
  { path: "/rooms/common", as: "member", shows: "Where is the projector?" },
];

/** What is said in the room, so that there is something of every kind to look at. */
const MESSAGES = [
  "Where is the projector?",
  "**In the library**, on the _second_ shelf: https://example.org/map",
  "> Where is the projector?\n\nSee `room 12`, or\n\n1. ask @ada\n2. ask @bob",
  "```js\nconst shelf = 2;\n```",
];

const WIDTHS = [390, 1280];
const COLOR_SCHEMES = ["light", "dark"] as const;

/** The pages of one kind of reader, narrow and wide, light and dark. */
async function auditAs(person: Person, as: Audited["as"]): Promise<string[]> {
  const violations: string[] = [];
  for (const { path, shows, prepare } of PAGES.filter((page) => page.as === as)) {
    for (const width of WIDTHS) {
      await person.page.setViewportSize({ width, height: 844 });
      await person.page.goto(path);
      await prepare?.(person);
      await person.page.getByText(shows).first().waitFor({ state: "attached" });
      for (const colorScheme of COLOR_SCHEMES) {
        await person.page.emulateMedia({ colorScheme });
        for (const violation of await audit(person.page)) {
          violations.push(`${path} (${as}, ${width}, ${colorScheme}) ${violation}`);
        }
      }
    }
  }
  return violations;
}

browserTest("the audit finds what is wrong, though the policy of the page allows no script", async (browser) => {
  await using server = await TestServer.start();
  await using visitor = await Person.open({ browser, server, name: "nobody" });
  await visitor.page.goto("/login");
  await visitor.page.locator("main").evaluate((main) => main.append(main.ownerDocument.createElement("button")));
  const [violation, ...others] = await audit(visitor.page);
  assert(violation.startsWith("button-name: <button></button> – "), violation);
  assertEquals(others, []);
});

browserTest("the pages for visitors can be used by everybody", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  await using visitor = await Person.open({ browser, server, name: "nobody" });
  assertEquals(await auditAs(visitor, "visitor"), []);
});

browserTest("the pages for members can be used by everybody, with a conversation in the room", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  await using ada = await Person.open({ browser, server, name: "ada" });
  const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
  await ada.take(cookie);
  for (const [index, text] of MESSAGES.entries()) await say(text, index % 2 === 0 ? other : cookie);
  assertEquals(await auditAs(ada, "member"), []);
});

/** Says something without a browser. */
async function say(text: string, { name, value, url }: { name: string; value: string; url: string }): Promise<void> {
  const response = await fetch(new URL("/api/rooms/common/messages", url), {
    method: "POST",
    headers: { "content-type": "application/json", cookie: `${name}=${value}` },
    body: JSON.stringify({ text }),
  });
  await response.body?.cancel();
  assertEquals(response.status, 201);
}
