// The part of @std/testing/mock that the tests use.
export interface SpyCall<Args extends unknown[]> {
  args: Args;
  returned?: unknown;
  error?: Error;
}
export interface Spy<Args extends unknown[], Return> {
  (...args: Args): Return;
  calls: SpyCall<Args>[];
}
export function spy<Args extends unknown[], Return>(func: (...args: Args) => Return): Spy<Args, Return>;
export function assertSpyCalls<Args extends unknown[], Return>(spy: Spy<Args, Return>, expectedCalls: number): void;
