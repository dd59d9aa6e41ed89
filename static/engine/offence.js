/**
 * The offences suggested and what the answers tell of their elements:
 * screening/offence.go in JavaScript.
 *
 * @typedef {import("./types.js").State} State
 * @typedef {import("./types.js").Element} Element
 * @typedef {import("./types.js").ElementState} ElementState
 * @typedef {import("./types.js").Offence} Offence
 * @typedef {import("./types.js").Reason} Reason
 */
import { holds, list } from "./condition.js";
import { isMissing, metBy } from "./next.js";
import { ruleReason } from "./trace.js";

/**
 * The offences suggested, in the order of the rules; of several rules for one
 * offence the first that holds counts.
 * @param {State} s
 * @param {Reason[]} trace
 * @returns {Offence[]}
 */
export function offencesOf(s, trace) {
  /** @type {Offence[]} */
  const found = [];
  for (const rule of list(s.protocol.rules.offences)) {
    if (found.some((o) => o.code === rule.code) || !holds(s, rule.when)) continue;
    const elements = list(rule.elements).map((e) => elementState(s, e));
    found.push({ code: rule.code, verified: rule.verified === true, elements });
    trace.push(ruleReason(s, "offence", rule.code, "", rule.when));
  }
  return found;
}

/** @param {State} s @param {Element} e @returns {ElementState} */
function elementState(s, e) {
  const codes = list(e.indicators);
  const items = metItems(s, codes);
  return { code: e.code, state: stateOf(s, e, codes, items), items };
}

/** @param {State} s @param {Element} e @param {string[]} codes @param {string[]} items @returns {string} */
function stateOf(s, e, codes, items) {
  if (items.length > 0) return "supported";
  if (e.not_needed && holds(s, e.not_needed)) return "not_needed";
  if (codes.length === 0) return "beyond";
  return asked(s, codes) ? "not_found" : "not_asked";
}

/** @param {State} s @param {string[]} codes @returns {string[]} */
function metItems(s, codes) {
  /** @type {string[]} */
  const items = [];
  for (const step of s.steps) {
    const code = metBy(step.item, step.answer);
    if (code && codes.includes(code) && !items.includes(step.item.id)) items.push(step.item.id);
  }
  return items;
}

/** Whether an item that can meet one of codes got a real answer. @param {State} s @param {string[]} codes @returns {boolean} */
function asked(s, codes) {
  return s.steps.some((step) => {
    if (step.answer === "" || isMissing(step.answer)) return false;
    return Object.keys(step.item.meets || {}).some((value) => {
      const code = metBy(step.item, value);
      return code !== "" && codes.includes(code);
    });
  });
}
