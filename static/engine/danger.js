/**
 * What must be done first: screening/danger.go in JavaScript.
 *
 * @typedef {import("./types.js").State} State
 */
import { indicatorsOf } from "./level.js";

const DANGER = "danger";

/**
 * The danger codes met, in codebook order.
 * @param {State} s
 * @returns {string[]}
 */
export function dangerOf(s) {
  return indicatorsOf(s).filter((code) => {
    const known = s.codebook.get(code);
    return known !== undefined && known.dimension === DANGER;
  });
}
