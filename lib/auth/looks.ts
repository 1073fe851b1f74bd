import { HttpError } from "../errors.ts";
import type { AccountsView } from "../store/accounts_view.ts";
import { skeletonOf } from "./names.ts";

/** What is claimed, and by whom. */
export interface Claim<T> {
  /** The name or display name, checked. */
  readonly text: string;
  /** The id of the account that may look so already: its own names are not in its way. */
  readonly owner?: string;
  /** Writes it down. */
  readonly work: () => Promise<T>;
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
   * @throws {HttpError} 409 if somebody else looks so.
   */
  async claim<T>({ text, owner, work }: Claim<T>): Promise<T> {
    const skeleton = skeletonOf(text);
    if (this.#view.byLook(skeleton).some(({ id }) => id !== owner) || this.#claimed.has(skeleton)) throw looksTaken();
    this.#claimed.add(skeleton);
    try {
      return await work();
    } finally {
      this.#claimed.delete(skeleton);
    }
  }
}

function looksTaken(): HttpError {
  return new HttpError(409, "This looks like the name of somebody else; choose another");
}
