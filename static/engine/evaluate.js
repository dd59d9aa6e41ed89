/**
 * The engine: what the answers so far mean. Equal to screening.Evaluate in Go,
 * held so by screening/testdata/vectors and by a differential test.
 *
 * Pure: no page, clock, network, randomness or state between calls.
 *
 * @typedef {import("./types.js").Protocol} Protocol
 * @typedef {import("./types.js").Input} Input
 * @typedef {import("./types.js").Assessment} Assessment
 */
import { actionsOf } from "./action.js";
import { pathOfState } from "./condition.js";
import { dangerOf } from "./danger.js";
import { indicatorsOf, levelOf, levelRule } from "./level.js";
import { pass } from "./next.js";
import { offencesOf } from "./offence.js";
import { dangerReason, indicatorReason, pathReason, ruleReason } from "./trace.js";

/**
 * The level is decided first, then the offences, then the actions, which alone
 * may look at the level.
 * @param {Protocol} protocol
 * @param {Input} input
 * @returns {Assessment}
 */
export function evaluate(protocol, input) {
  const s = pass(protocol, input);
  const path = pathOfState(s);
  const indicators = indicatorsOf(s).slice();
  const danger = dangerOf(s);
  const rule = levelRule(s);
  const level = levelOf(rule);
  const trace = [pathReason(s, path)].concat(
    indicators.map((code) => indicatorReason(s, code)),
    danger.map((code) => dangerReason(s, code)),
    ruleReason(s, "level", level, rule ? rule.id : "", rule ? rule.when : null),
  );
  const offences = offencesOf(s, trace);
  s.level = level;
  const actions = actionsOf(s, trace);
  return { level, path, danger, indicators, offences, actions, trace };
}
