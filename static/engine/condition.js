/**
 * When a condition holds: screening/condition.go in JavaScript, part by part.
 *
 * @typedef {import("./types.js").State} State
 * @typedef {import("./types.js").Condition} Condition
 * @typedef {import("./types.js").Count} Count
 * @typedef {import("./types.js").Person} Person
 */

/** The highest age in whole years taken as knowledge. */
export const MAX_AGE = 120;

export const ADULT = "adult";
export const CHILD = "child";
export const YES = "yes";

/**
 * Whether c holds for what the pass has seen so far.
 * @param {State} s
 * @param {Condition} c
 * @returns {boolean}
 */
export function holds(s, c) {
  return holdsParts(s, c) && holdsPerson(s, c) && holdsAnswers(s, c);
}

/** @param {State} s @param {Condition} c @returns {boolean} */
function holdsParts(s, c) {
  if (!list(c.all).every((part) => holds(s, part))) return false;
  const any = list(c.any);
  if (any.length > 0 && !any.some((part) => holds(s, part))) return false;
  return !c.not || !holds(s, c.not);
}

/** @param {State} s @param {Condition} c @returns {boolean} */
function holdsPerson(s, c) {
  const person = s.input.person;
  if (c.path && pathOfState(s) !== c.path) return false;
  if (!among(c.sex, person.sex || "")) return false;
  if (!among(c.role, s.input.role)) return false;
  if (!among(c.setting, s.input.setting)) return false;
  if (c.group && own(person.groups, c.group) !== YES) return false;
  if (c.age_below && !knownBelow(person, c.age_below)) return false;
  return typeof c.age_known !== "boolean" || c.age_known === ageKnown(person);
}

/** @param {State} s @param {Condition} c @returns {boolean} */
function holdsAnswers(s, c) {
  if (c.item && !list(c.is).includes(s.answers.get(c.item) || "")) return false;
  if (c.count && fitting(s, c.count).length < c.count.min) return false;
  if (!among(c.ended_is, s.input.ended)) return false;
  if (typeof c.core_missing === "boolean" && c.core_missing !== s.coreMissing.length > 0) return false;
  return among(c.level_is, s.level);
}

/**
 * The met codes that c counts, in the order they were met.
 * @param {State} s
 * @param {Count} c
 * @returns {string[]}
 */
export function fitting(s, c) {
  const dimensions = list(c.dimensions);
  const codes = list(c.codes);
  const strengths = list(c.strengths);
  const except = list(c.except);
  const every = dimensions.length === 0 && codes.length === 0;
  return s.met.filter((code) => {
    const ind = s.codebook.get(code) || { dimension: "", strength: "" };
    const of = every || dimensions.includes(ind.dimension) || codes.includes(code);
    const strong = strengths.length === 0 || strengths.includes(ind.strength);
    return of && strong && !except.includes(code);
  });
}

/**
 * The path for what the pass has seen so far. A path part inside the condition
 * that decides the path does not hold.
 * @param {State} s
 * @returns {string}
 */
export function pathOfState(s) {
  if (s.findingPath) return "";
  if (!s.pathNow) {
    s.findingPath = true;
    s.pathNow = holds(s, s.protocol.rules.child_path) ? CHILD : ADULT;
    s.findingPath = false;
  }
  return s.pathNow;
}

/**
 * Whether an age or a band is known; what is not knowledge leaves the person on
 * the child path (LGPSEDMTP art. 3 X).
 * @param {Person} p
 * @returns {boolean}
 */
function ageKnown(p) {
  return inYears(p.age) || band(p.age_group || "") !== null;
}

/** @param {Person} p @param {number} years @returns {boolean} */
function knownBelow(p, years) {
  if (inYears(p.age)) return Number(p.age) < years;
  const b = band(p.age_group || "");
  return b !== null && !b.open && b.to < years;
}

/** @param {number|null|undefined} age @returns {boolean} */
export function inYears(age) {
  return typeof age === "number" && age >= 0 && age <= MAX_AGE;
}

/**
 * A code of age_groups holds its own bounds: "13_17" ends with the year 17,
 * "over_60" is open.
 * @param {string} code
 * @returns {{to: number, open: boolean}|null}
 */
function band(code) {
  const cut = code.indexOf("_");
  if (cut < 0) return null;
  const from = code.slice(0, cut);
  const end = code.slice(cut + 1);
  if (!digits(end) || (from !== "over" && !digits(from))) return null;
  return { to: Number(end), open: from === "over" };
}

/** One to three decimal digits. @param {string} s @returns {boolean} */
export function digits(s) {
  return /^[0-9]{1,3}$/.test(s);
}

/** @type {any} one empty list for all; frozen, so that nobody adds to it */
const NONE = Object.freeze([]);

/**
 * The list, or none where Go left it out.
 * @template T
 * @param {T[]|null|undefined} l
 * @returns {T[]}
 */
export function list(l) {
  return l || NONE;
}

/**
 * A value of the object's own: codes of a damaged record may be named like what
 * every object inherits.
 * @param {Record<string, string>|null|undefined} o
 * @param {string} key
 * @returns {string}
 */
export function own(o, key) {
  return o && Object.prototype.hasOwnProperty.call(o, key) ? o[key] : "";
}

/** No list asks for nothing. @param {string[]|null|undefined} l @param {string} value @returns {boolean} */
function among(l, value) {
  return list(l).length === 0 || list(l).includes(value);
}
