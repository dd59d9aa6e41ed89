/**
 * The indicators met and the level they give: screening/level.go in JavaScript.
 *
 * @typedef {import("./types.js").State} State
 * @typedef {import("./types.js").LevelRule} LevelRule
 */
import { holds, list } from "./condition.js";

const INCONCLUSIVE = "inconclusive";

/**
 * The codes met in codebook order; a code that the codebook does not know is
 * kept, after the others. For a pass that is over.
 * @param {State} s
 * @returns {string[]}
 */
export function indicatorsOf(s) {
  if (s.indicators === null) s.indicators = s.met.slice().sort((a, b) => rank(s, a) - rank(s, b));
  return s.indicators;
}

/** @param {State} s @param {string} code @returns {number} */
function rank(s, code) {
  const known = s.codebook.get(code);
  return known ? known.rank : 0;
}

/**
 * The first level rule that holds.
 * @param {State} s
 * @returns {LevelRule|null}
 */
export function levelRule(s) {
  return list(s.protocol.rules.levels).find((rule) => holds(s, rule.when)) || null;
}

/**
 * The level of a rule. Without a rule nothing can be said, and that is not
 * "nothing found".
 * @param {LevelRule|null} rule
 * @returns {string}
 */
export function levelOf(rule) {
  return rule === null ? INCONCLUSIVE : rule.level;
}
