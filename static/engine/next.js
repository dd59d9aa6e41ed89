/**
 * The forward pass, and what to ask next: screening/next.go in JavaScript.
 *
 * @typedef {import("./types.js").State} State
 * @typedef {import("./types.js").Protocol} Protocol
 * @typedef {import("./types.js").Input} Input
 * @typedef {import("./types.js").Module} Module
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Step} Step
 * @typedef {import("./types.js").Known} Known
 */
import { CHILD, holds, list, own, pathOfState } from "./condition.js";

const GROUPS = "groups.";
const PERSON_FIELDS = ["age", "sex", "nationality", "state_of_origin"];
const MISSING = ["no_information", "not_applicable", "declined", "unknown"];
const NOT_APPLICABLE = "not_applicable";
const MULTI = "multi";

/**
 * The first item that applies and has no answer, or null.
 * @param {Protocol} protocol
 * @param {Input} input
 * @returns {Item|null}
 */
export function next(protocol, input) {
  return pass(protocol, input).next;
}

/**
 * The items that apply, in the protocol's order, each with its answer.
 * @param {Protocol} protocol
 * @param {Input} input
 * @returns {Step[]}
 */
export function applicable(protocol, input) {
  return pass(protocol, input).steps;
}

/**
 * The path that the answers so far lead to: adult or child.
 * @param {Protocol} protocol
 * @param {Input} input
 * @returns {string}
 */
export function pathOf(protocol, input) {
  return pathOfState(pass(protocol, input));
}

/**
 * Whether the child wording is to be shown.
 * @param {Protocol} protocol
 * @param {Input} input
 * @returns {boolean}
 */
export function wordsOf(protocol, input) {
  return holds(pass(protocol, input), protocol.rules.child_words);
}

/**
 * Goes once over the modules and items.
 * @param {Protocol} protocol
 * @param {Input} input
 * @returns {State}
 */
export function pass(protocol, input) {
  /** @type {State} */
  const s = {
    protocol,
    input,
    met: [],
    codebook: new Map(),
    given: new Map(),
    steps: [],
    next: null,
    answers: new Map(),
    metBy: new Map(),
    indicators: null,
    order: null,
    coreMissing: [],
    level: "",
    pathNow: "",
    findingPath: false,
  };
  for (const a of list(input.answers)) s.given.set(a.item, a.value);
  let stopped = false;
  for (const m of list(protocol.modules)) {
    if (m.open_if && !holds(s, m.open_if)) continue;
    for (const it of list(m.items)) stopped = visit(s, m, it, stopped) || stopped;
  }
  return s;
}

/**
 * Takes one item of an open module; says whether its answer ends the screening.
 * @param {State} s
 * @param {Module} m
 * @param {Item} it
 * @param {boolean} stopped
 * @returns {boolean}
 */
function visit(s, m, it, stopped) {
  if (it.means && pathOfState(s) === CHILD) return false;
  if (it.ask_if && !holds(s, it.ask_if)) return false;
  if (stopped) {
    if (it.core) {
      s.pathNow = "";
      s.coreMissing.push(it.id);
    }
    return false;
  }
  const value = answerTo(s, it);
  s.pathNow = "";
  s.steps.push({ module: m.id, item: it, answer: value });
  if (it.core && (value === "" || (isMissing(value) && value !== NOT_APPLICABLE))) s.coreMissing.push(it.id);
  if (value === "") {
    if (s.next === null) s.next = it;
    return false;
  }
  s.answers.set(it.id, value);
  const code = metBy(it, value);
  if (code) meet(s, code, it.id);
  return list(it.ends_on).includes(value);
}

/** @param {State} s @param {string} code @param {string} item */
function meet(s, code, item) {
  if (!s.metBy.has(code)) {
    s.codebook.set(code, known(s, code));
    s.met.push(code);
  }
  s.metBy.set(code, list(s.metBy.get(code)).concat(item));
}

/**
 * What the codebook says of a code; one that it lacks comes after all others.
 * @param {State} s
 * @param {string} code
 * @returns {Known}
 */
function known(s, code) {
  const codebook = list(s.protocol.rules.indicators);
  const rank = codebook.findIndex((ind) => ind.code === code);
  if (rank < 0) return { dimension: "", strength: "", rank: codebook.length + s.met.length };
  return { dimension: codebook[rank].dimension, strength: codebook[rank].strength, rank };
}

/**
 * The answer to an item wherever it stands, or "".
 * @param {State} s
 * @param {Item} it
 * @returns {string}
 */
function answerTo(s, it) {
  const field = it.field || "";
  if (!isPersonField(field)) return s.given.get(it.id) || "";
  const person = s.input.person;
  switch (field) {
    case "age":
      return typeof person.age === "number" ? String(person.age) : person.age_group || "";
    case "sex":
      return person.sex || "";
    case "nationality":
      return person.nationality || "";
    case "state_of_origin":
      return person.state_of_origin || "";
  }
  return own(person.groups, field.slice(GROUPS.length));
}

/**
 * The indicator that a value meets, or "": a missing answer meets nothing, and
 * neither does the list of codes of a multi item.
 * @param {Item} it
 * @param {string} value
 * @returns {string}
 */
export function metBy(it, value) {
  return it.type === MULTI || isMissing(value) ? "" : own(it.meets, value);
}

/**
 * Whether the answer to an item of this field stands in the person and never
 * among the answers.
 * @param {string} field
 * @returns {boolean}
 */
export function isPersonField(field) {
  return PERSON_FIELDS.includes(field) || field.startsWith(GROUPS);
}

/**
 * Whether a value says why an answer is missing.
 * @param {string} value
 * @returns {boolean}
 */
export function isMissing(value) {
  return MISSING.includes(value);
}
