/**
 * The thread of a library: what it is asked in messages it answers in messages.
 *
 * @module
 */
import { Library } from "./library.ts";
import type { LibraryAnswers, LibrarySetup } from "./library_answers.ts";

/** What a library is told. */
export type LibraryRequest =
  | { readonly kind: "open"; readonly setup: LibrarySetup }
  | { readonly kind: "rules"; readonly toml: string | undefined }
  | { readonly kind: "ask"; readonly id: number; readonly name: LibraryQuestion; readonly question: unknown }
  | { readonly kind: "close" };

/** What it says. */
export type LibraryReply =
  | { readonly kind: "answer"; readonly id: number; readonly answer?: unknown; readonly error?: string }
  | { readonly kind: "change" }
  | { readonly kind: "defect"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "closed" };

/** What it can be asked. */
export type LibraryQuestion = "surroundings" | "list" | "suggest" | "search" | "refresh";

const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<LibraryRequest>) => void;
  postMessage(reply: LibraryReply): void;
};
let library: LibraryAnswers | undefined;

port.onmessage = ({ data }) => {
  try {
    take(data);
  } catch (error) {
    port.postMessage({ kind: "failed", message: messageOf(error) });
  }
};

function take(data: LibraryRequest): void {
  if (data.kind === "open") library = open(data.setup);
  else if (data.kind === "rules") library?.setRules(data.toml);
  else if (data.kind === "ask") answer(data);
  else library?.close().catch(() => {}).then(() => port.postMessage({ kind: "closed" }));
}

function open(setup: LibrarySetup): LibraryAnswers {
  return new Library(setup, {
    onChange: () => port.postMessage({ kind: "change" }),
    reportDefect: (error) => port.postMessage({ kind: "defect", message: messageOf(error) }),
  });
}

async function answer({ id, name, question }: LibraryRequest & { readonly kind: "ask" }): Promise<void> {
  try {
    const asked = library![name] as (question: unknown) => Promise<unknown>;
    port.postMessage({ kind: "answer", id, answer: await asked.call(library, question) });
  } catch (error) {
    port.postMessage({ kind: "answer", id, error: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
