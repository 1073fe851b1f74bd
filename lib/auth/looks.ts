import { HttpError } from "../errors.ts";
import type { Account, AccountsView } from "../store/accounts_view.ts";
import { foldName, skeletonOf } from "./names.ts";

/** What is claimed, and by whom. */
export interface Claim<T> {
  /** The name or display name, checked. */
  readonly text: string;
  /** The id of the account that may look so already: its own names are not in its way. */
  readonly owner?: string;
  /** Whether whoever claims it runs this server, and so may be called administrator. */
  readonly isAdministrators?: boolean;
  /** Writes it down. */
  readonly work: () => Promise<T>;
}

/** What is not looked at where somebody would speak for others: `@here!` is no better than `here`. */
const SIGNS = /[^\p{L}\p{N}\p{M}]+/gu;
/** Looks of those who run this server. */
const ADMINISTRATORS = skeletons("administrator", "admin");
/** Looks that nobody may take: they would speak for the server, for all, or for nobody. */
const NOBODYS = skeletons("moderator", "commonroom", "system", "deleted member", "everyone", "here");

function skeletons(...words: readonly string[]): ReadonlySet<string> {
  return new Set(words.map((word) => bare(skeletonOf(word))));
}

function bare(text: string): string {
  return text.replace(SIGNS, "");
}

function isReserved(text: string, { isAdministrators = false }: Pick<Claim<unknown>, "isAdministrators">): boolean {
  const skeleton = bare(skeletonOf(text));
  // Ali has the skeleton of all: the one word that is compared by its letters.
  return NOBODYS.has(skeleton) || bare(foldName(text)) === "all" || (!isAdministrators && ADMINISTRATORS.has(skeleton));
}

/** Whoever was called so before it was reserved stays so. */
function isCalled({ name, displayName = "" }: Account, text: string): boolean {
  return [name, displayName].some((own) => foldName(own) === foldName(text));
}

/**
 * Sees to it that nobody looks like somebody else: names and display names are compared by their skeletons.
 *
 * What is being written is claimed in memory, so that of two who want to look alike at the same moment one gets it. The
 * log does not know of looks: what is taken for alike may change with Unicode, and the log is for ever.
 */
export class Looks {
  readonly #view: AccountsView;
  /** Skeletons that are being written. */
  readonly #claimed = new Set<string>();

  /**
   * Begins with nothing claimed.
   *
   * @param view Who there is.
   */
  constructor(view: AccountsView) {
    this.#view = view;
  }

  /**
   * Claims a look until it is written down.
   *
   * @throws {HttpError} 409 if somebody else looks so, or nobody may.
   */
  async claim<T>({ text, owner, isAdministrators, work }: Claim<T>): Promise<T> {
    const skeleton = skeletonOf(text);
    const looking = this.#view.byLook(skeleton);
    if (looking.some(({ id }) => id !== owner) || this.#claimed.has(skeleton)) throw looksTaken();
    if (isReserved(text, { isAdministrators }) && !looking.some((own) => isCalled(own, text))) throw looksReserved();
    this.#claimed.add(skeleton);
    try {
      return await work();
    } finally {
      this.#claimed.delete(skeleton);
    }
  }

  /**
   * The name of the one whom somebody means who says a display name.
   *
   * @param text As it was typed.
   * @returns `undefined` if nobody is shown so, or more than one.
   */
  nameOf(text: string): string | undefined {
    const folded = foldName(text.trim());
    const meant = this.#view.byLook(skeletonOf(text.trim())).filter(({ displayName = "" }) =>
      foldName(displayName) === folded
    );
    return meant.length === 1 ? meant[0].name : undefined;
  }
}

function looksTaken(): HttpError {
  return new HttpError(409, "This looks like the name of somebody else; choose another");
}

function looksReserved(): HttpError {
  return new HttpError(409, "Nobody may be called so, for others would take it for more than a name; choose another");
}
