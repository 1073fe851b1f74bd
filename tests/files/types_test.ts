import { assertEquals } from "@std/assert";
import { contentTypeOf, isCompressible } from "../../lib/files/types.ts";

const TEXT = "text/plain; charset=UTF-8";
const BYTES = "application/octet-stream";

Deno.test("the media type comes from the table, but for what a folder of source would be wrong with", () => {
  const cases: ReadonlyArray<readonly [path: string, type: string]> = [
    ["/a/index.html", "text/html; charset=UTF-8"],
    ["A.HTML", "text/html; charset=UTF-8"],
    ["style.css", "text/css; charset=UTF-8"],
    ["main.js", "text/javascript; charset=UTF-8"],
    ["main.mjs", "text/javascript; charset=UTF-8"],
    ["data.json", "application/json; charset=UTF-8"],
    ["logo.svg", "image/svg+xml"],
    ["guide.md", "text/markdown; charset=UTF-8"],
    ["font.woff2", "font/woff2"],
    ["lib.wasm", "application/wasm"],
    ["paper.pdf", "application/pdf"],
    ["film.mp4", "video/mp4"],
    ["captions.vtt", "text/vtt; charset=UTF-8"],
    ["main.ts", TEXT],
    ["main.mts", TEXT],
    ["app.tsx", TEXT],
    ["lib.rs", TEXT],
    ["run.sh", TEXT],
    ["run.bat", TEXT],
    ["x.py", TEXT],
    ["x.pl", TEXT],
    ["x.php", TEXT],
    ["x.toml", TEXT],
    ["x.yaml", TEXT],
    ["x.diff", TEXT],
    ["x.dart", TEXT],
    ["x.org", TEXT],
    ["notes", BYTES],
    ["notes.", BYTES],
    ["x.unknown", BYTES],
    ["archive.tar.gz", "application/gzip"],
    [".well-known", BYTES],
  ];
  for (const [path, type] of cases) assertEquals(contentTypeOf(path), type, path);
});

Deno.test("the content tells what the name does not", () => {
  const bytes = (...parts: Array<string | number[]>) =>
    new Uint8Array(parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part));
  const film = new Uint8Array(376);
  film[0] = film[188] = 0x47;
  const cases: ReadonlyArray<readonly [path: string, content: Uint8Array, type: string]> = [
    ["LICENSE", bytes("MIT\r\n\tfür alle"), TEXT],
    ["build.log.1", bytes("\x1b[31mred\x1b[0m"), TEXT],
    ["Makefile", bytes("all:\n"), TEXT],
    ["page", bytes("<script>alert(1)</script>"), TEXT],
    ["binary", bytes("a", [0], "b"), BYTES],
    ["latin1", bytes("caf", [0xe9]), BYTES],
    ["empty", bytes(), BYTES],
    ["old.html", bytes("<p>caf", [0xe9]), "text/html"],
    ["new.html", bytes("<p>café"), "text/html; charset=UTF-8"],
    ["latin1.txt", bytes("caf", [0xe9]), "text/plain"],
    ["main.ts", bytes("const a = 1;"), TEXT],
    ["film.ts", film, "video/mp2t"],
  ];
  for (const [path, content, type] of cases) assertEquals(contentTypeOf(path, content), type, path);
});

Deno.test("what gets smaller is encoded, and what is encoded by nature is not", () => {
  const names = [
    "a.html",
    "a.css",
    "a.js",
    "a.json",
    "a.svg",
    "a.xml",
    "a.md",
    "a.ts",
    "a.wasm",
    "a.ttf",
    "a.ico",
    "a.atom",
  ];
  const others = ["a.png", "a.jpg", "a.webp", "a.woff2", "a.mp4", "a.zip", "a.gz", "a.pdf", "a.unknown"];
  for (const name of names) assertEquals(isCompressible(contentTypeOf(name)), true, name);
  for (const name of others) assertEquals(isCompressible(contentTypeOf(name)), false, name);
});
