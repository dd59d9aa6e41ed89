/**
 * Why each line of an assessment stands there: screening/trace.go in JavaScript.
 *
 * @typedef {import("./types.js").State} State
 * @typedef {import("./types.js").Condition} Condition
 * @typedef {import("./types.js").Protocol} Protocol
 * @typedef {import("./types.js").Reason} Reason
 * @typedef {{items: Set<string>, indicators: Set<string>}} Grounds
 */
import { ADULT, fitting, holds, list } from "./condition.js";
import { indicatorsOf } from "./level.js";

/** @param {State} s @param {string} path @returns {Reason} */
export function pathReason(s, path) {
  const g = newGrounds();
  pathGrounds(s, path, g);
  return reason(s, "path", path, "child_path", g);
}

/** @param {State} s @param {string} code @returns {Reason} */
export function indicatorReason(s, code) {
  const g = newGrounds();
  for (const item of list(s.metBy.get(code))) g.items.add(item);
  return reason(s, "indicator", code, "", g);
}

/** @param {State} s @param {string} code @returns {Reason} */
export function dangerReason(s, code) {
  const g = newGrounds();
  g.indicators.add(code);
  return reason(s, "danger", code, "", g);
}

/**
 * A line that stands because a condition holds; without one, for no reason.
 * @param {State} s
 * @param {string} kind
 * @param {string} code
 * @param {string} rule
 * @param {Condition|null} when
 * @returns {Reason}
 */
export function ruleReason(s, kind, code, rule, when) {
  const g = newGrounds();
  if (when) ground(s, when, g);
  return reason(s, kind, code, rule, g);
}

/** @returns {Grounds} */
function newGrounds() {
  return { items: new Set(), indicators: new Set() };
}

/**
 * Items come in the protocol's order, indicators in the codebook's; the items
 * that met an indicator are named with it.
 * @param {State} s
 * @param {string} kind
 * @param {string} code
 * @param {string} rule
 * @param {Grounds} g
 * @returns {Reason}
 */
function reason(s, kind, code, rule, g) {
  const indicators = indicatorsOf(s).filter((met) => g.indicators.has(met));
  for (const met of indicators) {
    for (const item of list(s.metBy.get(met))) g.items.add(item);
  }
  const grounds = { items: inOrder(s, g.items), indicators };
  return Object.assign(rule ? { kind, code, rule } : { kind, code }, grounds);
}

/** The items in the protocol's order. @param {State} s @param {Set<string>} wanted @returns {string[]} */
function inOrder(s, wanted) {
  const order = s.order || (s.order = orderOf(s.protocol));
  /** @param {string} id */
  const rank = (id) => Number(order.get(id));
  return [...wanted].filter((id) => order.has(id)).sort((a, b) => rank(a) - rank(b));
}

/** @param {Protocol} protocol @returns {Map<string, number>} */
function orderOf(protocol) {
  /** @type {Map<string, number>} */
  const order = new Map();
  for (const m of list(protocol.modules)) {
    for (const it of list(m.items)) {
      if (!order.has(it.id)) order.set(it.id, order.size);
    }
  }
  return order;
}

/**
 * Adds what c, which holds, rests on. What does not hold explains nothing, so
 * of any only the parts that hold are taken and not adds nothing.
 * @param {State} s
 * @param {Condition} c
 * @param {Grounds} g
 */
function ground(s, c, g) {
  for (const part of list(c.all)) ground(s, part, g);
  for (const part of list(c.any)) {
    if (holds(s, part)) ground(s, part, g);
  }
  if (c.item) g.items.add(c.item);
  if (c.count) {
    for (const code of fitting(s, c.count)) g.indicators.add(code);
  }
  if (c.core_missing === true) {
    for (const item of s.coreMissing) g.items.add(item);
  }
  groundPerson(s, c, g);
}

/** Adds the registration items that c speaks of. @param {State} s @param {Condition} c @param {Grounds} g */
function groundPerson(s, c, g) {
  if (c.path) pathGrounds(s, c.path, g);
  if (c.age_below || typeof c.age_known === "boolean") fieldGrounds(s, "age", g);
  if (list(c.sex).length > 0) fieldGrounds(s, "sex", g);
  if (c.group) fieldGrounds(s, "groups." + c.group, g);
}

/**
 * For the child path the parts that hold, for the adult path the age.
 * @param {State} s
 * @param {string} path
 * @param {Grounds} g
 */
function pathGrounds(s, path, g) {
  if (path === ADULT || s.findingPath) {
    fieldGrounds(s, "age", g);
    return;
  }
  s.findingPath = true;
  ground(s, s.protocol.rules.child_path, g);
  s.findingPath = false;
}

/** @param {State} s @param {string} field @param {Grounds} g */
function fieldGrounds(s, field, g) {
  for (const step of s.steps) {
    if ((step.item.field || "") === field) g.items.add(step.item.id);
  }
}
