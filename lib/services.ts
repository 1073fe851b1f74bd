import { Accounts } from "./auth/accounts.ts";
import { Passwords } from "./auth/passwords.ts";
import { createRateLimits } from "./auth/rate_limits.ts";
import { Sessions } from "./auth/sessions.ts";
import { SetupLink } from "./auth/setup_link.ts";
import { Chat } from "./chat/mod.ts";
import type { Services } from "./context.ts";
import type { Site } from "./pages/site.ts";
import { Search } from "./search/mod.ts";
import type { PageIndex } from "./search/page_index.ts";
import type { Store } from "./store/mod.ts";

/** What services are made of. */
export interface ServicesDeps {
  /** The log and its views. */
  readonly store: Store;
  /** The site, and the index of its pages. */
  readonly site: Site;
  /** The index of the site's pages. */
  readonly pages: PageIndex;
  /** What hashes passwords; tests take a cheap one. */
  readonly passwords?: Passwords;
  /** Whether rates are limited. */
  readonly hasRateLimits: boolean;
  /** Whether anyone may register without an invitation. */
  readonly isRegistrationOpen: boolean;
  /** Told of errors that are no client's fault. */
  readonly reportDefect: (error: unknown) => void;
}

/** Puts together what the routes work with. */
export async function createServices(deps: ServicesDeps): Promise<Services> {
  const { store, site, pages, passwords = new Passwords(), isRegistrationOpen, reportDefect } = deps;
  const accounts = new Accounts({ log: store.log, view: store.accounts, passwords });
  const limits = createRateLimits(deps.hasRateLimits);
  return {
    accounts,
    sessions: new Sessions({ log: store.log, accounts }),
    setup: new SetupLink(() => !accounts.hasAdministrator()),
    limits,
    isRegistrationOpen,
    chat: await Chat.open({ store, limits, reportDefect }),
    search: new Search({ pages, messages: store.messageSearch, mayReadPages: (reader) => site.mayRead(reader) }),
    site,
  };
}
