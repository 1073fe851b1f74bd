/**
 * Who is here, told to everybody: a change at once, and the next ones gathered, so that a thousand who come together are
 * a few frames to each.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import type { Turn } from "../turn.ts";
import type { ServerMessage } from "./protocol.ts";
import { Registry } from "./registry.ts";
import { type Profile, profileOf } from "./wire.ts";

/** How often changes are told, in ms. */
const TELL_EVERY_MS = 300;

/** What presence is made of. */
export interface PresenceDeps {
  /** Says when a turn ends. */
  readonly turn: Turn;
  /** Tells everybody. */
  readonly tell: (message: ServerMessage) => void;
}

/** Who is here. */
export class Presence {
  readonly #turn: Turn;
  readonly #tell: PresenceDeps["tell"];
  readonly #registry = new Registry();
  /** Of those here who have one, by name. */
  readonly #profiles = new Map<string, Profile>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** Begins with nobody. */
  constructor({ turn, tell }: PresenceDeps) {
    this.#turn = turn;
    this.#tell = tell;
  }

  /** Who is here, by name, in the order of coming. */
  get online(): readonly string[] {
    return this.#registry.online;
  }

  /** Whether somebody is here. */
  isOnline(name: string): boolean {
    return this.#registry.countOf(name) > 0;
  }

  /** The profiles of those here who have one, by name. */
  get profiles(): Readonly<Record<string, Profile>> {
    return Object.fromEntries(this.#profiles);
  }

  /** Notes a connection of somebody. */
  enter(user: Account): void {
    this.#registry.enter(user.name);
    this.setProfile(user);
    this.#changed();
  }

  /** Forgets a connection that was noted. */
  leave({ name }: Account): void {
    this.#registry.leave(name);
    if (!this.isOnline(name)) this.#profiles.delete(name);
    this.#changed();
  }

  /** Somebody, who may be here, appears otherwise from now on. */
  setProfile(account: Account): void {
    const profile = profileOf(account);
    if (profile === undefined || !this.isOnline(account.name)) this.#profiles.delete(account.name);
    else this.#profiles.set(account.name, profile);
  }

  /** Tells what has changed; called at the end of a turn. */
  flush(): void {
    const changes = this.#registry.takeChanges();
    if (changes === undefined || this.#isClosed) return;
    const { joined, left } = changes;
    const profiles = this.#profilesOf(joined);
    this.#tell({ type: "presence", ...joined.length > 0 && { joined, profiles }, ...left.length > 0 && { left } });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, TELL_EVERY_MS);
  }

  /** Tells nobody any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #profilesOf(names: readonly string[]): Record<string, Profile> | undefined {
    const known = names.filter((name) => this.#profiles.has(name)).map((name) => [name, this.#profiles.get(name)!]);
    return known.length === 0 ? undefined : Object.fromEntries(known);
  }

  #changed(): void {
    if (this.#timer === undefined) this.#turn.add(this);
  }
}
