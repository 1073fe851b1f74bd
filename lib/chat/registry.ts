/**
 * Who is here: the in-memory registry of users and their connections.
 *
 * @module
 */

/** Told when somebody comes with a first connection, or leaves with the last. */
export interface PresenceChange {
  /** Who came. */
  readonly joined: readonly string[];
  /** Who left. */
  readonly left: readonly string[];
}

/**
 * Counts the connections of each user.
 *
 * Changes are gathered until {@linkcode Registry.takeChanges}: who comes and goes in between is no news.
 */
export class Registry {
  readonly #connections = new Map<string, number>();
  readonly #changed = new Map<string, "joined" | "left">();

  /** The names of those who are here, in the order of coming. */
  get online(): string[] {
    return [...this.#connections.keys()];
  }

  /** How many connections a user has. */
  countOf(name: string): number {
    return this.#connections.get(name) ?? 0;
  }

  /**
   * Notes a connection.
   *
   * @param name Whose it is.
   */
  enter(name: string): void {
    const count = this.countOf(name);
    this.#connections.set(name, count + 1);
    if (count === 0) this.#change(name, "joined");
  }

  /**
   * Forgets a connection that was noted.
   *
   * @param name Whose it was.
   */
  leave(name: string): void {
    const count = this.countOf(name);
    if (count > 1) this.#connections.set(name, count - 1);
    else if (this.#connections.delete(name)) this.#change(name, "left");
  }

  /** What has changed since the last call, or `undefined` if nothing has. */
  takeChanges(): PresenceChange | undefined {
    if (this.#changed.size === 0) return undefined;
    const names = (change: "joined" | "left") =>
      [...this.#changed].filter(([, what]) => what === change).map(([name]) => name);
    const changes = { joined: names("joined"), left: names("left") };
    this.#changed.clear();
    return changes;
  }

  #change(name: string, what: "joined" | "left"): void {
    const before = this.#changed.get(name);
    if (before !== undefined && before !== what) this.#changed.delete(name);
    else this.#changed.set(name, what);
  }
}
