/**
 * What can be completed.
 *
 * @import { Choice, Source } from "./completion.js"
 */
import { ask, load } from "./page.js";
import { COMMANDS } from "./commands.js";

const MAX_CHOICES = 8;

/**
 * The sources of the completion.
 *
 * @param {{ here: () => string[], me: string, role: string }} init
 * @returns {Source[]}
 */
export function makeSources({ here, me, role }) {
  return [
    { pattern: /^\/([a-z]*)$/, find: (typed) => Promise.resolve(findCommands(typed, role)) },
    {
      pattern: /^\/(?:dm|invite|mute) ([\p{L}\p{M}\p{N}_-]*)$/u,
      find: (typed) => findPeople(typed, { here, me, mark: " " }),
    },
    { pattern: /(?:^|[\s(>])@([\p{L}\p{M}\p{N}_-]*)$/u, find: (typed) => findPeople(typed, { here, me, mark: "@" }) },
    { pattern: /(?:^|[\s(>]):([a-z0-9_+-]{2,})$/i, find: findShortNames },
  ];
}

/**
 * @param {string} typed
 * @param {string} role
 * @returns {Choice[]}
 */
function findCommands(typed, role) {
  return COMMANDS.filter(({ name, isForModerators }) =>
    name.startsWith(typed) && (!isForModerators || role !== "member")
  )
    .map(({ name, takes, does }) => ({ text: `/${name}`, label: `/${name} ${takes}`, detail: does }));
}

/**
 * @param {string} typed
 * @param {{ here: () => string[], me: string, mark: string }} options
 * @returns {Promise<Choice[]>}
 */
async function findPeople(typed, { here, me, mark }) {
  const { people } = await ask(`people?prefix=${encodeURIComponent(typed)}&limit=${2 * MAX_CHOICES}`);
  const isHere = new Set(here());
  return people
    .filter(({ name }) => name !== me)
    .sort((a, b) => Number(isHere.has(b.name)) - Number(isHere.has(a.name)))
    .slice(0, MAX_CHOICES)
    .map(({ name, displayName }) => ({
      text: `${mark}${name}`,
      label: displayName ?? name,
      detail: displayName === undefined ? undefined : `@${name}`,
      picture: isHere.has(name) ? "●" : "○",
    }));
}

/**
 * @param {string} typed
 * @returns {Promise<Choice[]>}
 */
async function findShortNames(typed) {
  const { findEmoji } = await load("emoji");
  return findEmoji(typed, MAX_CHOICES).map(({ name, emoji }) => ({ text: emoji, label: `:${name}:`, picture: emoji }));
}
