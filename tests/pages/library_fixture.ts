import { Library } from "../../lib/pages/library.ts";
import type { Entry, LibrarySetup, Listing, ListingRange } from "../../lib/pages/library_answers.ts";
import { type FakeClock, fakeClock, tempDir } from "../testing.ts";

/** Who asks in a test. */
export const VISITOR = { isMember: false };
export const MEMBER = { isMember: true };

const ALL: ListingRange = { sort: "name", isDescending: false, offset: 0, limit: 1_000 };

/** A library over a temporary folder, in this process. Its clock stands: `refresh()` moves it on, so that a look is due. */
export async function libraryOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  setup: Partial<LibrarySetup> = {},
) {
  const dir = await tempDir(files);
  const clock: FakeClock = fakeClock();
  const defects: unknown[] = [];
  let changes = 0;
  const library = new Library(
    { dir: dir.path, isPublic: true, isWatching: false, ...setup },
    { onChange: () => void changes++, reportDefect: (error) => void defects.push(error) },
  );
  const list = async (url: string, options: Partial<ListingRange & { isMember: boolean }> = {}) =>
    await library.list({ url, ...ALL, ...MEMBER, ...options });
  return {
    dir: dir.path,
    write: dir.write,
    clock,
    library,
    defects,
    changes: () => changes,
    refresh() {
      clock.tick(1_000);
      return library.refresh();
    },
    async found(word: string, { isMember } = MEMBER) {
      const options = { sort: "best" as const, limit: 1_000, marks: ["", ""] as const };
      const { hits, total } = await library.search({ match: `"${word}"`, isMember, ...options });
      if (hits.length !== total) throw new Error(`${total} are counted, ${hits.length} found`);
      return hits.map(({ url }) => url).toSorted();
    },
    list,
    async urls(url: string, asking = MEMBER) {
      return urlsOf((await list(url, asking))?.entries ?? []);
    },
    around: (url: string, asking = MEMBER) => library.surroundings({ url, ...asking }),
    async [Symbol.asyncDispose]() {
      await library.close();
      clock[Symbol.dispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

export function urlsOf(entries: readonly Pick<Entry, "url">[]): string[] {
  return entries.map(({ url }) => url);
}

export function isComplete(listing: Listing | undefined): boolean {
  return listing?.isComplete === true;
}
