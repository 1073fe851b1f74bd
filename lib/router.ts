/**
 * The pattern table: which route a path belongs to.
 *
 * A pattern is a path whose segments are literal, `[name]` (one segment) or, last, `[...name]` (what remains, of at
 * least one segment). A literal wins over a parameter, a parameter over the rest; where a narrower branch ends in
 * nothing, the wider one is tried.
 *
 * @module
 */

/** The values of a pattern's parameters, percent-decoded. */
export type Params = Readonly<Record<string, string>>;

/** The names of a pattern's parameters. */
export type NamesOf<Pattern extends string> = Pattern extends `${string}[${infer Name}]${infer Rest}`
  ? (Name extends `...${infer Last}` ? Last : Name) | NamesOf<Rest>
  : never;

/** What fills a pattern in: a value for each of its parameters, by name; nothing if it has none. */
export type ParamsOf<Pattern extends string> = string extends Pattern ? [params?: Params]
  : [NamesOf<Pattern>] extends [never] ? []
  : [params: Readonly<Record<NamesOf<Pattern>, string>>];

/** A route found for a path. */
export interface Match<Route> {
  /** What was added under the pattern. */
  readonly route: Route;
  /** The values of its parameters. */
  readonly params: Params;
}

interface Node<Route> {
  readonly literals: Map<string, Node<Route>>;
  parameter: Node<Route> | undefined;
  route: Leaf<Route> | undefined;
  rest: Leaf<Route> | undefined;
}

interface Leaf<Route> {
  readonly pattern: string;
  readonly names: readonly string[];
  readonly route: Route;
}

const NO_PARAMS: Params = Object.freeze({});

/**
 * A table of patterns.
 *
 * @example
 * ```ts
 * import { Router } from "./router.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const router = new Router<string>();
 * router.add("/rooms/[room]", "a room");
 * assertEquals(router.match("/rooms/common"), { route: "a room", params: { room: "common" } });
 * assertEquals(router.match("/rooms"), undefined);
 * ```
 */
export class Router<Route> {
  readonly #root: Node<Route> = newNode();
  /** Patterns without parameters are found with one look. */
  readonly #literal = new Map<string, Match<Route>>();

  /**
   * Adds a pattern.
   *
   * @param pattern The pattern, beginning with `/`.
   * @param route What {@linkcode Router.match} is to find.
   * @throws {TypeError} If the pattern is malformed, or matches just what another one does.
   */
  add(pattern: string, route: Route): void {
    const names: string[] = [];
    let node = this.#root;
    let isRest = false;
    for (const segment of segmentsOf(pattern)) {
      if (isRest) throw new TypeError(`Cannot add route ${pattern}: [...rest] must come last`);
      const parameter = parseSegment(segment, pattern);
      isRest = parameter?.isRest ?? false;
      if (parameter !== undefined) names.push(parameter.name);
      if (!isRest) node = descend(node, parameter === undefined ? segment : undefined);
    }
    if (new Set(names).size < names.length) {
      throw new TypeError(`Cannot add route ${pattern}: a parameter's name stands twice`);
    }
    const place = isRest ? "rest" : "route";
    const taken = node[place];
    if (taken !== undefined) throw new TypeError(`Cannot add route ${pattern}: ${taken.pattern} is the same URL`);
    node[place] = { pattern, names, route };
    if (names.length === 0) this.#literal.set(pattern, { route, params: NO_PARAMS });
  }

  /** Puts a route in place of that of a pattern without parameters. */
  replace(pattern: string, route: Route): void {
    const node = segmentsOf(pattern).reduce<Node<Route> | undefined>(
      (at, segment) => at?.literals.get(segment),
      this.#root,
    );
    if (node?.route === undefined) throw new TypeError(`Cannot replace route ${pattern}: there is none`);
    node.route = { ...node.route, route };
    this.#literal.set(pattern, { route, params: NO_PARAMS });
  }

