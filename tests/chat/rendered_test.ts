import { assertEquals } from "@std/assert";
import { RenderedMessages } from "../../lib/chat/rendered.ts";
import { toWire } from "../../lib/chat/wire.ts";

const lower = (name: string) => name.toLowerCase();

/** One that counts what it renders, as HTML of 10 characters more than the text. */
function counting(maxCharacters?: number) {
  const renderedTexts: string[] = [];
  const render = (text: string) => {
    renderedTexts.push(text);
    return text.startsWith("plain") ? undefined : `<b>${text}</b>...`;
  };
  return { messages: new RenderedMessages({ render, maxCharacters }), renderedTexts };
}

Deno.test("RenderedMessages renders the same message once, and another for each set of names", () => {
  const { messages, renderedTexts } = counting();
  for (let round = 0; round < 3; round++) {
    assertEquals(messages.get("a", undefined, lower), "<b>a</b>...");
    messages.get("a", new Set(["ada"]), lower);
    messages.get("a", new Set(["ada", "bob"]), lower);
  }
  assertEquals(renderedTexts, ["a", "a", "a"]);
});

Deno.test("RenderedMessages remembers of a long text that it is plain, and keeps no short one", () => {
  const { messages, renderedTexts } = counting();
  const long = "plain ".repeat(100);
  for (const text of ["plain", "plain", long, long]) assertEquals(messages.get(text, undefined, lower), undefined);
  assertEquals(renderedTexts, ["plain", "plain", long]);
});

Deno.test("RenderedMessages keeps so many characters, those that were asked for last", () => {
  const { messages, renderedTexts } = counting(3 * (1 + 1 + 10));
  for (const text of ["1", "2", "3", "1", "4", "1", "3", "4", "2"]) messages.get(text, undefined, lower);
  assertEquals(renderedTexts, ["1", "2", "3", "4", "2"]);
  messages.get("x".repeat(1_000), undefined, lower);
  messages.get("2", undefined, lower);
  assertEquals(renderedTexts.at(-1), "2", "what is larger than all of it is not kept, nor anything else");
});

Deno.test("toWire() renders the mentions that a message bears", () => {
  const message = { room: "common", seq: 1, author: "Bob", text: "@Ada", at: 1, key: "k" };
  assertEquals(toWire(message).html, undefined);
  assertEquals(toWire({ ...message, mentions: ["Ada"] }).html, '<p><span class="mention">@Ada</span></p>');
  assertEquals(toWire({ ...message, mentions: ["Bob"] }).html, undefined);
});
