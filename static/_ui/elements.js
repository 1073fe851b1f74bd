/**
 * Makes an element. Text is always set as text: nothing that people write is read as HTML.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/**
 * The element that the server's page has under an id.
 *
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  return document.getElementById(id);
}

const COLOURS = 6;

/**
 * The class of a person's colour; the server's page counts it the same way.
 *
 * @param {string} name
 */
export function hueOf(name) {
  return `hue-${[...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % COLOURS}`;
}

/**
 * The first letter of a name, for its tile.
 *
 * @param {string} name
 */
export function initialOf(name) {
  return [...name][0].toUpperCase();
}
