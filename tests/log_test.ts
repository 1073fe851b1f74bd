import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type LogFormat, Logger, type RequestLine } from "../lib/log.ts";

const LINE: RequestLine = {
  requestId: "run-1",
  method: "GET",
  path: "/a%20b",
  status: 200,
  durationMs: 1.26,
  address: "::1",
  user: undefined,
};

function loggerOf(format: LogFormat) {
  const written: string[] = [];
  return { written, logger: new Logger(format, (text) => void written.push(text)) };
}

Deno.test("a request is one line of text, or of JSON, or nothing", () => {
  const text = loggerOf("text");
  text.logger.request(LINE);
  text.logger.request({ ...LINE, user: "ada", status: 404 });
  text.logger.flush();
  const [first, second] = text.written[0].split("\n");
  assertMatch(first, /^\d{4}-\d\d-\d\dT[\d:.]+Z 200 GET \/a%20b 1\.3ms ::1 - run-1$/);
  assertMatch(second, / 404 GET \/a%20b 1\.3ms ::1 ada run-1$/);

  const json = loggerOf("json");
  json.logger.request({ ...LINE, user: "ada" });
  json.logger.flush();
  const { at, ...rest } = JSON.parse(json.written[0]);
  assertEquals(rest, { ...LINE, user: "ada" });
  assert(!Number.isNaN(Date.parse(at)));

  const off = loggerOf("off");
  off.logger.request(LINE);
  off.logger.flush();
  assertEquals(off.written, []);
});

Deno.test("an error is written in every format, with its stack and its causes", () => {
  for (const format of ["text", "json", "off"] as const) {
    const { logger, written } = loggerOf(format);
    logger.error(new Error("outer", { cause: new TypeError("inner", { cause: "innermost" }) }), "run-7");
    logger.flush();
    for (const part of ["outer", "inner", "innermost", "caused by", "run-7", "log_test.ts"]) {
      assertStringIncludes(written.join("\n"), part);
    }
    if (format === "json") assertEquals(JSON.parse(written[0]).requestId, "run-7");
  }
});

Deno.test("what is thrown need not be an Error", () => {
  const { logger, written } = loggerOf("text");
  for (const thrown of ["text", undefined, null, 7, Symbol("s"), { a: 1 }]) logger.error(thrown);
  logger.flush();
  assertEquals(written[0].split("\n").length, 6);
});

Deno.test("lines are written together, those of a burst at once", () => {
  const { logger, written } = loggerOf("text");
  for (let count = 0; count < 499; count++) logger.request(LINE);
  assertEquals(written, [], "they wait");
  logger.request(LINE);
  assertEquals(written.map((text) => text.split("\n").length), [500]);
  logger.flush();
  assertEquals(written.length, 1, "nothing is written twice");
});

Deno.test("lines that wait are written a moment later without being asked for", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  new Logger("text", resolve).request(LINE);
  assertMatch(await promise, /run-1$/);
});

Deno.test("say() speaks at once, after what waits, whatever the format", () => {
  const { logger, written } = loggerOf("text");
  logger.request(LINE);
  logger.say("Listening");
  assertEquals(written.join("\n").split("\n").slice(1), ["Listening"]);
  const off = loggerOf("off");
  off.logger.say("Listening");
  assertEquals(off.written, ["Listening"]);
});

Deno.test("of an error for want of files no stack is asked for: to make one the runtime opens a file", () => {
  const { logger, written } = loggerOf("text");
  const error = new Error("Too many open files (os error 24)");
  Object.defineProperty(error, "stack", { get: () => raise(new Error("It was asked for")) });
  logger.error(error);
  logger.flush();
  assertMatch(written.join(), / error - Too many open files \(os error 24\)$/);
});

function raise(error: Error): never {
  throw error;
}
