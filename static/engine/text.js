/**
 * The words of an item and their figures: screening/text.go in JavaScript.
 *
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Figure} Figure
 * @typedef {import("./types.js").Filled} Filled
 */
import { list } from "./condition.js";

/**
 * The Spanish words of an item; placeholders are still in it.
 * @param {Item} it
 * @param {boolean} childWords
 * @returns {string}
 */
export function text(it, childWords) {
  return (childWords && it.child_text) || it.text;
}

/**
 * Replaces each {{.figure}} by its value in year: the latest that began by
 * then, else the oldest. dated names the figures older than the year asked for;
 * unknown those that the protocol does not have, left as they were.
 * @param {string} words
 * @param {Figure[]|null|undefined} figures
 * @param {number} year
 * @returns {Filled}
 */
export function fill(words, figures, year) {
  /** @type {Set<string>} */
  const dated = new Set();
  /** @type {Set<string>} */
  const unknown = new Set();
  const filled = words.replace(/\{\{\.([A-Za-z0-9_]+)\}\}/g, (mark, code) => {
    const figure = list(figures).find((f) => f.code === code && list(f.values).length > 0);
    if (!figure) {
      unknown.add(code);
      return mark;
    }
    const values = list(figure.values);
    if (year > values[values.length - 1].year) dated.add(code);
    return values.reduce((at, v) => (v.year <= year ? v : at), values[0]).value;
  });
  return { text: filled, dated: [...dated], unknown: [...unknown] };
}
