/**
 * Every byte in every place of a head: what may stand there does, what may not is refused.
 *
 * @module
 */
import { accepted, type HttpCase } from "./case.ts";

/** A place in a request, and what may stand there. */
interface Place {
  readonly name: string;
  /** The request with this byte in its place. */
  readonly send: (byte: string) => string;
  /** Whether the byte is let through, or refused, or either. */
  readonly verdict: (byte: string) => "accepted" | "refused" | "either";
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]/;

const PLACES: readonly Place[] = [
  {
    name: "in a method",
    send: (byte) => `GE${byte}T / HTTP/1.1\r\nHost: a\r\n\r\n`,
    verdict: (byte) => TOKEN.test(byte) ? "accepted" : "refused",
  },
  {
    name: "in a path",
    send: (byte) => `GET /a${byte}b HTTP/1.1\r\nHost: a\r\n\r\n`,
    // RFC 3986 leaves `"<>\^{}|` and the grave out of a path, but browsers send some of them as they are. A percent that no
    // two digits follow is a matter of the application.
    verdict: (byte) => verdictOf(byte, { good: /[\w\-.~!$&'()*+,;=:@/?]/, either: /["<>\\^`{|}%[\]]/ }),
  },
  {
    name: "in a query",
    send: (byte) => `GET /?a${byte}b HTTP/1.1\r\nHost: a\r\n\r\n`,
    verdict: (byte) => verdictOf(byte, { good: /[\w\-.~!$&'()*+,;=:@/?]/, either: /["<>\\^`{|}%[\]]/ }),
  },
  {
    name: "in a field name",
    send: (byte) => `GET / HTTP/1.1\r\nHost: a\r\nX${byte}Y: v\r\n\r\n`,
    // A colon ends the name.
    verdict: (byte) => TOKEN.test(byte) || byte === ":" ? "accepted" : "refused",
  },
  {
    name: "before a field name",
    send: (byte) => `GET / HTTP/1.1\r\nHost: a\r\n${byte}X: v\r\n\r\n`,
    verdict: (byte) => TOKEN.test(byte) ? "accepted" : "refused",
  },
  {
    name: "behind a field name",
    send: (byte) => `GET / HTTP/1.1\r\nHost: a\r\nX${byte}: v\r\n\r\n`,
    verdict: (byte) => TOKEN.test(byte) || byte === ":" ? "accepted" : "refused",
  },
  {
    name: "in a field value",
    send: (byte) => `GET / HTTP/1.1\r\nHost: a\r\nX: a${byte}b\r\n\r\n`,
    verdict: valueVerdict,
  },
  {
    name: "at the start of a field value",
    send: (byte) => `GET / HTTP/1.1\r\nHost: a\r\nX: ${byte}b\r\n\r\n`,
    verdict: valueVerdict,
  },
  {
    name: "at the end of a field value",
    send: (byte) => `GET / HTTP/1.1\r\nHost: a\r\nX: a${byte}\r\n\r\n`,
    verdict: valueVerdict,
  },
  {
    name: "in a host",
    send: (byte) => `GET / HTTP/1.1\r\nHost: a${byte}b\r\n\r\n`,
    // RFC 3986 allows `!$&'()*+,;=` and `%41` in a name, but no name in use has them.
    verdict: (byte) => verdictOf(byte, { good: /[\w\-.~]/, either: /[!$&'()*+,;=]/ }),
  },
  {
    name: "behind a port",
    send: (byte) => `GET / HTTP/1.1\r\nHost: a:8${byte}\r\n\r\n`,
    verdict: (byte) => verdictOf(byte, { good: /[0-9\t ]/, either: /$^/ }),
  },
  {
    name: "behind a Content-Length",
    send: (byte) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0${byte}\r\n\r\n${"x".repeat(Number(byte) || 0)}`,
    // A zero before the number: RFC 9110 §8.6 allows it.
    verdict: (byte) => verdictOf(byte, { good: /[\t ]/, either: /[0-9]/ }),
  },
  {
    name: "before a Transfer-Encoding",
    send: (byte) => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${byte}chunked\r\n\r\n0\r\n\r\n`,
    // An empty element of a list: RFC 9110 §5.6.1.2.
    verdict: (byte) => verdictOf(byte, { good: /[\t ]/, either: /,/ }),
  },
  {
    name: "behind a Transfer-Encoding",
    send: (byte) => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked${byte}\r\n\r\n0\r\n\r\n`,
    verdict: (byte) => verdictOf(byte, { good: /[\t ]/, either: /,/ }),
  },
  {
    name: "behind a chunk size",
    send: (byte) => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${lastChunk(`0${byte}`)}`,
    // An extension, or a zero before the size; RFC 9112 §7.1.1 speaks of space only where an extension follows.
    verdict: (byte) => verdictOf(byte, { good: /$^/, either: /[0-9a-fA-F;\t ]/ }),
  },
  {
    name: "before a chunk size",
    send: (byte) => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${lastChunk(`${byte}0`)}`,
    verdict: (byte) => verdictOf(byte, { good: /[1-9a-fA-F]/, either: /0/ }),
  },
  {
    name: "in a chunk extension",
    send: (byte) => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;a${byte}b\r\n\r\n`,
    // An extension is ignored, so its grammar need not be checked but for what ends lines elsewhere.
    verdict: (byte) => TOKEN.test(byte) ? "accepted" : "\r\n\0".includes(byte) ? "refused" : "either",
  },
  {
    name: "in a trailer",
    send: (byte) => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a${byte}b\r\n\r\n`,
    verdict: valueVerdict,
  },
];

/** A chunked body whose first chunk has this size, if it is one. */
function lastChunk(size: string): string {
  const bytes = /^[0-9a-f]+$/i.test(size) ? parseInt(size, 16) : 0;
  return bytes === 0 ? `${size}\r\n\r\n` : `${size}\r\n${"x".repeat(bytes)}\r\n0\r\n\r\n`;
}

function verdictOf(
  byte: string,
  { good, either }: { good: RegExp; either: RegExp },
): "accepted" | "refused" | "either" {
  return good.test(byte) ? "accepted" : either.test(byte) ? "either" : "refused";
}

/** RFC 9110 §5.5: CR, LF and NUL are dangerous; other control characters may be kept by a server that knows no harm. */
function valueVerdict(byte: string): "accepted" | "refused" | "either" {
  if ("\r\n\0".includes(byte)) return "refused";
  return /[\t\x20-\x7e\x80-\xff]/.test(byte) ? "accepted" : "either";
}

function caseOf({ name, send, verdict }: Place, code: number): HttpCase {
  const byte = String.fromCharCode(code);
  const text = `the byte ${code.toString(16).padStart(2, "0")} ${name}`;
  const whole = { send: send(byte), isWholeOnly: true } as const;
  switch (verdict(byte)) {
    case "accepted":
      return { ...accepted(`${text} is let through`, ""), ...whole };
    case "either":
      return {
        name: `${text} is let through or refused`,
        ...whole,
        replies: [{ status: [200, 400, 501] }],
        then: "either",
      };
    case "refused":
      return { name: `${text} is refused`, ...whole, replies: [{ status: [400, 501] }], then: "closed" };
  }
}

/** All of them: 256 bytes in each place. */
export const EVERY_BYTE: readonly HttpCase[] = PLACES.flatMap((place) =>
  Array.from({ length: 256 }, (_, code) => caseOf(place, code))
);
