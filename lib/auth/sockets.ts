/** What holds the sockets of those who are here: they end with their session, or their account. */
export interface Sockets {
  /** Closes the sockets that were opened in sessions. */
  endSessions(sessionKeys: ReadonlySet<string>): void;
  /** Closes the sockets of an account. */
  endAccount(accountId: string, code: number, reason: string): void;
}
