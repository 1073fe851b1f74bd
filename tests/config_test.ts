import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { isAbsolute, resolve } from "@std/path";
import { type Command, type Config, helpText, parseCommand } from "../lib/config.ts";
import { StartError } from "../lib/errors.ts";

type Env = Readonly<Record<string, string>>;

function parse(args: readonly string[], env: Env = {}): Command {
  return parseCommand({ args, env: (name) => env[name] });
}

function configOf(args: readonly string[], env: Env = {}): Config {
  const command = parse(args, env);
  assert("config" in command);
  return command.config;
}

/** Each flag: how it is given, how its twin says the same, and what comes of it. */
const FLAGS: ReadonlyArray<{ args: string[]; env: Env; field: keyof Config; value: unknown }> = [
  { args: ["--host", "0.0.0.0"], env: { COMMONROOM_HOST: "0.0.0.0" }, field: "host", value: "0.0.0.0" },
  { args: ["--port", "0"], env: { COMMONROOM_PORT: "0" }, field: "port", value: 0 },
  { args: ["--port=65535"], env: { COMMONROOM_PORT: "65535" }, field: "port", value: 65535 },
  { args: ["--transport", "native"], env: { COMMONROOM_TRANSPORT: "native" }, field: "transport", value: "native" },
  { args: ["--transport", "raw"], env: { COMMONROOM_TRANSPORT: "raw" }, field: "transport", value: "raw" },
  {
    args: ["--tls-cert", "cert.pem", "--tls-key=/etc/key.pem"],
    env: { COMMONROOM_TLS_CERT: "cert.pem", COMMONROOM_TLS_KEY: "/etc/key.pem" },
    field: "tls",
    value: { certFile: resolve("cert.pem"), keyFile: resolve("/etc/key.pem") },
  },
  {
    args: ["--tls-key", "b", "--tls-cert", "a"],
    env: { COMMONROOM_TLS_CERT: "a", COMMONROOM_TLS_KEY: "b" },
    field: "tls",
    value: { certFile: resolve("a"), keyFile: resolve("b") },
  },
  { args: ["--data", ":memory:"], env: { COMMONROOM_DATA: ":memory:" }, field: "dataDir", value: ":memory:" },
  { args: ["--data", "some/dir"], env: { COMMONROOM_DATA: "some/dir" }, field: "dataDir", value: resolve("some/dir") },
  { args: ["--routes", "mine"], env: { COMMONROOM_ROUTES: "mine" }, field: "routesDir", value: resolve("mine") },
  { args: ["--public"], env: { COMMONROOM_PUBLIC: "1" }, field: "isPublic", value: true },
  { args: ["--watch"], env: { COMMONROOM_WATCH: "1" }, field: "isWatching", value: true },
  { args: ["--dev"], env: { COMMONROOM_DEV: "1" }, field: "isDevelopment", value: true },
  {
    args: ["--open-registration"],
    env: { COMMONROOM_OPEN_REGISTRATION: "true" },
    field: "isRegistrationOpen",
    value: true,
  },
  { args: ["--no-rate-limits"], env: { COMMONROOM_NO_RATE_LIMITS: "YES" }, field: "hasRateLimits", value: false },
  { args: ["--log", "json"], env: { COMMONROOM_LOG: "json" }, field: "logFormat", value: "json" },
  { args: ["--log", "off"], env: { COMMONROOM_LOG: "off" }, field: "logFormat", value: "off" },
];

Deno.test("parseCommand() fills every default in", () => {
  const { dataDir, ...config } = configOf([]);
  assertEquals(config, {
    siteDir: undefined,
    host: "127.0.0.1",
    port: 8000,
    transport: "native",
    tls: undefined,
    isPublic: false,
    isRegistrationOpen: false,
    isWatching: false,
    isDevelopment: false,
    hasRateLimits: true,
    logFormat: "text",
  });
  assertEquals(dataDir, resolve(import.meta.dirname!, "../data"));
});

Deno.test("parseCommand() reads every flag, and its twin in the environment", () => {
  for (const { args, env, field, value } of FLAGS) {
    assertEquals(configOf(args)[field], value, args.join(" "));
    assertEquals(configOf([], env)[field], value, JSON.stringify(env));
  }
});

Deno.test("the table of this test knows every flag that the help names", () => {
  const named = [...helpText().matchAll(/^ {2}(--[a-z-]+) /gm)].map(([, flag]) => flag);
  const tested = new Set(FLAGS.map(({ args }) => args[0].split("=")[0]));
  assertEquals(named.toSorted(), [...tested].toSorted());
});

Deno.test("parseCommand() lets a flag win over its twin", () => {
  const env = { COMMONROOM_PORT: "1", COMMONROOM_HOST: "::1", COMMONROOM_LOG: "json", COMMONROOM_DATA: "a" };
  const { port, host, logFormat, dataDir } = configOf(
    ["--port", "2", "--host", "::2", "--log", "off", "--data", ":memory:"],
    env,
  );
  assertEquals({ port, host, logFormat, dataDir }, { port: 2, host: "::2", logFormat: "off", dataDir: ":memory:" });
});

