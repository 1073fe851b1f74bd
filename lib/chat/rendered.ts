import { renderMessage } from "../markdown.ts";

/** How messages are rendered: as {@linkcode renderMessage} does. */
export type Render = typeof renderMessage;

/** Some 4 MB at most, and the messages of a few long pages. */
const MAX_CHARACTERS = 2_000_000;
/** A text that is plain and no longer is rendered anew in no time. */
const SHORT_CHARACTERS = 500;

/** The HTML of messages that were shown last: a page is rendered once, and not for each of its readers. */
export class RenderedMessages {
  /** By text and names; `null` if the text is plain. The one that was not asked for the longest is first. */
  readonly #html = new Map<string, string | null>();
  readonly #render: Render;
  readonly #maxCharacters: number;
  #characters = 0;

  /**
   * Makes an empty one.
   *
   * @param options What renders, and how many characters of texts and HTML are kept. @default 2,000,000
   */
  constructor({ render = renderMessage, maxCharacters = MAX_CHARACTERS }: {
    readonly render?: Render;
    readonly maxCharacters?: number;
  } = {}) {
    this.#render = render;
    this.#maxCharacters = maxCharacters;
  }

  /**
   * Renders a message, unless it is known.
   *
   * @param text As it was typed.
   * @param names The folded names of those whom it mentions.
   * @param fold Folds a name that stands in the text.
   * @returns As {@linkcode renderMessage} does.
   */
  get(text: string, names: ReadonlySet<string> | undefined, fold: (name: string) => string): string | undefined {
    const key = names === undefined ? text : `${[...names].join("\0")}\0\0${text}`;
    const known = this.#html.get(key);
    const html = known !== undefined
      ? known ?? undefined
      : this.#render(text, names && { mentions: (name) => names.has(fold(name)) });
    if (known !== undefined) this.#forget(key);
    if (html !== undefined || text.length > SHORT_CHARACTERS) this.#keep(key, html ?? null);
    return html;
  }

  #keep(key: string, html: string | null): void {
    this.#html.set(key, html);
    this.#characters += sizeOf(key, html);
    for (const oldest of this.#html.keys()) {
      if (this.#characters <= this.#maxCharacters) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#characters -= sizeOf(key, this.#html.get(key)!);
    this.#html.delete(key);
  }
}

function sizeOf(key: string, html: string | null): number {
  return key.length + (html?.length ?? 0);
}
