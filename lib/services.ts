import { Accounts } from "./auth/accounts.ts";
import { Invitations } from "./auth/invitations.ts";
import { Moderation } from "./auth/moderation.ts";
import { Passwords } from "./auth/passwords.ts";
import { PersonalExports } from "./auth/personal_export.ts";
import { Profiles } from "./auth/profiles.ts";
import { createRateLimits } from "./auth/rate_limits.ts";
import { Removals } from "./auth/removals.ts";
import { Resets } from "./auth/resets.ts";
import { Sessions } from "./auth/sessions.ts";
import { SetupLink } from "./auth/setup_link.ts";
import { Chat } from "./chat/mod.ts";
import type { Services } from "./context.ts";
import type { Site } from "./pages/site.ts";
import { Search } from "./search/mod.ts";
import type { Store } from "./store/mod.ts";

/** What services are made of. */
export interface ServicesDeps {
  /** The log and its views. */
  readonly store: Store;
  /** The site. */
  readonly site: Site;
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
  const { store, site, passwords = new Passwords(), isRegistrationOpen, reportDefect } = deps;
  const accounts = new Accounts({ log: store.log, view: store.accounts, passwords });
  const limits = createRateLimits(deps.hasRateLimits);
  const chat = await Chat.open({ store, limits, reportDefect });
  return {
    ...createPeople({ store, accounts, chat, reportDefect }),
    accounts,
    setup: new SetupLink(() => !accounts.hasAdministrator()),
    limits,
    isRegistrationOpen,
    chat,
    search: new Search({ findPages: (wanted) => site.search(wanted), messages: store.messageSearch }),
    site,
  };
}

/** What the services around accounts are made of. */
type PeopleDeps = Pick<ServicesDeps, "store" | "reportDefect"> & Pick<Services, "accounts" | "chat">;
/** The services around accounts. */
type People = Pick<Services, "sessions" | "profiles" | "invitations" | "resets" | "moderation" | "exports">;

function createPeople({ store, accounts, chat, reportDefect }: PeopleDeps): People {
  const { log } = store;
  const sockets = chat.entrance;
  const sessions = new Sessions({ log, accounts, sockets });
  const resets = new Resets({ log, accounts, sessions });
  const invitations = new Invitations({ log, view: store.invitations, accounts });
  const views = { accounts: store.accounts, moderation: store.moderation };
  const eraseMessages: typeof chat.erase = (account) => chat.erase(account);
  const removals = new Removals({ log, ...views, sessions, resets, sockets, eraseMessages, reportDefect });
  removals.resume().catch(reportDefect);
  return {
    sessions,
    profiles: new Profiles({ log, accounts }),
    invitations,
    resets,
    moderation: new Moderation({ log, accounts: store.accounts, view: store.moderation, sessions, removals, sockets }),
    exports: new PersonalExports({ store, sessions, invitations }),
  };
}
