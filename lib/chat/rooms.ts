/**
 * What is done with rooms: made, renamed, archived, joined, left; from a socket or by HTTP.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Account } from "../auth/accounts.ts";
import { foldName, skeletonOf } from "../auth/names.ts";
import type { RateLimits } from "../auth/rate_limits.ts";
import { newToken } from "../auth/tokens.ts";
import { HttpError } from "../errors.ts";
import { encodeFact, keyOf } from "../store/entries.ts";
import { Conflict } from "../store/log.ts";
import type { RoomFact } from "../store/facts.ts";
import type { Store } from "../store/mod.ts";
import type { RoomRow } from "../store/rooms_view.ts";
import type { Access } from "./access.ts";

/** The room that is always there. */
export const COMMON_ROOM = "common";

/** Characters of a room's name. */
const MAX_NAME = 60;
/** Rooms with names, archived ones left out: everybody who comes is told all of them. Of one maker archived ones count. */
const MAX_ROOMS = 1_000;
const MAX_ROOMS_OF_ONE = 100;
/** What nobody sees, or what turns the text around it; but for what joins and colours emoji. */
const UNSEEN =
  /[[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Bidi_Control}\u2028\u2029\p{Default_Ignorable_Code_Point}]--[\u200D\uFE0F]]/v;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** More marks on a letter climb over the lines above. */
const TOO_MANY_MARKS = /\p{M}{3}/u;
/** The page where a room is made, beside those of the rooms. */
const PAGE_OF_NEW = "new";
/** Tries to find an id that nobody has taken meanwhile. */
const MAX_TRIES = 5;

/** What is to be changed of a room. */
export interface RoomChange {
  /** What it is to be called. */
  readonly name?: string;
  /** Whether nothing more is to be said in it. */
  readonly archived?: boolean;
}

/** What the rooms are made of. */
export interface RoomsDeps {
  /** Where rooms are written and read. */
  readonly store: Store;
  /** Says who may do what. */
  readonly access: Access;
  /** How fast things may come. */
  readonly limits: RateLimits;
}

/** Makes and changes rooms. */
export class Rooms {
  readonly #store: Store;
  readonly #access: Access;
  readonly #limits: RateLimits;
  /** What the names look like that open rooms are being given. */
  readonly #claimed = new Set<string>();

  /** Opens the rooms. */
  constructor({ store, access, limits }: RoomsDeps) {
    this.#store = store;
    this.#access = access;
    this.#limits = limits;
  }

  /** Makes the common room, unless it is there. */
  async makeCommonRoom(): Promise<void> {
    await this.#make({ type: "room-made", id: COMMON_ROOM, name: "Common room" });
  }

  /**
   * Makes a room.
   *
   * @param by Who makes it, and is in it.
   * @param wanted Its name, and whether it is open to all members.
   * @throws {HttpError} 409 if an open room has the name, 422 if it is not allowed, 429 if rooms come too fast.
   */
  async make(by: Account, { name, open }: { name: string; open: boolean }): Promise<RoomRow> {
    this.#access.checkMaySpeak(by);
    const checked = checkRoomName(name);
    this.#checkNumber(by);
    this.#limits.rooms.check(by.id);
    if (!open) return await this.#makeNamed(by, { name: checked, open });
    return await this.#claiming(checked, () => this.#makeNamed(by, { name: checked, open }));
  }

