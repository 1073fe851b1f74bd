/** What the pages of the course say of the code is so: they name what is there. */
import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { MAX_WHOLE_BYTES } from "../lib/files/content.ts";
import { RAW_LIMITS } from "../lib/net/raw_limits.ts";
import { STATIONS } from "../lib/trace/stations.ts";
import { missing, PROJECT_DIR } from "./learn_names.ts";

const PAGE = "static/learn/from-socket-to-reply.html";
const page = await Deno.readTextFile(join(PROJECT_DIR, PAGE));

/** The texts of an element's kind, without what is marked up inside. */
function textsOf(source: string, element: string): string[] {
  const found = source.matchAll(new RegExp(`<${element}(?: [^>]*)?>([^]*?)</${element}>`, "g"));
  return [...found].map(([, text]) => text.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ").trim());
}

Deno.test("every file and function that the page names is there", async () => {
  const places = [...page.matchAll(/<dd\s+class="where"\s*>([^]*?)<\/dd>/g)];
  const codes = places.flatMap(([, place]) => textsOf(place, "code"));
  assertGreater(codes.length, 70);
  assertEquals(await missing(codes), []);
  const paths = textsOf(page, "code").filter((code) => /^(?:lib|routes)\/\S+\.tsx?$/.test(code));
  assertEquals(await missing(paths), []);
});

Deno.test("the bounds that the page names are those of the code", () => {
  const text = page.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
  const { headTimeoutMs, idleTimeoutMs, writeStallMs, bodyGraceMs, minBodyBytesPerS, maxDrainBytes } = RAW_LIMITS;
  const { maxConnections, maxConnectionsPerAddress, maxTargetBytes, maxFields, maxFieldsBytes } = RAW_LIMITS;
  const count = (number: number) => number.toLocaleString("en");
  for (
    const part of [
      `503 beyond ${count(maxConnections)} connections, or ${count(maxConnectionsPerAddress)} from one address`,
      `408 if a head is not complete after ${headTimeoutMs / 1_000} s`,
      `a connection may be silent for ${idleTimeoutMs / 1_000} s`,
      `414 for a target over ${count(maxTargetBytes)} bytes`,
      `431 for more than ${maxFields} fields or ${maxFieldsBytes / 1024} KiB`,
      `Slower than ${minBodyBytesPerS / 1024} KiB a second after ${bodyGraceMs / 1_000} s`,
      `reads nothing for ${writeStallMs / 1_000} s`,
      `read up to ${maxDrainBytes / 1024} KiB`,
      `Up to ${MAX_WHOLE_BYTES / 1024 ** 2} MiB the file is kept in memory`,
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("every function that a trace names is there", async () => {
  assertEquals(await missing(STATIONS.flatMap(({ where }) => where.split(" "))), []);
});

Deno.test("the page has the stations of the trace: in its headings, its list and its diagram", () => {
  const names = STATIONS.map(({ name }, index) => `${index + 1} ${name}`);
  assertEquals(textsOf(page, "h2").slice(0, 8), names);
  const [list] = textsOf(page, "ol");
  for (const [index, { name }] of STATIONS.entries()) assert(list.includes(`${index + 1}. ${name} `), name);
  const diagram = textsOf(page, "text").filter((text) => /^\d /.test(text));
  assertEquals(diagram.toSorted(), names);
});

Deno.test("the pages of the course hold no script and no style of their own, and lead to what is there", async () => {
  assert(!/<script|<style|\sstyle=|\son\w+=/.test(page));
  const ids = new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) assert(ids.has(target), target);
  for (const [, path] of page.matchAll(/(?:href|src)="\/([\w./-]+\.\w+)"/g)) {
    assert((await Deno.stat(join(PROJECT_DIR, "static", path))).isFile, path);
  }
});
