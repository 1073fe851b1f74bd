import { assert, assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { type FormPart, type MultipartLimits, readParts } from "../../lib/multipart.ts";
import { BAD, field, file, GOOD, part } from "./bodies.ts";

const TYPE = "multipart/form-data; boundary=B";

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function requestOf(body: BodyInit, type = TYPE): Request {
  return new Request("http://localhost/", { method: "POST", body, headers: { "content-type": type } });
}

/** A body that comes in pieces of one size. */
function inPieces(bytes: Uint8Array<ArrayBuffer>, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at += size));
    },
  });
}

function contentOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

async function partsOf(request: Request, limits?: MultipartLimits): Promise<string[]> {
  const parts = [];
  for await (const part of readParts(request, limits)) {
    const { name, fileName = "-", type } = part;
    parts.push(`${name}|${fileName}|${type}|${contentOf(await part.bytes())}`);
  }
  return parts;
}

Deno.test("readParts() reads forms as browsers and programs send them, in whatever pieces they come", async () => {
  for (const [what, body, parts] of GOOD) {
    const bytes = bytesOf(body);
    for (const size of [1, 2, 3, 7, bytes.length + 1]) {
      assertEquals(await partsOf(requestOf(inPieces(bytes, size))), parts, `${what}, ${size} bytes at a time`);
    }
  }
});

Deno.test("readParts() reads what the runtime sends, and finds in it what the runtime finds", async () => {
  const form = new FormData();
  form.append("text", 'a "quoted"\nline');
  form.append("größe", "é");
  form.append("file", new File([new Uint8Array([0, 255, 13, 10, 45, 45])], 'o"dd\\name.bin'));
  const request = new Request("http://localhost/", { method: "POST", body: form });
  const type = request.headers.get("content-type")!;
  const bytes = await request.bytes();
  const expected = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const read = [];
  for await (const part of readParts(requestOf(bytes, type))) read.push([part.name, contentOf(await part.bytes())]);
  const there = [];
  for (const [name, value] of expected) {
    there.push([name, contentOf(new Uint8Array(await new Blob([value]).arrayBuffer()))]);
  }
  assertEquals(read, there);
});

Deno.test("readParts() refuses what could be read in two ways, and what is too much, with a reason", async () => {
  for (const [what, body, status, reason] of BAD) {
    for (const size of [1, 5, 4_096, body.length + 1]) {
      if (size < 100 && body.length > 60_000) continue;
      const error = await assertRejects(() => partsOf(requestOf(inPieces(bytesOf(body), size))), HttpError);
      assertEquals(error.status, status, `${what}, ${size} bytes at a time: ${error.message}`);
      assertMatch(error.message, reason, what);
    }
  }
});

Deno.test("readParts() asks for a multipart form, and for its boundary", async () => {
  const cases: ReadonlyArray<readonly [type: string, status: number]> = [
    ["multipart/form-data", 400],
    ["multipart/form-data; boundary=", 400],
    ['multipart/form-data; boundary=""', 400],
    ["multipart/form-data; boundary=a; boundary=b", 400],
    ['multipart/form-data; x="; boundary=B', 400],
    ["multipart/form-data; boundary=B x", 400],
    ['multipart/form-data; boundary="B "', 400],
    [`multipart/form-data; boundary=${"x".repeat(71)}`, 400],
    ["multipart/form-data; boundary=é", 400],
    ["multipart/mixed; boundary=B", 415],
    ["application/json", 415],
  ];
  for (const [type, status] of cases) {
    const error = await assertRejects(() => partsOf(requestOf("--B--", type)), HttpError);
    assertEquals(error.status, status, type);
  }
  for (const type of ['Multipart/Form-Data; charset=utf-8; Boundary="B"', "multipart/form-data;boundary=B"]) {
    assertEquals(await partsOf(requestOf("--B--", type)), []);
  }
});

Deno.test("readParts() finds a boundary of every character that it may have", async () => {
  const boundary = "'()+_,-./:=? azAZ09'()+_,-./:=? azAZ09'()+_,-./:=? azAZ09'()+_,-./:x";
  const body = `--${boundary}\r\n${field("a")}\r\n\r\n1\r\n--${boundary}--`;
  assertEquals(await partsOf(requestOf(body, `multipart/form-data; boundary="${boundary}"`)), ["a|-|text/plain|1"]);
});

Deno.test("readParts() takes no more of a file than is asked for", async () => {
  let sent = 0;
  const piece = new Uint8Array(64 * 1024).fill(120);
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (sent === 0) controller.enqueue(bytesOf(part(file("f", "big")).slice(0, -2)));
      sent++;
      controller.enqueue(piece);
    },
  }, { highWaterMark: 0 });
  let read = 0;
  for await (const part of readParts(requestOf(body), { maxBytes: 2 ** 30 })) {
    for await (const bytes of part) {
      read += bytes.length;
      assertLess(sent * piece.length - read, 4 * piece.length, "no more waits here than the pieces at hand");
      if (read > 10 * 2 ** 20) break;
    }
    break;
  }
  assert(read > 10 * 2 ** 20);
});

