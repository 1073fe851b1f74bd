/** Forms with files, over the wire: both transports take and refuse the same. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BAD, field, file, GOOD, part } from "./multipart/bodies.ts";
import { exchange, statusOf, tempDir, type TestServer, testServer } from "./testing.ts";

const ROUTES = {
  // Each part as it is told in the tables of bodies.
  "upload.js": `
    export async function POST(ctx) {
      const parts = [];
      for await (const part of ctx.parts()) {
        const bytes = await part.bytes();
        parts.push([part.name, part.fileName ?? "-", part.type, String.fromCharCode(...bytes)].join("|"));
      }
      return { parts };
    }`,
  // No more than one piece is held.
  "large.js": `
    export const maxBodyBytes = 64 * 1024 * 1024;
    export async function POST(ctx) {
      const sizes = {};
      for await (const part of ctx.parts({ maxFileBytes: 40 * 1024 * 1024 })) {
        sizes[part.name] = 0;
        for await (const piece of part) sizes[part.name] += piece.length;
      }
      return sizes;
    }`,
  "profile.js": `
    import * as v from "valibot";
    const Profile = v.object({
      name: v.string(),
      tags: v.array(v.string()),
      photo: v.optional(v.pipe(v.file(), v.mimeType(["image/png"]))),
    });
    export async function POST(ctx) {
      const { name, tags, photo } = await ctx.form(Profile, { maxFileBytes: 1000 });
      return ctx.isForm ? ctx.redirect("/people?" + new URLSearchParams({ name, tags, photo: photo?.size })) : "no form";
    }`,
  "slow.js": `
    export async function POST(ctx) {
      for await (const part of ctx.parts({ timeoutMs: 100 })) await part.text();
      return "read";
    }`,
  "early.js": "export const POST = (ctx) => ctx.fail(403, 'Not from you');",
};

interface Sent {
  readonly path: string;
  readonly body: string;
  readonly headers?: readonly string[];
}

/** What is sent for a form, byte by byte. */
function bytesOf({ path, body, headers = [] }: Sent): string {
  const fields = ["Host: localhost", "Content-Type: multipart/form-data; boundary=B", "Connection: close", ...headers];
  return `POST ${path} HTTP/1.1\r\n${fields.join("\r\n")}\r\n\r\n${body}`;
}

function whole(path: string, body: string): string {
  return bytesOf({ path, body, headers: [`Content-Length: ${body.length}`] });
}

/** The same body in chunks of a size. */
function inChunks(path: string, body: string, size: number): string {
  const chunks = [];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.slice(at, at + size);
    chunks.push(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  }
  return bytesOf({ path, body: `${chunks.join("")}0\r\n\r\n`, headers: ["Transfer-Encoding: chunked"] });
}

async function talk(server: TestServer, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const writing = (async () => {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  })().catch(() => {});
  const pieces: Uint8Array[] = [];
  const buffer = new Uint8Array(65_536);
  try {
    for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
      pieces.push(buffer.slice(0, count));
    }
  } catch {
    // The server need not take what it has refused.
  }
  await writing;
  return new TextDecoder().decode(await new Blob(pieces as BlobPart[]).arrayBuffer());
}

