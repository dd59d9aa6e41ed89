// What several persons of a visit share (who brought them, a debt, the housing):
// said by one, noted once for a group that has a letter and no names. Whoever is
// put in the group later begins with it. Pure: no store, no page, no clock.
import { isMissing } from '../engine/index.js';

/** Before the letter and the item in a field of the visit: group:A:core_debt -> {value, at, by}. */
const FACT = 'group:';

/**
 * A fact of a group: by is the number of the person who said it first.
 * @typedef {{item: string, value: string, at: string, by: number}} Fact
 */

/** The field of a visit where a fact of a group lies. @param {string} letter @param {string} item */
export const factField = (letter, item) => FACT + letter + ':' + item;

/** The facts of a group. @param {any} visit @param {string} letter @returns {Fact[]} */
export function factsOf(visit, letter) {
  const begin = factField(letter, '');
  return Object.entries(visit.fields).filter(([name, fact]) => letter && fact && name.startsWith(begin))
    .map(([name, fact]) => ({ item: name.slice(begin.length), ...fact }));
}

/** The letters in use, in order, and the next one. @param {any} visit @returns {string[]} */
export function lettersOf(visit) {
  const named = Object.keys(visit.fields).filter((name) => name.startsWith(FACT) && visit.fields[name]).map((name) => name[FACT.length]);
  const used = [...new Set([...named, ...(visit.fields.persons || []).map((p) => p.group).filter(Boolean)])].sort();
  const next = String.fromCharCode((used.length ? used[used.length - 1].charCodeAt(0) : 64) + 1);
  return next <= 'Z' ? [...used, next] : used;
}

/**
 * Whether an answer may be said for others: the protocol lets the item be shared,
 * and there is a fact. A missing answer is none; a "no" that meets nothing is not
 * one either: each is asked, or a debt of one would hide behind another's "no".
 * @param {any} item @param {string} value
 */
export function mayShare(item, value) {
  return Boolean(item.group && value) && !isMissing(value) && (value !== 'no' || Boolean((item.meets || {}).no));
}

/** The answers that a new person of a group begins with. @param {any} visit @param {string} letter */
export const inherited = (visit, letter) => factsOf(visit, letter).map((fact) => ({ ...fact, from: 'encounter' }));

/**
 * The facts that no longer hold because whoever said them first says otherwise:
 * fields of the visit to remove. Who began with them keeps them until asked.
 * @param {any} visit @param {number} by @param {string} item @param {string} value
 */
export function takenBack(visit, by, item, value) {
  return Object.fromEntries(lettersOf(visit).map((letter) => factField(letter, item))
    .filter((field) => visit.fields[field]?.by === by && visit.fields[field].value !== value).map((field) => [field, undefined]));
}
