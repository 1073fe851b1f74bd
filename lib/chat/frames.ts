/** Longer frames would make a reader look slow who is not; a single message may be longer. */
const MAX_FRAME_CHARACTERS = 64 * 1024;

/**
 * Puts encoded messages into frames, as few as there can be without long ones.
 *
 * @param messages JSON texts.
 * @example
 * ```ts
 * import { toFrames } from "./frames.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toFrames(['{"a":1}']), ['{"a":1}']);
 * assertEquals(toFrames(['{"a":1}', '{"b":2}']), ['[{"a":1},{"b":2}]']);
 * ```
 */
export function toFrames(messages: readonly string[]): string[] {
  const frames: string[] = [];
  let start = 0;
  let characters = 0;
  messages.forEach((message, index) => {
    if (index > start && characters + message.length > MAX_FRAME_CHARACTERS) {
      frames.push(toFrame(messages.slice(start, index)));
      start = index;
      characters = 0;
    }
    characters += message.length;
  });
  if (start < messages.length) frames.push(toFrame(messages.slice(start)));
  return frames;
}

function toFrame(messages: readonly string[]): string {
  return messages.length === 1 ? messages[0] : `[${messages.join(",")}]`;
}
