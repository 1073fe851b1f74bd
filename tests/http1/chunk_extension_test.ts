import { assertEquals, assertThrows } from "@std/assert";
import { ChunkExtensions } from "../../lib/http1/chunk_extension.ts";
import { ProtocolError } from "../../lib/http1/protocol_error.ts";

/** Reads what stands behind a size, up to the CR; what the reader says of each byte but the first. */
function read(text: string): boolean[] {
  const extensions = new ChunkExtensions();
  const [first, ...rest] = new TextEncoder().encode(text);
  extensions.begin(first);
  return rest.map((byte) => extensions.take(byte));
}

Deno.test("extensions that follow the grammar end with the CR behind them, and not before", () => {
  const cases = [
    ";a\r",
    ";a=b\r",
    ";a;b;c=d\r",
    ' ;\ta = "b"\r',
    ' \t;a="b";c\r',
    ';a="\\"; \\\\\xff" ;b\r',
    ';a=""\r',
  ];
  for (const text of cases) {
    const ends = read(text);
    assertEquals([ends.at(-1), ends.slice(0, -1).includes(true)], [true, false], text);
  }
});

Deno.test("what is no extension is refused", () => {
  const cases = [
    ";\r",
    ";;a\r",
    ";=b\r",
    ";a=\r",
    ";a=;b\r",
    ";a b\r",
    ";a=b c\r",
    ";a \r",
    " \r",
    " a\r",
    ';a="b\r',
    ';a="b"c\r',
    ';a="\\\r',
    ";a=b\x00\r",
    ";a\n",
    ";ä\r",
  ];
  for (const text of cases) assertThrows(() => read(text), ProtocolError, "malformed");
});

Deno.test("the extensions of one body are bounded together, however many chunks they stand at", () => {
  const extensions = new ChunkExtensions();
  const chunk = () => {
    extensions.begin(0x3b);
    for (const byte of new TextEncoder().encode("a".repeat(1_000))) extensions.take(byte);
  };
  for (let i = 0; i < 4; i++) chunk();
  assertThrows(chunk, ProtocolError, "Too many");
});