Deno.test("readParts() passes over what is not read, and a part is read once and in its turn", async () => {
  const body = part(file("f", "x"), "x".repeat(5_000)) + part(field("a"), "1") + part(field("b"), "2") + "--B--";
  const kept: FormPart[] = [];
  const texts = [];
  for await (const part of readParts(requestOf(body))) {
    kept.push(part);
    if (part.name === "f") continue;
    texts.push(await part.text());
    await assertRejects(() => part.text(), TypeError, "is read once");
  }
  assertEquals(texts, ["1", "2"]);
  await assertRejects(() => kept[0].bytes(), TypeError, "before the next one is asked for");
});

Deno.test("readParts() bounds what is passed over too", async () => {
  const body = part(file("f", "x"), "x".repeat(200)) + "--B--";
  const pass = async (limits: MultipartLimits) => {
    for await (const _ of readParts(requestOf(body), limits));
  };
  await pass({ maxFileBytes: 200 });
  assertEquals((await assertRejects(() => pass({ maxFileBytes: 199 }), HttpError)).status, 413);
  assertEquals((await assertRejects(() => pass({ maxBytes: 250 }), HttpError)).status, 413);
});

Deno.test("a part may be asked for less than its limit", async () => {
  const read = async (maxBytes: number) => {
    for await (const it of readParts(requestOf(part(field("a"), "12345") + "--B--"))) await it.bytes(maxBytes);
  };
  await read(5);
  const { status, message } = await assertRejects(() => read(4), HttpError);
  assertEquals([status, message], [413, "The field a is larger than 4 bytes; send less"]);
});

Deno.test("a field that is no text in UTF-8 is refused as text, and given as bytes", async () => {
  const body = bytesOf(part(field("a"), "\xff") + "--B--");
  const read = async (how: "text" | "bytes") => {
    for await (const part of readParts(requestOf(body))) await part[how]();
  };
  assertEquals((await assertRejects(() => read("text"), HttpError)).status, 400);
  await read("bytes");
});

Deno.test("a form that comes too slowly is refused with 408, and no longer waited for", async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(bytesOf(`${part(field("a"), "1")}--B\r\n`)),
    cancel: () => void (isCancelled = true),
  });
  const parts = readParts(requestOf(body), { timeoutMs: 50 });
  const first = await parts.next();
  assertEquals(!first.done && await first.value.text(), "1");
  const { status, message } = await assertRejects(() => parts.next(), HttpError);
  assertEquals([status, message, isCancelled], [408, "The body comes too slowly; send it again", true]);
});

Deno.test("a form that comes at the least pace may take longer than the time of one that does not", async () => {
  const body = part(field("a"), "x".repeat(20_000)) + "--B--";
  const bytes = bytesOf(body);
  const slowly = () => {
    let at = 0;
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (at >= bytes.length) controller.close();
        else controller.enqueue(bytes.slice(at, at += 1_000));
      },
    }, { highWaterMark: 0 });
  };
  // Twenty pieces, each after 2 ms at least: together they take longer than 30 ms.
  await partsOf(requestOf(slowly()), { timeoutMs: 30, leastBytesPerS: 1_000 });
  const error = await assertRejects(
    () => partsOf(requestOf(slowly()), { timeoutMs: 30, leastBytesPerS: 1e9 }),
    HttpError,
  );
  assertEquals(error.status, 408);
});

Deno.test("a form that its reader gives up is no longer waited for", async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(bytesOf(part(field("a"), "1"))),
    cancel: () => void (isCancelled = true),
  });
  for await (const _ of readParts(requestOf(body))) break;
  assert(isCancelled);
});

Deno.test("bytes that come one at a time cost no more memory than those that come together", async () => {
  const bytes = bytesOf(part(field("a"), "x".repeat(200_000)) + "--B--");
  const before = Deno.memoryUsage().heapUsed;
  const [text] = await partsOf(requestOf(inPieces(bytes, 1)));
  assertEquals(text.length, "a|-|text/plain|".length + 200_000);
  assertLess(Deno.memoryUsage().heapUsed - before, 64 * 2 ** 20);
});

/** What a body says, or why it says nothing. */
async function outcome(body: Uint8Array<ArrayBuffer>, size: number): Promise<string> {
  try {
    return JSON.stringify(await partsOf(requestOf(inPieces(body, size))));
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return `${error.status} ${error.message}`;
  }
}

Deno.test("a body that was tampered with is read alike, in whatever pieces it comes, and never breaks the reader", async () => {
  const bodies = [...GOOD, ...BAD].map(([, body]) => body).filter((body) => body.length < 1_000);
  let seed = 20_260_101;
  /** A number from 0 to below `limit`, the same in each run. */
  const random = (limit: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % limit;
  };
  const tricks = ["\r\n", "--B", "--", "\r", "\n", "\0", '"', ";", ":", " ", "\r\n--B", "\r\n\r\n", "B", "\xff", "\\"];
  for (let round = 0; round < 600; round++) {
    let body = bodies[random(bodies.length)];
    for (let change = random(4); change >= 0; change--) {
      const at = random(body.length + 1);
      const cut = random(3) === 0 ? random(12) : 0;
      body = body.slice(0, at) + tricks[random(tricks.length)] + body.slice(at + cut);
    }
    const bytes = bytesOf(body);
    const whole = await outcome(bytes, bytes.length + 1);
    for (const size of [1, 2 + random(9)]) assertEquals(await outcome(bytes, size), whole, JSON.stringify(body));
  }
});
