/**
 * What the agent must do or tell: screening/action.go in JavaScript.
 *
 * @typedef {import("./types.js").State} State
 * @typedef {import("./types.js").Reason} Reason
 */
import { holds, list } from "./condition.js";
import { ruleReason } from "./trace.js";

/**
 * The actions, in the order of the rules; each code once.
 * @param {State} s
 * @param {Reason[]} trace
 * @returns {string[]}
 */
export function actionsOf(s, trace) {
  /** @type {string[]} */
  const codes = [];
  for (const rule of list(s.protocol.rules.actions)) {
    if (codes.includes(rule.code) || !holds(s, rule.when)) continue;
    codes.push(rule.code);
    trace.push(ruleReason(s, "action", rule.code, "", rule.when));
  }
  return codes;
}
