/**
 * Messages by HTTP, and the search.
 *
 * @module
 */
import { form, gets, type ParityCase, type Request } from "./case.ts";

const MESSAGES = "/api/rooms/common/messages";
const browser = { accept: "text/html" };

function say(key: string, text: string, as = "ada"): Request {
  return { path: MESSAGES, as, body: { key, text } };
}

const HAYSTACK = Array.from({ length: 12 }, (_, at) => say(`key-${at}`, `Straw number ${at + 1}`));

function find(search: object, as?: string): Request {
  return { path: "/api/search", body: search, as };
}

/** The cases of messages. */
export const MESSAGE_CASES: readonly ParityCase[] = [
  {
    name: "a message, and the same key again",
    members: ["ada", "bob"],
    steps: [
      say("k1", "Hello"),
      say("k1", "Hello"),
      say("k1", "Something else"),
      say("k1", "Of bob", "bob"),
      { path: MESSAGES, as: "ada", body: { text: "Of no key", key: undefined } },
      { path: MESSAGES, as: "ada", body: { key: "k2", text: "An answer", replyTo: 1 } },
      { path: "/rooms/common", as: "bob", headers: browser },
    ],
  },
  {
    name: "messages after and before, and how many",
    members: ["ada"],
    steps: [
      ...HAYSTACK,
      ...gets(
        [
          "",
          "?limit=5",
          "?after=3",
          "?after=3&limit=4",
          "?before=8",
          "?before=8&limit=3",
          "?after=2&before=6",
          "?after=99",
        ]
          .map((query) => MESSAGES + query),
        "ada",
      ),
      ...gets(["?limit=0", "?limit=x", "?limit=1001", "?after=-1", "?before="].map((query) => MESSAGES + query), "ada"),
      { method: "HEAD", path: MESSAGES, as: "ada" },
    ],
  },
  {
    name: "messages that are refused",
    members: ["ada"],
    steps: [
      say("k1", ""),
      say("k1", "   "),
      say("k1", "x".repeat(4_001)),
      say("", "No key"),
      say("a key", "Blank in the key"),
      say("k".repeat(65), "Long key"),
      { path: MESSAGES, as: "ada", body: { key: "k1" } },
      { path: MESSAGES, as: "ada", body: { key: "k1", text: 7 } },
      { path: MESSAGES, as: "ada", body: { key: "k1", text: "x", replyTo: 99 } },
      { path: MESSAGES, as: "ada", body: [] },
      { path: MESSAGES, body: { key: "k1", text: "Of nobody" } },
      { path: "/api/rooms/nowhere/messages", as: "ada", body: { key: "k1", text: "To nobody" } },
      { path: "/api/rooms/nowhere/messages", as: "ada" },
      { path: MESSAGES },
    ],
  },
  {
    name: "messages by form",
    members: ["ada"],
    steps: [
      form(MESSAGES, { key: "f1", text: "By form & by hand: é" }, { as: "ada" }),
      { path: "/rooms/common", as: "ada", headers: browser },
      form(MESSAGES, { key: "f2", text: "" }, { as: "ada" }),
      { path: "/rooms/common", as: "ada", headers: browser },
      form(MESSAGES, { key: "f3", text: "Of nobody" }),
      { path: MESSAGES, as: "ada" },
    ],
  },
  {
    name: "too many messages",
    config: { hasRateLimits: true },
    members: ["ada"],
    steps: [
      ...Array.from({ length: 22 }, (_, at) => say(`key-${at}`, "Again")),
      form(MESSAGES, { key: "f1", text: "Once more" }, { as: "ada" }),
    ],
  },
];

/** The search, over a site that has the page `found.html`. */
export function searchCases(siteDir: string): ParityCase[] {
  return [
    {
      name: "a search of pages and messages",
      config: { siteDir, isPublic: true },
      members: ["ada", "bob"],
      isIndexed: true,
      steps: [
        say("k1", "I lost a needle here"),
        say("k2", "<b>Needles</b> & pins", "bob"),
        ...[undefined, "ada"].flatMap((as) => [
          find({ query: "needle" }, as),
          find({ query: "needle", in: ["pages"] }, as),
          find({ query: "needle", in: ["messages"], sort: "newest" }, as),
          find({ query: "neddle" }, as),
          find({ query: '"needle lies" -pins' }, as),
          find({ query: "from:bob needle" }, as),
          find({ query: "needle", limit: 1, offset: 1 }, as),
          find({ query: "nothing of the kind" }, as),
          { path: "/api/search?q=needle", as },
          { path: "/search?q=needle", as, headers: browser },
          { path: "/search?q=neddle&in=pages", as, headers: browser },
          { path: "/search?q=", as, headers: browser },
          { method: "HEAD", path: "/search?q=needle", as },
        ]),
      ],
    },
    {
      name: "searches that are refused",
      members: ["ada"],
      steps: [
        find({ query: "" }, "ada"),
        find({ query: "x".repeat(1_001) }, "ada"),
        find({ query: "x", limit: 0 }, "ada"),
        find({ query: "x", limit: 101 }, "ada"),
        find({ query: "x", offset: -1 }, "ada"),
        find({ query: "x", in: ["everything"] }, "ada"),
        find({ query: "x", before: "never" }, "ada"),
        find({ query: "x", sort: "worst" }, "ada"),
        { path: "/api/search", as: "ada" },
        { path: "/api/search?q=", as: "ada" },
      ],
    },
    {
      name: "the pages of a site for members are found by members",
      config: { siteDir, isPublic: false },
      members: ["ada"],
      steps: [find({ query: "haystack" }), { path: "/search?q=haystack", headers: browser }],
    },
  ];
}