Deno.test("parseCommand() refuses a value for a switch, so that the environment does not overrule it", () => {
  for (const args of [["--public=false"], ["--public=true"], ["--public="], ["--open-registration=0"], ["--help=x"]]) {
    const { exitStatus } = assertThrows(() => parse(args, { COMMONROOM_PUBLIC: "1" }), StartError, "takes no value");
    assertEquals(exitStatus, 2, args[0]);
  }
});

Deno.test("parseCommand() takes a switch in the environment for off too", () => {
  for (const value of ["", "0", "false", "NO"]) {
    assertEquals(configOf([], { COMMONROOM_PUBLIC: value }).isPublic, false, value);
  }
});

Deno.test("parseCommand() refuses bad usage with exit status 2, and says what is wrong", () => {
  const cases: ReadonlyArray<readonly [args: string[], env: Env, reason: RegExp]> = [
    [["--nonsense"], {}, /Unknown flag --nonsense/],
    [["--nonsense=1"], {}, /Unknown flag --nonsense \(/],
    [["-x"], {}, /Unknown flag -x/],
    [["--PORT", "1"], {}, /Unknown flag --PORT/],
    [["--port"], {}, /--port needs a value: --port NUMBER/],
    [["--data", "--public"], {}, /--data needs a value: --data DIR/],
    [["--port", "65536"], {}, /--port cannot be 65536/],
    [["--port", "-1"], {}, /--port needs a value: --port NUMBER/],
    [["--port=-1"], {}, /--port cannot be -1/],
    [["--port", "80a"], {}, /--port cannot be 80a/],
    [["--port", "1e3"], {}, /--port cannot be 1e3/],
    [["--port", "0x50"], {}, /--port cannot be 0x50/],
    [["--port", "8000.5"], {}, /--port cannot be 8000.5/],
    [["--port", " 80"], {}, /--port cannot be {2}80/],
    [[], { COMMONROOM_PORT: "http" }, /--port cannot be http/],
    [["--log", "xml"], {}, /--log cannot be xml: it is one of text, json, off/],
    [["--transport", "quic"], {}, /--transport cannot be quic: it is one of native, raw/],
    [["--tls-cert", "a.pem"], {}, /--tls-cert needs its private key too: --tls-key FILE/],
    [["--tls-key", "a.pem"], {}, /--tls-key needs the certificate too: --tls-cert FILE/],
    [["--tls-key", "a.pem"], { COMMONROOM_TLS_CERT: "" }, /--tls-cert needs a value: --tls-cert FILE/],
    [[], { COMMONROOM_LOG: "loud" }, /--log cannot be loud/],
    [[], { COMMONROOM_PUBLIC: "maybe" }, /COMMONROOM_PUBLIC cannot be maybe/],
    [["one", "two"], {}, /Unexpected argument two/],
    [["serve", "one", "two"], {}, /Unexpected argument two/],
    [["routes", "more"], {}, /Unexpected argument more/],
    [["user"], {}, /Usage: commonroom user add NAME/],
    [["user", "add"], {}, /Usage: commonroom user add NAME/],
    [["user", "remove", "ada"], {}, /Usage: commonroom user add NAME/],
    [["user", "add", "ada", "bob"], {}, /Unexpected argument bob/],
    [["--admin"], {}, /--admin belongs to/],
    [["routes", "--admin"], {}, /--admin belongs to/],
    [["--dir", "site"], {}, /--dir belongs to `commonroom access PATH`/],
    [["access"], {}, /Usage: commonroom access PATH \[USER\] \[--dir DIR\]/],
    [["access", "/a", "ada", "bob"], {}, /Unexpected argument bob/],
    [["new"], {}, /Usage: commonroom new route NAME \[--routes DIR\]/],
    [["new", "route"], {}, /Usage: commonroom new route NAME/],
    [["new", "page", "hello"], {}, /Usage: commonroom new route NAME/],
    [["new", "route", "a", "b"], {}, /Unexpected argument b/],
    [["--routes"], {}, /--routes needs a value: --routes DIR/],
    [["--dev", "--host", "0.0.0.0"], {}, /--dev shows the code of errors, so it listens on 127\.0\.0\.1 only, and not/],
    [["--dev", "--host", "127.0.0.1.example.com"], {}, /--dev shows/],
    [["--dev"], { COMMONROOM_HOST: "::" }, /--dev shows/],
  ];
  for (const [args, env, reason] of cases) {
    const error = assertThrows(() => parse(args, env), StartError);
    assertEquals(error.exitStatus, 2, args.join(" "));
    assertMatch(error.message, reason);
    assert(!error.message.includes("\n"), "it is one line");
  }
});

Deno.test("parseCommand() says that a flag with nothing after = needs a value", () => {
  assertThrows(() => parse(["--port="]), StartError, "--port needs a value");
});

Deno.test("parseCommand() refuses a flag that is given twice", () => {
  for (const args of [["--port", "1", "--port", "2"], ["--host=a", "--host=b"], ["--data", "a", "--data", "a"]]) {
    const { message, exitStatus } = assertThrows(() => parse(args), StartError, "is given more than once");
    assertEquals(exitStatus, 2, message);
  }
});

Deno.test("parseCommand() takes DIR with and without the word serve, and makes it absolute", () => {
  const cases: ReadonlyArray<readonly [args: string[], env: Env, dir: string | undefined]> = [
    [[], {}, undefined],
    [["serve"], {}, undefined],
    [["site"], {}, resolve("site")],
    [["serve", "site"], {}, resolve("site")],
    [["--public", "site"], {}, resolve("site")],
    [["serve", "serve"], {}, resolve("serve")],
    [["serve", "--port", "0", "/abs/./site"], {}, resolve("/abs/site")],
    [["2026"], {}, resolve("2026")],
    [["--", "--odd"], {}, resolve("--odd")],
    [["constructor"], {}, resolve("constructor")],
    [[], { COMMONROOM_DIR: "site" }, resolve("site")],
    [["mine"], { COMMONROOM_DIR: "site" }, resolve("mine")],
  ];
  for (const [args, env, dir] of cases) {
    const command = parse(args, env);
    assertEquals(command.name, "serve");
    assertEquals(configOf(args, env).siteDir, dir, JSON.stringify({ args, env }));
  }
});

Deno.test("parseCommand() takes an empty COMMONROOM_DIR for none, and no empty DIR", () => {
  assertEquals(configOf([], { COMMONROOM_DIR: "" }).siteDir, undefined);
  assertEquals(assertThrows(() => parse(["serve", ""]), StartError).exitStatus, 2);
});

Deno.test("parseCommand() knows the other commands", () => {
  const cases: ReadonlyArray<readonly [args: string[], expected: Record<string, unknown>]> = [
    [["user", "add", "ada"], { name: "user add", user: "ada", isAdmin: false }],
    [["user", "add", "ada", "--admin"], { name: "user add", user: "ada", isAdmin: true }],
    [["--admin", "user", "add", "ada", "--data", "d"], { name: "user add", user: "ada", isAdmin: true }],
    [["user", "add", "007"], { name: "user add", user: "007", isAdmin: false }],
    [["routes"], { name: "routes" }],
    [["access", "/guide"], { name: "access", path: "/guide", user: undefined }],
    [["access", "/guide", "ada", "--dir", "site"], { name: "access", path: "/guide", user: "ada" }],
    [["new", "route", "blog/[slug]"], { name: "new route", route: "blog/[slug]" }],
    [["--help"], { name: "help" }],
    [["-h"], { name: "help" }],
    [["user", "--help"], { name: "help" }],
    [["--version"], { name: "version" }],
  ];
  for (const [args, expected] of cases) {
    const { config: _, ...command } = parse(args) as Command & { config?: Config };
    assertEquals(command as Record<string, unknown>, expected, args.join(" "));
  }
});

Deno.test("parseCommand() takes the folder of `access` from --dir, or from the environment", () => {
  assertEquals(configOf(["access", "/a", "--dir", "site"]).siteDir, resolve("site"));
  assertEquals(configOf(["access", "/a"], { COMMONROOM_DIR: "site" }).siteDir, resolve("site"));
  assertEquals(configOf(["access", "/a"]).siteDir, undefined);
});

Deno.test("parseCommand() takes --dev for every address that this machine alone hears", () => {
  for (const host of ["127.0.0.1", "127.0.0.53", "::1", "localhost"]) {
    assertEquals(configOf(["--dev", "--host", host]).isDevelopment, true, host);
  }
});

Deno.test("parseCommand() freezes the configuration", () => {
  assert(Object.isFrozen(configOf(["site"])));
  assert(Object.isFrozen(configOf(["routes"])));
  assert(isAbsolute(configOf([]).dataDir));
});

Deno.test("helpText() names every command, and the default of every flag that has one", () => {
  const text = helpText();
  for (
    const part of [
      "serve [DIR]",
      "user add NAME",
      "[--admin]",
      "access PATH [USER]",
      "new route NAME",
      "routes",
      "--help",
      "--version",
      "COMMONROOM_",
    ]
  ) {
    assertStringIncludes(text, part);
  }
  assertMatch(text, /--host ADDRESS.*default: 127\.0\.0\.1/);
  assertMatch(text, /--port NUMBER.*default: 8000/);
  assertMatch(text, /--log FORMAT.*text, json, off.*default: text/);
});