  async #makeNamed(by: Account, { name, open }: { name: string; open: boolean }): Promise<RoomRow> {
    const access = open ? "open" : "invited";
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const id = open ? slugOf(name, attempt) : `r-${newToken().slice(0, 16)}`;
      if (await this.#make({ type: "room-made", id, name, by: by.id, access })) return this.#row(by, id);
    }
    throw new HttpError(409, "Too many rooms have this name; choose another");
  }

  #checkNumber(by: Account): void {
    const { all, own } = this.#store.rooms.countNamed(by.id);
    if (all >= MAX_ROOMS || own >= MAX_ROOMS_OF_ONE) {
      const max = own >= MAX_ROOMS_OF_ONE ? `you have ${MAX_ROOMS_OF_ONE}` : `there are ${MAX_ROOMS}`;
      throw new HttpError(409, `There can be no more rooms: ${max} already; rename one that is not used`);
    }
  }

  /**
   * Opens the conversation of two.
   *
   * @param by Who begins.
   * @param name The other's name.
   * @returns The room, and whether it is new.
   * @throws {HttpError} 404 if there is nobody of that name, 422 if it is one's own.
   */
  async direct(by: Account, name: string): Promise<{ room: RoomRow; isNew: boolean }> {
    this.#access.checkMaySpeak(by);
    const other = this.#personNamed(name);
    if (other.id === by.id) throw new HttpError(422, "You cannot write to yourself; say somebody else's name");
    const pair = [by.id, other.id].sort().join("/");
    const id = `d-${createHash("sha256").update(pair).digest("base64url").slice(0, 22)}`;
    const known = this.#store.rooms.rowFor(by.id, id);
    if (known !== undefined) return { room: known, isNew: false };
    this.#limits.rooms.check(by.id);
    const isNew = await this.#make({
      type: "room-made",
      id,
      name: "",
      by: by.id,
      access: "direct",
      members: [other.id],
    });
    return { room: this.#row(by, id), isNew };
  }

  /**
   * Renames a room, archives it, or takes it up again.
   *
   * @throws {HttpError} 403, 404, 409 or 422, each with what is wrong.
   */
  async change(by: Account, room: string, { name, archived }: RoomChange): Promise<RoomRow> {
    const state = this.#access.toManage(by, room);
    this.#access.checkMaySpeak(by);
    if (archived !== undefined && archived !== state.isArchived) {
      if (room === COMMON_ROOM) throw new HttpError(403, "The common room is always there; it cannot be archived");
      this.#limits.rooms.check(by.id);
      await this.#append({ type: "room-archived", room, isArchived: archived, by: by.id }, room);
    }
    if (name !== undefined && name !== state.name) {
      const checked = checkRoomName(name);
      this.#limits.rooms.check(by.id);
      const rename = () => this.#append({ type: "room-renamed", room, name: checked, by: by.id }, room);
      const isAsBefore = state.access !== "open" || lookOf(checked) === lookOf(state.name);
      await (isAsBefore ? rename() : this.#claiming(checked, rename));
    }
    return this.#row(by, room);
  }

  /**
   * Brings somebody into a room, or joins an open one.
   *
   * @param by Who does it: a member of the room, or for an open one anybody for themselves.
   * @param room Which room.
   * @param name Whom.
   * @throws {HttpError} 403 or 404, each with what is wrong.
   */
  async bring(by: Account, room: string, name: string): Promise<RoomRow> {
    const state = this.#access.toRead(by, room);
    if (name !== by.name) this.#access.checkMaySpeak(by);
    if (state.access === "direct") throw new HttpError(403, "A conversation of two stays one; make a room for more");
    const account = this.#personNamed(name);
    if (account.id !== by.id && !state.isMember) throw new HttpError(403, "Join the room before you bring somebody");
    if (account.id !== by.id && state.access === "open") {
      if (this.#store.rooms.readableBy(account.id, room)!.isMember) return this.#row(by, room);
      throw new HttpError(403, `${account.name} has left this room, and can join it again at any time`);
    }
    if (this.#store.rooms.readableBy(account.id, room)?.isMember) return this.#row(by, room);
    this.#limits.rooms.check(by.id);
    await this.#append({ type: "room-joined", room, account: account.id, by: by.id }, room);
    return this.#row(by, room);
  }

  /**
   * Leaves a room, or sends somebody out of one that is by invitation.
   *
   * @throws {HttpError} 403 or 404, each with what is wrong.
   */
  async sendOut(by: Account, room: string, name: string): Promise<void> {
    const account = this.#personNamed(name);
    const isOwn = account.id === by.id;
    const state = isOwn ? this.#access.toRead(by, room) : this.#access.toManage(by, room);
    if (state.access === "direct") throw new HttpError(403, "A conversation of two cannot be left");
    if (room === COMMON_ROOM) throw new HttpError(403, "The common room is everybody's; nobody leaves it");
    if (!isOwn && state.access === "open") {
      throw new HttpError(403, "An open room is everybody's; mute or ban who disturbs it");
    }
    if (!this.#store.rooms.readableBy(account.id, room)?.isMember) return;
    await this.#append({ type: "room-left", room, account: account.id, by: by.id }, room);
  }

  /**
   * The names of those who are in a room that is by invitation, or of two.
   *
   * @throws {HttpError} 404 if there is no such room, or they may not read it.
   */
  members(reader: Account, room: string): string[] {
    const { access } = this.#access.toRead(reader, room);
    return access === "open" ? [] : this.#store.rooms.members(room);
  }

  /** Gives an open room a name that no other has, nor one that looks like it, nor one that is being made. */
  async #claiming<T>(name: string, work: () => Promise<T>): Promise<T> {
    const look = lookOf(name);
    if (this.#claimed.has(look) || this.#store.rooms.openNames().some((taken) => lookOf(taken) === look)) {
      throw new HttpError(409, `There is a room called ${name} already; join it, or choose another name`);
    }
    this.#claimed.add(look);
    try {
      return await work();
    } finally {
      this.#claimed.delete(look);
    }
  }

  #personNamed(name: string): Account {
    const account = this.#store.accounts.byFoldedName(foldName(name.trim()));
    if (account === undefined) throw new HttpError(404, `There is nobody called ${name}`);
    return account;
  }

  #row(reader: Account, room: string): RoomRow {
    return this.#store.rooms.rowFor(reader.id, room)!;
  }

  async #append(fact: RoomFact, room: string): Promise<void> {
    await this.#store.log.append(keyOf.room(room), encodeFact(fact));
  }

  /** Whether the id was free, and the room is made. */
  async #make(fact: RoomFact & { type: "room-made" }): Promise<boolean> {
    if (fact.id === PAGE_OF_NEW) return false;
    try {
      await this.#store.log.append(keyOf.room(fact.id), encodeFact(fact), { expect: 0 });
      return true;
    } catch (error) {
      if (error instanceof Conflict) return false;
      throw error;
    }
  }
}

/** @throws {HttpError} 422 if a room cannot be called so. */
function checkRoomName(name: string): string {
  const trimmed = name.normalize("NFC").trim().replaceAll(/\s+/g, " ");
  if (trimmed === "" || [...trimmed].length > MAX_NAME) {
    throw new HttpError(422, `A room's name has 1 to ${MAX_NAME} characters; choose another`);
  }
  if (UNSEEN.test(trimmed) || !SEEN.test(trimmed) || TOO_MANY_MARKS.test(trimmed)) {
    throw new HttpError(422, "A room's name has only characters that can be seen and do not climb; choose another");
  }
  return trimmed;
}

/** Names that look alike have one look. */
function lookOf(name: string): string {
  return skeletonOf(foldName(name));
}

/** What stands in the URL of an open room: its name's Latin letters and digits, and what tells it from others. */
function slugOf(name: string, attempt: number): string {
  const slug = name.normalize("NFKD").toLowerCase().replaceAll(/\p{M}/gu, "").replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "").slice(0, 40);
  const suffix = attempt === 0 ? "" : newToken().slice(0, 6);
  return [slug, suffix].filter((part) => part !== "").join("-") || newToken().slice(0, 8);
}
