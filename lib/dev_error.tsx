/**
 * What went wrong, for whoever develops: the error with its code, the request, the route. Only with `--dev`, and only for
 * this machine; everybody else gets the fixed text of a 500.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import type { Context } from "./context.ts";
import type { Page } from "./render.ts";

/** A line of the stack, and the code around it. */
interface Frame {
  readonly text: string;
  readonly source: readonly { readonly number: number; readonly text: string; readonly isIt: boolean }[];
}

/** Fields of a request that are shown: none that could hold a secret. */
const SHOWN_FIELDS = ["host", "accept", "content-type", "content-length", "origin", "user-agent"];
/** The names of this machine: a page of another site that has made its name lead here is not shown anything. */
const HERE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;
/** In a terminal the code around our own lines would bury that of the route. */
const OURS = new URL(".", import.meta.url).href;
const MAX_CAUSES = 5;
const MAX_FRAMES = 12;
const LINES_AROUND = 4;
const MAX_SOURCE_BYTES = 1024 * 1024;
/** Only code is shown: a message may name any file, and what it says may come from outside. */
const CODE = /\.[jt]sx?$/;

/**
 * Whether a request comes from this machine itself, and not by way of a proxy.
 *
 * @param ctx The request.
 */
export function isFromHere(ctx: Context): boolean {
  const { peer, request: { headers } } = ctx;
  const isLoopback = /^(?:127\.|::1$|::ffff:127\.)/.test(peer.address);
  return isLoopback && HERE.test(ctx.url.host) && !headers.has("forwarded") && !headers.has("x-forwarded-for");
}

/**
 * The error as text, for curl.
 *
 * @param ctx The request.
 * @param error What was thrown.
 */
export function developmentText(ctx: Context, error: unknown): string {
  const thrown = causesOf(error).map(({ title, frames }) =>
    [
      title,
      ...frames.flatMap(({ text, source }, at) => [
        `    ${text}`,
        ...(at > 0 && text.includes(OURS) ? [] : source).map(({ number, text, isIt }) =>
          `${isIt ? ">" : " "} ${String(number).padStart(5)} | ${text}`
        ),
      ]),
    ].join("\n")
  );
  const facts = factsOf(ctx).map(([name, value]) => `${name}: ${value}`);
  return `${thrown.join("\n\nCaused by ")}\n\n${facts.join("\n")}\n`;
}

/**
 * The error as a page.
 *
 * @param ctx The request.
 * @param error What was thrown.
 */
export function developmentPage(ctx: Context, error: unknown): Page {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>500 · {titleOf(error)}</title>
        <link rel="stylesheet" href="/_ui/base.css" />
        <link rel="stylesheet" href="/_ui/sheet.css" />
      </head>
      <body>
        <main class="sheet wide">
          {causesOf(error).map(({ title, frames }, index) => (
            <section key={index}>
              {index === 0 ? <h1>{title}</h1> : <h2>Caused by {title}</h2>}
              {frames.map((frame, at) => <FrameView key={at} frame={frame} isOpen={at === 0} />)}
            </section>
          ))}
          <h2>The request</h2>
          <table class="table">
            <tbody>
              {factsOf(ctx).map(([name, value]) => (
                <tr key={name}>
                  <th scope="row" class="whole">{name}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="fine">This page is shown to this machine alone, because the server was started with --dev.</p>
        </main>
      </body>
    </html>
  );
}

function FrameView({ frame: { text, source }, isOpen }: { frame: Frame; isOpen: boolean }) {
  if (source.length === 0) return <p>{text}</p>;
  return (
    <details open={isOpen}>
      <summary>{text}</summary>
      <pre>
        {source.map(({ number, text, isIt }) => {
          const line = `${String(number).padStart(5)}  ${text}\n`;
          return isIt ? <mark key={number}>{line}</mark> : <span key={number}>{line}</span>;
        })}
      </pre>
    </details>
  );
}

function factsOf(ctx: Context): (readonly [string, string])[] {
  const { request: { method, headers }, route, params } = ctx;
  const facts: [string, string][] = [
    ["Request", `${method} ${ctx.path}${ctx.url.search}`],
    ["Route", route === undefined ? "none" : `${route.pattern}, ${route.file}`],
    ["Parameters", JSON.stringify(params)],
    ["Logged in", ctx.user?.name ?? "nobody"],
    ["Request id", ctx.requestId],
  ];
  for (const name of SHOWN_FIELDS) {
    const value = headers.get(name);
    if (value !== null) facts.push([name, value]);
  }
  return facts;
}

function causesOf(error: unknown): { title: string; frames: Frame[] }[] {
  const causes = [{ title: titleOf(error), frames: framesOf(error) }];
  for (let at = error; at instanceof Error && at.cause !== undefined && causes.length < MAX_CAUSES;) {
    at = at.cause;
    causes.push({ title: titleOf(at), frames: framesOf(at) });
  }
  return causes;
}

function titleOf(thrown: unknown): string {
  return thrown instanceof Error
    ? String(thrown)
    : `${Deno.inspect(thrown)} was thrown, which is no Error: it does not say where`;
}

function framesOf(error: unknown): Frame[] {
  const stack = error instanceof Error ? error.stack ?? "" : "";
  const lines = stack.split("\n").map((line) => line.trim()).filter((line) => line.startsWith("at "));
  return lines.slice(0, MAX_FRAMES).map((text) => ({ text, source: sourceOf(text) }));
}

/** The lines of code around one of the stack; none if the file cannot be read any more. */
function sourceOf(line: string): Frame["source"] {
  const [, url, number] = /(file:\/\/[^()\s]+?):(\d+):\d+\)?$/.exec(line) ?? [];
  if (url === undefined || !CODE.test(url)) return [];
  try {
    const path = fromFileUrl(url);
    if (Deno.statSync(path).size > MAX_SOURCE_BYTES) return [];
    const lines = Deno.readTextFileSync(path).split("\n");
    const first = Math.max(0, Number(number) - 1 - LINES_AROUND);
    return lines.slice(first, Number(number) + LINES_AROUND).map((text, index) => ({
      number: first + index + 1,
      text: text.replace(/\r$/, ""),
      isIt: first + index + 1 === Number(number),
    }));
  } catch {
    return [];
  }
}