for (const transport of ["native", "raw"] as const) {
  const withServer = async (work: (server: TestServer) => Promise<void>) => {
    await using dir = await tempDir(ROUTES);
    await using server = await testServer({ transport, routesDir: dir.path });
    await work(server);
  };

  Deno.test(`forms with files are read, whole and in chunks of any size (${transport})`, () =>
    withServer(async (server) => {
      for (const [what, body, parts] of GOOD) {
        for (const sent of [whole("/upload", body), inChunks("/upload", body, 1), inChunks("/upload", body, 50)]) {
          const reply = await talk(server, sent);
          assertEquals(statusOf(reply), 200, `${what}: ${reply}`);
          assertEquals(JSON.parse(reply.slice(reply.indexOf("{"), reply.lastIndexOf("}") + 1)).parts, parts, what);
        }
      }
    }));

  Deno.test(`forms that are malformed or too much are refused, with a reason (${transport})`, () =>
    withServer(async (server) => {
      for (const [what, body, status, reason] of BAD) {
        const reply = await talk(server, whole("/upload", body));
        // A body that is declared too large is refused before it is looked at.
        const isLarge = body.length > 1024 * 1024;
        assertEquals(statusOf(reply), isLarge ? 413 : status, `${what}: ${reply}`);
        assertMatch(reply, isLarge ? /larger than 1,048,576 bytes/ : reason, what);
      }
    }));

  Deno.test(`a large file goes through without being kept (${transport})`, () =>
    withServer(async (server) => {
      const form = new FormData();
      form.append("note", "small");
      form.append("film", new Blob([new Uint8Array(30 * 1024 * 1024)]), "film.mp4");
      const response = await fetch(`${server.url}large`, { method: "POST", body: form });
      assertEquals(await response.json(), { note: 5, film: 30 * 1024 * 1024 });
      form.set("film", new Blob([new Uint8Array(41 * 1024 * 1024)]), "film.mp4");
      const refused = await fetch(`${server.url}large`, { method: "POST", body: form }).then(
        async (response) => `${response.status} ${await response.text()}`,
        () => "cut",
      );
      assert(refused === "cut" || /^413 .*The file film is larger than 41,943,040 bytes/.test(refused), refused);
    }));

  Deno.test(`a form is checked by its schema, and answered as a browser expects (${transport})`, () =>
    withServer(async (server) => {
      const send = async (entries: readonly (readonly [string, string | Blob])[]) => {
        const body = new FormData();
        for (const [name, value] of entries) body.append(name, value);
        const init = { method: "POST", body, redirect: "manual", headers: { accept: "text/html" } } as const;
        const response = await fetch(`${server.url}profile`, init);
        return { status: response.status, location: response.headers.get("location"), text: await response.text() };
      };
      const photo = new File(["png"], "me.png", { type: "image/png" });
      const sent = await send([["name", "ada"], ["tags", "a"], ["tags", "b"], ["photo", photo]]);
      assertEquals([sent.status, sent.location], [303, "/people?name=ada&tags=a%2Cb&photo=3"]);
      const cases: ReadonlyArray<
        readonly [entries: readonly (readonly [string, string | Blob])[], status: number, text: string]
      > = [
        [[["tags", "a"]], 422, "name"],
        [[["name", "ada"], ["tags", "a"], ["photo", new File(["x"], "x.txt", { type: "text/plain" })]], 422, "photo"],
        [[["name", "ada"], ["tags", "a"], ["photo", "no file"]], 422, "photo"],
        [[["name", "ada"], ["tags", "a"], ["photo", new File(["x".repeat(1_001)], "x.png")]], 413, "larger than 1,000"],
      ];
      for (const [entries, status, text] of cases) {
        const refused = await send(entries);
        assertEquals(refused.status, status);
        assertStringIncludes(refused.text, text);
        assertStringIncludes(refused.text, "<h1>", "a browser gets a page");
      }
    }));

  Deno.test(`a form with files from another site is refused before it is read (${transport})`, () =>
    withServer(async (server) => {
      const body = part(field("a"), "1") + "--B--";
      const fields = [`Content-Length: ${body.length}`, "Origin: https://evil.example"];
      assertEquals(statusOf(await talk(server, bytesOf({ path: "/upload", body, headers: fields }))), 403);
    }));

  Deno.test(`a route need not read its form (${transport})`, () =>
    withServer(async (server) => {
      const body = part(file("f", "x"), "x".repeat(500_000)) + "--B--";
      assertEquals(statusOf(await talk(server, whole("/early", body))), 403);
      assertEquals(
        statusOf(await exchange(server.port, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
        200,
      );
    }));

  Deno.test(`a form that comes too slowly is answered with 408 (${transport})`, () =>
    withServer(async (server) => {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
      const sent = bytesOf({ path: "/slow", body: part(field("a"), "1"), headers: ["Content-Length: 5000"] });
      await connection.write(new TextEncoder().encode(sent));
      // The connection may stay: its rest is still to come.
      const buffer = new Uint8Array(4_096);
      let reply = "";
      while (!reply.includes("}}")) {
        const count = await connection.read(buffer);
        if (count === null) break;
        reply += new TextDecoder().decode(buffer.subarray(0, count));
      }
      assertEquals(statusOf(reply), 408);
      assertMatch(reply, /The body comes too slowly; send it again/);
    }));

  Deno.test(`a form that breaks off leaves nothing behind (${transport})`, () =>
    withServer(async (server) => {
      {
        using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
        const body = part(field("a"), "1");
        const head = bytesOf({ path: "/upload", body, headers: ["Content-Length: 5000"] });
        await connection.write(new TextEncoder().encode(head));
      }
      assertEquals(
        statusOf(await exchange(server.port, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
        200,
      );
    }));
}
