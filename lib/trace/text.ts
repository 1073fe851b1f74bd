/**
 * How a trace looks: bytes with what cannot be seen made visible, decisions in columns.
 *
 * @module
 */
import type { Decision } from "./stations.ts";

/** How a trace is to look. */
export interface TextStyle {
  /** Whether it has colours. */
  readonly isColoured: boolean;
}

/** The columns of a line. */
const WIDTH = 96;
/** How much of a body is shown. */
const MAX_BODY_BYTES = 1_000;
const NAME_WIDTH = 12;
const MARKS = { passed: "✓", refused: "✗", skipped: "·" };
/** Bold, green, red and grey, as terminals know them. */
const COLOURS = { bold: 1, passed: 32, refused: 31, skipped: 90, faint: 90 };

function paint(text: string, colour: keyof typeof COLOURS, { isColoured }: TextStyle): string {
  return isColoured ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
}

/** What is shown of some bytes besides themselves. */
export interface BytesStyle extends TextStyle {
  /** What they are. */
  readonly title: string;
  /** Stands before each line. */
  readonly arrow: string;
  /** How many there are, those included that are not given. */
  readonly total: number;
}

/**
 * Bytes as lines of text; each line ends where a line feed is.
 *
 * @param bytes The bytes, or the first of them.
 * @param style How they are to look.
 */
export function showBytes(bytes: Uint8Array, { title, arrow, total, ...style }: BytesStyle): string[] {
  const headEnd = endOfHead(bytes);
  const bodyEnd = Math.min(bytes.length, headEnd + MAX_BODY_BYTES);
  const body = bytes.subarray(headEnd, bodyEnd);
  const [shown, note] = isText(body) ? [body, "more bytes"] : [body.subarray(0, 0), "bytes that are no text"];
  const rest = total - headEnd - shown.length;
  const lines = [...linesOf(bytes.subarray(0, headEnd)), ...linesOf(shown)].flatMap((line) =>
    wrap(line, WIDTH - 4).map((part, index) => `  ${index === 0 ? paint(arrow, "faint", style) : " "} ${part}`)
  );
  if (rest > 0) lines.push(`    … ${count(rest)} ${note}`);
  return [paint(`${title}: ${count(total)} bytes`, "bold", style), "", ...lines, ""];
}

function endOfHead(bytes: Uint8Array): number {
  const end = new TextDecoder("latin1").decode(bytes).indexOf("\r\n\r\n");
  return end === -1 ? bytes.length : end + 4;
}

/** Whether bytes are text, but for a character that is cut in two at the end. */
function isText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true }).includes("\0");
  } catch {
    return false;
  }
}

function linesOf(bytes: Uint8Array): string[] {
  const text = new TextDecoder().decode(bytes, { stream: true });
  return text.split(/(?<=\n)/).filter((line) => line !== "").map(visible);
}

/** A text in which nothing is hidden, and nothing moves the terminal's cursor. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => {
    const escape = { "\r": "\\r", "\n": "\\n", "\t": "\\t" }[character];
    return escape ?? `\\x${character.codePointAt(0)!.toString(16).padStart(2, "0")}`;
  });
}

/** One station: its number and name, its decision, and what that was made of. */
export interface ShownStation extends Decision {
  /** From 1 on. */
  readonly number: number;
  /** What it is called. */
  readonly name: string;
  /** Where it stands in the code. */
  readonly where: string;
}

/** A station as lines of text. */
export function showDecision(station: ShownStation, style: TextStyle): string[] {
  const { number, name, where, outcome, verdict, facts } = station;
  const [first, ...more] = wrap(visible(verdict), WIDTH - 8);
  return [
    `${paint(`${number}. ${name}`.padEnd(WIDTH - where.length), "bold", style)}${paint(where, "faint", style)}`,
    `   ${paint(`${MARKS[outcome]} ${first}`, outcome, style)}`,
    ...more.map((line) => `     ${paint(line, outcome, style)}`),
    ...facts.flatMap(([label, value]) => showFact(label, visible(value))),
    "",
  ];
}

function showFact(label: string, value: string): string[] {
  return wrap(value, WIDTH - NAME_WIDTH - 5).map((line, index) =>
    `     ${(index === 0 ? label : "").padEnd(NAME_WIDTH)}${line}`
  );
}

/** Breaks a text behind spaces and commas, or anywhere if there are none. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = Math.max(rest.lastIndexOf(" ", width - 1), rest.lastIndexOf(",", width - 1));
    const end = space > width / 2 ? space + 1 : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end);
  }
  return [...lines, rest];
}

function count(number: number): string {
  return number.toLocaleString("en");
}
