/**
 * A framework: what the steps before had in common, said once. Routes,
 * templates, sessions, error pages, a test client.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * A failure whose message the visitor may read. Of any other failure
 * they learn nothing.
 */
export class HttpError extends Error {
  /** Makes one. */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** A piece of HTML, as opposed to a text that somebody typed. */
class Html {
  constructor(readonly source: string) {}
}

/**
 * A template: what is filled into the gaps is text, and is escaped,
 * unless it was made by a template itself.
 */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(toSource)));
}

function toSource(value: unknown): string {
  if (value instanceof Html) return value.source;
  if (Array.isArray(value)) return value.map(toSource).join("");
  const code = (sign: string) => `&#${sign.charCodeAt(0)};`;
  return String(value ?? "").replaceAll(/[&<>"']/g, code);
}

function decode(value = ""): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new HttpError(400, "That address cannot be read");
  }
}

/**
 * What a route is given: the request, what its path says, and what the
 * visitor's session remembers.
 */
export interface Context {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly session: Record<string, unknown>;
}

/**
 * What a route may return: a page, a value that becomes JSON, or a
 * whole reply.
 */
type Result = Html | Response | object;
type Route = (ctx: Context) => Result | Promise<Result>;

/**
 * An application: routes, and everything that happens around each of
 * them.
 */
export class App {
  readonly #routes: Array<{ method: string; path: string; pattern: URLPattern; run: Route }> = [];
  readonly #layout: (content: Html) => Html;
  readonly #key = randomBytes(32);

  /** Makes an application whose pages all stand in one layout. */
  constructor(layout: (content: Html) => Html) {
    this.#layout = layout;
  }

  /**
   * Adds a route, such as `app.on("GET", "/hello/:name", ({ params })
   * => …)`.
   */
  on(method: string, path: string, run: Route): void {
    this.#routes.push({ method, path, pattern: new URLPattern({ pathname: path }), run });
  }

  /** All routes, for the command line. */
  list(): string[] {
    return this.#routes.map(({ method, path }) => `${method} ${path}`);
  }

  /**
   * The test client: asks the application without a server, a port or a
   * network.
   */
  request(path: string, init?: RequestInit): Promise<Response> {
    return this.handle(new Request(new URL(path, "http://localhost"), init));
  }

  /**
   * The journey of a request. Whatever goes wrong on the way, there is
   * one reply.
   */
  readonly handle = async (request: Request): Promise<Response> => {
    const session = this.#unseal(request.headers.get("cookie") ?? "");
    const before = JSON.stringify(session);
    try {
      const result = await this.#run(request, session);
      const response = this.#toResponse(result);
      const after = JSON.stringify(session);
      if (after !== before) {
        response.headers.append("set-cookie", this.#seal(after));
      }
      return response;
    } catch (error) {
      return this.#errorPage(error);
    }
  };

  #run(request: Request, session: Record<string, unknown>): Result | Promise<Result> {
    const matches = this.#routes.filter(({ pattern }) => pattern.test(request.url));
    if (matches.length === 0) throw new HttpError(404, "There is nothing here");
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = matches.find((match) => match.method === method);
    if (route !== undefined) {
      const groups = route.pattern.exec(request.url)?.pathname.groups ?? {};
      const params = Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]));
      return route.run({ request, params, session });
    }
    const allow = matches.map((match) => match.method).join(", ");
    return new Response(`Try ${allow}\n`, { status: 405, headers: { allow } });
  }

  #toResponse(result: Result): Response {
    if (result instanceof Response) return result;
    return result instanceof Html ? this.#page(result, 200) : Response.json(result);
  }

  #page(content: Html, status: number): Response {
    const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'self'" };
    return new Response(this.#layout(content).source, { status, headers });
  }

  #errorPage(error: unknown): Response {
    const isOurs = !(error instanceof HttpError);
    if (isOurs) console.error(error);
    const [status, message] = isOurs ? [500, "Something is broken here"] : [error.status, error.message];
    return this.#page(
      html`
        <h1>${status}</h1>
        <p>${message}.</p>
      `,
      status,
    );
  }

  /**
   * A session lives in its cookie, readable, but sealed: without the
   * key nobody can write one.
   */
  #seal(json: string): string {
    const content = Buffer.from(json).toString("base64url");
    return `session=${content}.${this.#sign(content).toString("base64url")}; ${COOKIE}`;
  }

  #unseal(cookies: string): Record<string, unknown> {
    const [, content = "", seal = ""] = /(?:^|; )session=([\w-]+)\.([\w-]+)/.exec(cookies) ?? [];
    const given = Buffer.from(seal, "base64url");
    if (given.length !== 32 || !timingSafeEqual(given, this.#sign(content))) return {};
    return JSON.parse(Buffer.from(content, "base64url").toString());
  }

  #sign(content: string) {
    return createHmac("sha256", this.#key).update(content).digest();
  }
}

const COOKIE = "HttpOnly; SameSite=Lax; Path=/";
