/**
 * The thread that renders Markdown files.
 *
 * @module
 */
import { lookIn, measureIn } from "./document_look.ts";
import { renderDocument } from "./markdown_site.ts";
import type { RenderReply, RenderRequest } from "./renderer_thread.ts";

const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<RenderRequest>) => void;
  postMessage(reply: RenderReply): void;
};

port.onmessage = ({ data: { url, bytes, dir } }) => {
  try {
    const source = new TextDecoder().decode(bytes);
    port.postMessage({
      kind: "document",
      document: renderDocument(source, { url, look: lookIn(dir), sizeOf: measureIn(dir) }),
    });
  } catch (error) {
    port.postMessage({ kind: "error", error: error instanceof Error ? error.message : String(error) });
  }
};

port.postMessage({ kind: "ready" });
