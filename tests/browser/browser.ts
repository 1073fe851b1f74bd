/**
 * What the browser tests share: Chromium, people with a browser each, and the real server, which can be killed.
 *
 * @module
 */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { type ServerProcess, startProcess } from "../server_process.ts";

const CHROMIUM = Deno.env.get("CHROMIUM_BIN") ?? "/usr/bin/chromium";
const IS_CI = Deno.env.get("CI") !== undefined;
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Longer than anything takes on a busy machine, in ms. */
const PATIENCE_MS = 20_000;
const PASSWORD = "a few plain words";

/** Runs a test in a browser; where there is none, the test is left out, but not in CI. */
export function browserTest(name: string, run: (browser: Browser) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !IS_CI && !hasChromium(),
    // Playwright keeps timers and the pipes to its browser beyond close().
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
      try {
        await run(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

function hasChromium(): boolean {
  try {
    return Deno.statSync(CHROMIUM).isFile;
  } catch {
    return false;
  }
}

if (!IS_CI && !hasChromium()) {
  console.log(
    `The browser tests are left out: there is no ${CHROMIUM} (apt-get install chromium, or set CHROMIUM_BIN)`,
  );
}

/** A server with its own data folder, on a port that it keeps when it is started again. */
export class TestServer implements AsyncDisposable {
  readonly #dataDir: string;
  readonly #flags: readonly string[];
  #process: ServerProcess;

  private constructor(process: ServerProcess, { dataDir, flags }: { dataDir: string; flags: readonly string[] }) {
    this.#process = process;
    this.#dataDir = dataDir;
    this.#flags = flags;
  }

  /** Starts a server on any free port. */
  static async start(...flags: string[]): Promise<TestServer> {
    const dataDir = await Deno.makeTempDir({ prefix: "commonroom-browser-" });
    return new TestServer(await serve({ dataDir, port: "0", flags }), { dataDir, flags });
  }

  /** Where it is, ending with a slash. */
  get url(): string {
    return this.#process.url;
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.#process.stop("SIGKILL");
  }

  /** Starts it again, with the same data and flags, on the same port. */
  async restart(): Promise<void> {
    this.#process = await serve({ dataDir: this.#dataDir, port: new URL(this.url).port, flags: this.#flags });
  }

  /**
   * Takes an account of a member in, without a browser.
   *
   * @returns The cookie of the session.
   */
  async register(name: string): Promise<{ name: string; value: string; url: string }> {
    const response = await fetch(new URL("/api/register", this.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, password: PASSWORD }),
    });
    await response.body?.cancel();
    const [cookie, value] = response.headers.getSetCookie()[0].split(";")[0].split("=");
    return { name: cookie, value, url: this.url };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await Deno.remove(this.#dataDir, { recursive: true });
  }
}

function serve(
  { dataDir, port, flags }: { dataDir: string; port: string; flags: readonly string[] },
): Promise<ServerProcess> {
  const args = ["serve", "--port", port, "--data", dataDir, "--open-registration", "--log", "off", ...flags];
  return startProcess({ args });
}

/** Somebody at a browser of their own. */
export class Person implements AsyncDisposable {
  /** What they are called. */
  readonly name: string;
  /** What they look at. */
  readonly page: Page;
  /** What the page's scripts complained about. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #isScripted: boolean;

  private constructor(
    name: string,
    { context, page, isScripted }: { context: BrowserContext; page: Page; isScripted: boolean },
  ) {
    this.#isScripted = isScripted;
    this.name = name;
    this.page = page;
    this.#context = context;
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      // A server that is down, and a login that is missing, are part of the tests; what CSP refuses is not.
      if (message.type() === "error" && /Content Security Policy/.test(message.text())) {
        this.complaints.push(message.text());
      }
    });
  }

  /** Opens a browser for somebody who is not known yet. */
  static async open(
    { browser, server, name, options }: {
      browser: Browser;
      server: TestServer;
      name: string;
      options?: BrowserContextOptions;
    },
  ): Promise<Person> {
    const context = await browser.newContext({
      baseURL: server.url,
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const isScripted = options?.javaScriptEnabled !== false;
    return new Person(name, { context, page: await context.newPage(), isScripted });
  }

  /** Opens a browser in the room, for somebody who makes an account by the form. */
  static async join(init: Parameters<typeof Person.open>[0]): Promise<Person> {
    const person = await Person.open(init);
    const { page } = person;
    await page.goto("/register");
    await page.getByLabel("Name").fill(init.name);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Make the account" }).click();
    await page.waitForURL("**/rooms/common");
    return person;
  }

  /** Logs in by the form of the page that is open. */
  async logIn(): Promise<void> {
    await this.page.getByLabel("Name").fill(this.name);
    await this.page.getByLabel("Password").fill(PASSWORD);
    await this.page.getByRole("button", { name: "Log in" }).click();
  }

  /** Logs in by a cookie. */
  async take(cookie: { name: string; value: string; url: string }): Promise<void> {
    await this.#context.addCookies([cookie]);
  }

  /** Waits until the room's script has been welcomed by the server. */
  async isLive(): Promise<void> {
    await this.page.locator("#room[data-live]").waitFor();
  }

  /** Says something. */
  async say(text: string): Promise<void> {
    if (this.#isScripted) await this.isLive();
    await this.page.getByLabel("Message", { exact: true }).fill(text);
    await this.page.getByRole("button", { name: "Send" }).click();
  }

  /** The lines of the conversation that hold a text. */
  lines(text: string) {
    return this.page.locator("#lines > li").filter({ hasText: text });
  }

  /** Waits until the page shows a text exactly as often. */
  async sees(text: string, times = 1): Promise<void> {
    await this.lines(text).nth(times - 1).waitFor();
    if (await this.lines(text).count() !== times) throw new Error(`${this.name} sees "${text}" too often`);
  }

  /** Waits until somebody stands in the list of people. */
  async seesPerson(name: string): Promise<void> {
    await this.page.locator("#people li").getByText(name, { exact: true }).waitFor();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    if (this.complaints.length > 0) throw new Error(`${this.name}'s page complains: ${this.complaints.join("\n")}`);
  }
}
