/**
 * Bodies of multipart forms, good and bad, with the boundary `B`; each character is a byte.
 *
 * @module
 */

/** What is not in ASCII, in UTF-8. */
function utf8(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** One part as it is sent, with the CRLF and the boundary before it. */
export function part(head: string, content = ""): string {
  return `--B\r\n${head}\r\n\r\n${content}\r\n`;
}

/** The head of a field. */
export function field(name: string): string {
  return `Content-Disposition: form-data; name="${name}"`;
}

/** The head of a file. */
export function file(name: string, fileName: string, type = "text/plain"): string {
  return `${field(name)}; filename="${fileName}"\r\nContent-Type: ${type}`;
}

const A = part(field("a"), "1");
const END = "--B--\r\n";

/** What can be read: each part as name, file name, type and content. */
export const GOOD: ReadonlyArray<readonly [what: string, body: string, parts: readonly string[]]> = [
  ["a field", A + END, ["a|-|text/plain|1"]],
  ["no part at all", END, []],
  ["an empty field", part(field("a")) + END, ["a|-|text/plain|"]],
  ["fields of one name", A + part(field("a"), "2") + END, ["a|-|text/plain|1", "a|-|text/plain|2"]],
  ["a file", part(file("f", "a.png", "image/PNG; x=y"), "\0\xff") + END, ["f|a.png|image/png|\0\xff"]],
  ["a file of no name", part(file("f", ""), "") + END, ["f||text/plain|"]],
  ["no line end behind the last boundary", `${A}--B--`, ["a|-|text/plain|1"]],
  ["words behind the end", `${A}--B--\r\n--B\r\nwords ${"x".repeat(5_000)}`, ["a|-|text/plain|1"]],
  ["white space behind a boundary", A.replace("--B", "--B \t ") + END, ["a|-|text/plain|1"]],
  ["lines in the content", part(field("a"), "\r\n\r\n--\r\n--A\r\n-B\r\r\n") + END, [
    "a|-|text/plain|\r\n\r\n--\r\n--A\r\n-B\r\r\n",
  ]],
  ["a boundary without a line of its own", part(field("a"), "x--B\n--B--") + END, ["a|-|text/plain|x--B\n--B--"]],
  ["names in lower case, without quotation marks", part("content-disposition:form-data;name=a") + END, [
    "a|-|text/plain|",
  ]],
  ["parameters in any case and order", part('CONTENT-Disposition: FORM-DATA; FileName="f"; Name="a"') + END, [
    "a|f|text/plain|",
  ]],
  ["names in any script", part(utf8(file("größe", "фото 写真.png"))) + END, ["größe|фото 写真.png|text/plain|"]],
  ["what browsers escape", part(file("a%22b%0D%0Ac", "%22.txt%20"), "") + END, ['a"b\r\nc|".txt%20|text/plain|']],
  ["what curl escapes", part(String.raw`${field(String.raw`a\"b\\c`)}; filename="d\"e"`, "") + END, [
    String.raw`a"b\c|d"e|text/plain|`,
  ]],
  ["folders before a file's name", part(file("f", String.raw`C:\x/../../etc/passwd`)) + END, [
    "f|passwd|text/plain|",
  ]],
  ["a file whose name is a folder", part(file("f", "a/..")) + END, ["f||text/plain|"]],
  ["a file's name as old programs write it", part(`${field("f")}; filename*=UTF-8''na%C3%AFve.txt`) + END, [
    "f|naïve.txt|text/plain|",
  ]],
  ["fields that say nothing to us", part(`X-Other: 1\r\n${field("a")}\r\nContent-Transfer-Encoding: binary`) + END, [
    "a|-|text/plain|",
  ]],
  ["a type that is none", part(file("f", "x", "<script>")) + END, ["f|x|application/octet-stream|"]],
];

/** What cannot be read, with status and reason. */
export const BAD: ReadonlyArray<readonly [what: string, body: string, status: number, reason: RegExp]> = [
  ["nothing", "", 400, /breaks off: its last boundary is missing/],
  ["no boundary", "a=1", 400, /does not begin with the boundary/],
  ["another boundary", A.replace("--B", "--C") + END, 400, /does not begin with the boundary/],
  ["words before the first boundary", `words\r\n${A}${END}`, 400, /does not begin with the boundary/],
  ["no last boundary", A, 400, /breaks off/],
  ["no last dash", `${A}--B-`, 400, /breaks off/],
  ["an end in the head", "--B\r\nContent-Disposition: form-data", 400, /breaks off/],
  ["an end in the content", `--B\r\n${field("a")}\r\n\r\n12`, 400, /breaks off/],
  ["a boundary that goes on", `${A}--BX\r\n${field("b")}\r\n\r\n2\r\n${END}`, 400, /followed by something else/],
  ["a boundary that goes on in the content", part(field("a"), "1\r\n--Bee") + END, 400, /followed by something else/],
  ["a boundary with a bare line feed", A.replace("\r\n", "\n") + END, 400, /followed by something else/],
  ["a boundary with a bare return", A.replace("\r\n", "\rX") + END, 400, /followed by something else/],
  ["a boundary with one dash", `${A}--B-X`, 400, /followed by something else/],
  ["no head", `--B\r\n\r\nfoo\r\n\r\n${END}`, 400, /line that is no field|has no name/],
  ["no Content-Disposition", part("X: 1") + END, 400, /has no name/],
  ["no name", part("Content-Disposition: form-data") + END, 400, /has no name/],
  ["a file without a field", part('Content-Disposition: form-data; filename="x"') + END, 400, /has no name/],
  ["another disposition", part('Content-Disposition: attachment; name="a"') + END, 400, /has no name/],
  ["a name that does not end", part('Content-Disposition: form-data; name="a') + END, 400, /has no name/],
  ["two names", part(`${field("a")}; name="b"`) + END, 400, /has no name/],
  ["words behind the name", part(`${field("a")} words`) + END, 400, /has no name/],
  ["two dispositions", part(`${field("a")}\r\n${field("b")}`) + END, 400, /two fields Content-Disposition/],
  ["a folded line", part(`Content-Disposition: form-data;\r\n name="a"`) + END, 400, /a line that is no field/],
  ["a line without a colon", part(`${field("a")}\r\nwords`) + END, 400, /a line that is no field/],
  ["a bare line feed in the head", part(`X: 1\n${field("a")}`) + END, 400, /a line that is no field/],
  ["a NUL in the head", part(field("a\0")) + END, 400, /a line that is no field/],
  ["a head that is no text", part(field("\xff")) + END, 400, /not text in UTF-8/],
  ["a coding", part(`${field("a")}\r\nContent-Transfer-Encoding: base64`, "MQ==") + END, 400, /encoded as base64/],
  ["a huge head", part(`${field("a")}\r\nX: ${"x".repeat(8_200)}`) + END, 413, /head of a part .* 8,192 bytes/],
  ["a head that has no end", `--B\r\nX: ${"x".repeat(50_000)}`, 413, /head of a part .* 8,192 bytes/],
  ["white space without end", `--B${" ".repeat(50_000)}`, 413, /head of a part/],
  ["10,000 parts", A.repeat(10_000) + END, 413, /more than 1,000 (fields|parts)/],
  ["10,000 files", part(file("f", "x")).repeat(10_000) + END, 413, /more than 1,000 parts/],
  [
    "a field that is too large",
    part(field("a"), "x".repeat(600_000)) + END,
    413,
    /field a is larger than 524,288 bytes/,
  ],
];
