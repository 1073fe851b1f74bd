import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Config } from "../lib/config.ts";
import { welcomeText } from "../lib/welcome.ts";
import { testConfig } from "./testing.ts";

const URL_ = "http://127.0.0.1:8000/";
const SETUP_URL = `${URL_}register?invitation=token`;

const lines = (config: Partial<Config>, setupUrl?: string, isTerminal = false) =>
  welcomeText({ url: URL_, setupUrl }, testConfig(config), { isTerminal, lanAddress: "192.0.2.7" }).split("\n");

Deno.test("the welcome says where the server is, what it serves to whom, and what it keeps", () => {
  const cases: ReadonlyArray<readonly [config: Partial<Config>, expected: string[]]> = [
    [{}, [
      "Serving the starter pages, to everybody; name a folder to serve it",
      "Keeping nothing: messages and accounts are gone when this stops",
    ]],
    [{ siteDir: "/site", isPublic: true, dataDir: "/data" }, [
      "Serving /site to everybody",
      "Keeping everything in /data",
    ]],
    [{ siteDir: "/site", isPublic: false, dataDir: "/data" }, [
      "Serving /site to members only (--public opens it)",
      "Keeping everything in /data",
    ]],
    [{ siteDir: "/site", dataDir: "/data", routesDir: "/mine", isDevelopment: true }, [
      "Serving /site to everybody",
      "Keeping everything in /data",
      "Routes of your own come from /mine",
      "Errors are shown with their code, to this machine alone (--dev)",
    ]],
    [{ siteDir: "/site", dataDir: "/data", isRegistrationOpen: true }, [
      "Serving /site to everybody",
      "Keeping everything in /data",
      "Anyone who can reach this server may register",
    ]],
  ];
  for (const [config, expected] of cases) assertEquals(lines(config), [`Listening on ${URL_}`, ...expected]);
});

Deno.test("the welcome shows the setup link while there is no administrator", () => {
  const text = lines({}, SETUP_URL);
  assertEquals(text.at(-1), `Make the administrator's account here, within 30 minutes: ${SETUP_URL}`);
  assert(!lines({}).join("\n").includes("administrator"));
});

Deno.test("the welcome shows the setup link as a QR code to a person, not to a file", () => {
  const [file, person] = [lines({}, SETUP_URL, false), lines({}, SETUP_URL, true)];
  assertEquals(person.slice(0, file.length), file);
  const code = person.slice(file.length);
  assert(code.length > 10);
  for (const row of code) assertEquals(row.replaceAll(/[█▀▄ ]/g, ""), "");
  assertStringIncludes(code.join(""), "▀");
});

Deno.test("the welcome names an address that others can open, where the server listens everywhere", () => {
  const server = { url: "http://0.0.0.0:8000/", setupUrl: "http://0.0.0.0:8000/register?invitation=token" };
  for (const [lanAddress, host] of [["192.0.2.7", "192.0.2.7"], [undefined, "127.0.0.1"]] as const) {
    const text = welcomeText(server, testConfig({ host: "0.0.0.0" }), { isTerminal: false, lanAddress });
    assertStringIncludes(text, "Listening on http://0.0.0.0:8000/\n");
    assertStringIncludes(text, `Others on this network open http://${host}:8000/\n`);
    assertStringIncludes(text, `http://${host}:8000/register?invitation=token`);
  }
});
