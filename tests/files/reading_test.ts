import { assert, assertEquals, assertRejects } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { tempDir } from "../testing.ts";
import { servedFolder } from "./served.ts";

/** More than is kept: such files are read as they are sent. */
const LARGE = 3_000_000;

Deno.test("a file that nobody reads to the end is closed", async () => {
  await using it = await servedFolder({ "large.bin": new Uint8Array(LARGE).fill(7) });
  const { body } = await it.get("/large.bin");
  const reader = body!.getReader();
  assertEquals((await reader.read()).value?.length, 64 * 1024);
  await reader.cancel();
});

Deno.test("a file that shrinks while it is sent breaks the reply off, and one that grows is sent as long as it was", async () => {
  await using it = await servedFolder({ "large.bin": new Uint8Array(LARGE) });
  const shrinking = (await it.get("/large.bin")).body!.getReader();
  await shrinking.read();
  await Deno.truncate(`${it.dir}/large.bin`, 1_000);
  await assertRejects(
    async () => {
      while (!(await shrinking.read()).done);
    },
    Error,
    "shorter",
  );
  await it.write("large.bin", new Uint8Array(LARGE));
  it.later();
  const growing = await it.get("/large.bin");
  await Deno.truncate(`${it.dir}/large.bin`, LARGE * 2);
  assertEquals((await growing.bytes()).length, LARGE);
});

Deno.test("a file that vanishes while it is sent is sent to its end, and is gone afterwards", async () => {
  await using it = await servedFolder({ "large.bin": new Uint8Array(LARGE) });
  const response = await it.get("/large.bin");
  await Deno.remove(`${it.dir}/large.bin`);
  assertEquals((await response.bytes()).length, LARGE);
  const error = await assertRejects(() => it.get("/large.bin"), HttpError);
  assertEquals(error.status, 404, "the look is remembered, the file is gone");
});

Deno.test("what is said of a large file is what it is when it is opened", async () => {
  await using it = await servedFolder({ "large.bin": new Uint8Array(LARGE) });
  const before = (await it.get("/large.bin", { method: "HEAD" })).headers.get("etag")!;
  await it.write("large.bin", new Uint8Array(LARGE + 5), 30_000);
  const response = await it.get("/large.bin", { headers: { range: "bytes=0-9", "if-range": before } });
  assertEquals([response.status, response.headers.get("content-length")], [200, String(LARGE + 5)]);
  assertEquals((await response.bytes()).length, LARGE + 5);
});

Deno.test("a pipe, a device and a socket are never opened, and are as if they were not there", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using it = await servedFolder({});
  const { success } = await new Deno.Command("mkfifo", { args: [`${it.dir}/pipe.txt`] }).output();
  assert(success);
  await Deno.symlink("/dev/zero", `${it.dir}/zero.txt`);
  const listener = Deno.listen({ transport: "unix", path: `${it.dir}/socket.txt` });
  for (const path of ["/pipe.txt", "/zero.txt", "/socket.txt"]) {
    assertEquals(await it.files.find(path), undefined, path);
  }
  listener.close();
});

Deno.test("a link that takes a folder's place between the look and the opening leads nowhere", async () => {
  await using it = await servedFolder({ "folder/a.txt": "ours", "folder/large.bin": new Uint8Array(LARGE) });
  await using outside = await tempDir({ "a.txt": "theirs", "large.bin": new Uint8Array(LARGE).fill(1) });
  const found = (await it.files.find("/folder/a.txt"))!;
  const large = await it.get("/folder/large.bin", { method: "HEAD" });
  assertEquals(large.status, 200);
  await Deno.rename(`${it.dir}/folder`, `${it.dir}/moved`);
  await Deno.symlink(outside.path, `${it.dir}/folder`);
  const request = new Request("http://localhost/folder/a.txt");
  assertEquals((await assertRejects(async () => await it.files.serve(found, request), HttpError)).status, 404);
  assertEquals((await assertRejects(() => it.get("/folder/large.bin"), HttpError)).status, 404);
  it.later();
  assertEquals(await it.files.find("/folder/a.txt"), undefined);
});

Deno.test("an unreadable file is as if it were not there", async () => {
  await using it = await servedFolder({ "a.txt": "secret", "large.bin": new Uint8Array(LARGE) });
  const open = Deno.open;
  // Whoever runs the tests may be allowed to read everything.
  Deno.open = () => Promise.reject(new Deno.errors.PermissionDenied());
  try {
    for (const path of ["/a.txt", "/large.bin"]) {
      assertEquals((await assertRejects(() => it.get(path), HttpError)).status, 404);
    }
  } finally {
    Deno.open = open;
  }
  assertEquals(await (await it.get("/a.txt")).text(), "secret", "a failure is not kept");
});

Deno.test("a folder of very many files is served as quickly as any: nothing is listed", async () => {
  await using it = await servedFolder({ "a.txt": "one" });
  const readDir = Deno.readDir;
  Deno.readDir = () => {
    throw new Error("The folder was listed");
  };
  try {
    assertEquals(await (await it.get("/a.txt")).text(), "one");
  } finally {
    Deno.readDir = readDir;
  }
});

Deno.test("names in any script, with spaces, percents, hashes and question marks, and very long ones are served", async () => {
  const names = [
    "日本語 ページ.html",
    "שלום.txt",
    "🙂.txt",
    "a b  c.txt",
    "100% sure.txt",
    "%2e%2e.txt",
    "a#b?c&d=e+f.txt",
    "quote\"and'.txt",
    "semi;colon,comma.txt",
    "new\nline.txt",
    "back\\slash.txt",
    "é".repeat(127),
    "x".repeat(255),
    "CON",
    "a:b",
    "~",
    "-rf",
    "e\u0301.txt",
  ];
  await using it = await servedFolder(Object.fromEntries(names.map((name) => [name, name])));
  for (const name of names) {
    const response = await it.get(`/${encodeURIComponent(name)}`);
    assertEquals([response.status, await response.text()], [200, name]);
  }
});