  /**
   * Finds the route of a path.
   *
   * @param path An absolute path, percent-encoded, without query.
   * @returns The route and its parameters, or `undefined` if no pattern fits.
   * @throws {URIError} If the path holds a malformed percent-encoding.
   */
  match(path: string): Match<Route> | undefined {
    const literal = this.#literal.get(path);
    if (literal !== undefined) return literal;
    const encoded = segmentsOf(path);
    const segments = path.includes("%") ? encoded.map(decodeURIComponent) : encoded;
    const found = find(this.#root, { segments, values: [] });
    if (found === undefined) return undefined;
    const { leaf, values } = found;
    const params = Object.fromEntries(leaf.names.map((name, index) => [name, values[index]]));
    return { route: leaf.route, params };
  }
}

/**
 * Fills a pattern's parameters in, encoding them.
 *
 * @param pattern A pattern as {@linkcode Router.add} takes it.
 * @param params A value for each of its parameters.
 * @returns The path.
 * @throws {TypeError} If a value is missing.
 */
export function fillPattern(pattern: string, params: Params = NO_PARAMS): string {
  return pattern.replaceAll(/\[(\.\.\.)?([^\]]+)\]/g, (_, rest: string | undefined, name: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`Cannot make the URL of ${pattern}: ${name} is missing`);
    return rest === undefined ? encodeURIComponent(value) : value.split("/").map(encodeURIComponent).join("/");
  });
}

/**
 * Whether a pattern takes paths away from another: some path fits both, and the first one wins.
 *
 * @param pattern The pattern that may win.
 * @param other The pattern that would lose.
 * @returns `true` too if they are the same URL.
 * @example
 * ```ts
 * import { outranks } from "./router.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(outranks("/rooms/garden", "/rooms/[room]"), true);
 * assertEquals(outranks("/[page]", "/login"), false);
 * assertEquals(outranks("/about", "/login"), false);
 * ```
 */
export function outranks(pattern: string, other: string): boolean {
  const [ours, theirs] = [segmentsOf(pattern), segmentsOf(other)];
  let winner: number | undefined;
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const [a, b] = [ours[index], theirs[index]];
    if (a === undefined || b === undefined) return false;
    winner ??= Math.sign(widthOf(b) - widthOf(a)) || undefined;
    if (widthOf(a) === 2 || widthOf(b) === 2) break;
    if (widthOf(a) + widthOf(b) === 0 && a !== b) return false;
  }
  return winner !== -1;
}

/** How much a segment takes: itself, any one, or all that remains. */
function widthOf(segment: string): 0 | 1 | 2 {
  if (!segment.startsWith("[")) return 0;
  return segment.startsWith("[...") ? 2 : 1;
}

function newNode<Route>(): Node<Route> {
  return { literals: new Map(), parameter: undefined, route: undefined, rest: undefined };
}

function segmentsOf(path: string): string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}

function parseSegment(segment: string, pattern: string): { name: string; isRest: boolean } | undefined {
  if (!segment.includes("[") && !segment.includes("]") && segment !== "") return undefined;
  const parts = /^\[(\.\.\.)?([A-Za-z_]\w*)\]$/.exec(segment);
  if (parts === null) throw new TypeError(`Cannot add route ${pattern}: ${segment || "an empty segment"} is malformed`);
  return { name: parts[2], isRest: parts[1] !== undefined };
}

function descend<Route>(node: Node<Route>, literal: string | undefined): Node<Route> {
  if (literal === undefined) return node.parameter ??= newNode();
  const next = node.literals.get(literal) ?? newNode<Route>();
  node.literals.set(literal, next);
  return next;
}

interface Search {
  readonly segments: readonly string[];
  readonly values: readonly string[];
}

function find<Route>(
  node: Node<Route>,
  { segments, values }: Search,
): { leaf: Leaf<Route>; values: readonly string[] } | undefined {
  const [head, ...tail] = segments;
  if (head === undefined) return node.route && { leaf: node.route, values };
  const literal = node.literals.get(head);
  const narrow = literal && find(literal, { segments: tail, values });
  if (narrow !== undefined) return narrow;
  const wide = node.parameter && head !== "" &&
    find(node.parameter, { segments: tail, values: [...values, head] });
  if (wide) return wide;
  return node.rest && { leaf: node.rest, values: [...values, segments.join("/")] };
}
