import { assertEquals, assertThrows } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { type Extent, multipart, readRanges } from "../../lib/files/ranges.ts";

const LONG = "99999999999999999999999999";

/** The parts in short: `2-4` has its last byte, as in the field. */
function read(field: string, bytes = 10): string | undefined {
  const extents = readRanges(field, bytes);
  return extents?.map(({ start, end }: Extent) => `${start}-${end - 1}`).join(",");
}

Deno.test("ranges follow RFC 9110 §14", () => {
  const cases: ReadonlyArray<readonly [field: string, parts: string | undefined]> = [
    ["bytes=0-0", "0-0"],
    ["bytes=2-4", "2-4"],
    ["bytes=0-9", "0-9"],
    ["bytes=5-", "5-9"],
    ["bytes=5-99", "5-9"],
    ["bytes=9-", "9-9"],
    ["bytes=-3", "7-9"],
    ["bytes=-99", "0-9"],
    ["Bytes=0-1", "0-1"],
    ["bytes= 0-1 ", "0-1"],
    [`bytes=0-${LONG}`, "0-9"],
    [`bytes=-${LONG}`, "0-9"],
    ["bytes=0-1,3-4", "0-1,3-4"],
    ["bytes=0-1, -1", "0-1,9-9"],
    ["bytes=8-,0-1", "8-9,0-1"],
    ["bytes=0-1,,3-4,", "0-1,3-4"],
    ["bytes=0-1,20-30", "0-1"],
    ["bytes=-0,2-3", "2-3"],
    ["bytes=0-4,2-6", "0-4,2-6"],
    // Together more than the whole: that is better.
    ["bytes=0-,0-", undefined],
    ["bytes=0-7,1-8", undefined],
    // What is malformed has to be ignored.
    ["bytes=4-2", undefined],
    ["bytes=0-1,4-2", undefined],
    ["bytes=-", undefined],
    ["bytes=", undefined],
    ["bytes=,", undefined],
    ["bytes=a-b", undefined],
    ["bytes=1", undefined],
    ["bytes 0-1", undefined],
    ["bytes=+1-2", undefined],
    ["bytes=1-2-3", undefined],
    ["bytes=0x1-2", undefined],
    ["bytes=--1", undefined],
    ["lines=0-1", undefined],
    ["", undefined],
  ];
  for (const [field, parts] of cases) assertEquals(read(field), parts, field);
});

Deno.test("a range outside of the file is refused with 416, which says how long the file is", () => {
  for (const field of ["bytes=10-", "bytes=10-20", `bytes=${LONG}-`, "bytes=-0", "bytes=10-,20-30"]) {
    const error = assertThrows(() => readRanges(field, 10), HttpError);
    assertEquals([error.status, error.headers], [416, { "content-range": "bytes */10" }], field);
  }
  assertEquals(readRanges("bytes=0-", 0), undefined, "an empty file is sent");
});

Deno.test("very many ranges are answered with the whole", () => {
  const field = (count: number) => `bytes=${Array.from({ length: count }, (_, at) => `${at * 2}-${at * 2}`).join(",")}`;
  assertEquals(readRanges(field(200), 1_000)?.length, 200);
  assertEquals(readRanges(field(201), 1_000), undefined);
  assertEquals(readRanges(`bytes=${"0-0,".repeat(100_000)}0-0`, 1_000_000), undefined);
});

Deno.test("several parts are framed as RFC 9110 §14.6 shows, and counted", () => {
  const extents = [{ start: 0, end: 2 }, { start: 7, end: 10 }];
  const { contentType, heads, end, bytes } = multipart(extents, { bytes: 10, contentType: "text/plain" });
  const [, boundary] = /^multipart\/byteranges; boundary=([\w-]{20,})$/.exec(contentType)!;
  const decoder = new TextDecoder();
  const body = `${decoder.decode(heads[0])}01${decoder.decode(heads[1])}789${decoder.decode(end)}`;
  const part = (range: string, text: string) =>
    `\r\n--${boundary}\r\ncontent-type: text/plain\r\ncontent-range: bytes ${range}/10\r\n\r\n${text}`;
  assertEquals(body, `${part("0-1", "01")}${part("7-9", "789")}\r\n--${boundary}--\r\n`);
  assertEquals(bytes, body.length);
});
