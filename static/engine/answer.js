/**
 * Which answers an item has: screening/answer.go in JavaScript.
 *
 * @typedef {import("./types.js").Protocol} Protocol
 * @typedef {import("./types.js").Input} Input
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Person} Person
 * @typedef {import("./types.js").Problem} Problem
 * @typedef {import("./types.js").Lookup} Lookup
 */
import { MAX_AGE, digits, inYears, list } from "./condition.js";
import { isMissing, isPersonField } from "./next.js";

const NO = "no";
const SHOWN = "shown";
const BAD_VALUE = "value_not_allowed";

/**
 * What of the input the protocol does not know.
 * @param {Protocol} protocol
 * @param {Input} input
 * @param {Lookup} lookup
 * @returns {Problem[]}
 */
export function validate(protocol, input, lookup) {
  /** @type {Map<string, Item>} */
  const items = new Map();
  for (const m of list(protocol.modules)) {
    for (const it of list(m.items)) items.set(it.id, it);
  }
  /** @type {Problem[]} */
  const problems = [];
  list(input.answers).forEach((a, i) => {
    const why = problemOf(items.get(a.item), a.value, lookup);
    if (!why) return;
    const where = "/answers/" + i;
    problems.push(a.item ? { where, item: a.item, why } : { where, why });
  });
  return problems.concat(validatePerson(input.person, lookup));
}

/** @param {Item|undefined} it @param {string} value @param {Lookup} lookup @returns {string} */
function problemOf(it, value, lookup) {
  if (!it) return "unknown_item";
  if (isPersonField(it.field || "")) return "belongs_to_person";
  return answerAllowed(it, value, lookup) ? "" : BAD_VALUE;
}

/** @param {Person} p @param {Lookup} lookup @returns {Problem[]} */
function validatePerson(p, lookup) {
  /** @type {string[]} */
  const wrong = [];
  if (typeof p.age === "number" && !inYears(p.age)) wrong.push("age");
  const coded = [
    ["age_group", p.age_group, "age_groups"],
    ["sex", p.sex, "sexes"],
    ["nationality", p.nationality, "countries"],
    ["state_of_origin", p.state_of_origin, "states"],
  ];
  for (const [field, value, name] of coded) {
    if (value && !isMissing(value) && !lookup(String(name), value)) wrong.push(String(field));
  }
  const groups = p.groups || {};
  for (const code of Object.keys(groups).sort()) {
    if (!lookup("groups", code) || !yesNo(groups[code])) wrong.push("groups/" + pointerPart(code));
  }
  return wrong.map((field) => ({ where: "/person/" + field, why: BAD_VALUE }));
}

/** One part of a JSON pointer (RFC 6901). @param {string} s @returns {string} */
function pointerPart(s) {
  return s.split("~").join("~0").split("/").join("~1");
}

/**
 * Whether value is an answer that the item has.
 * @param {Item} it
 * @param {string} value
 * @param {Lookup} lookup
 * @returns {boolean}
 */
export function answerAllowed(it, value, lookup) {
  if (it.type === "none") return value === SHOWN;
  if (isMissing(value)) return true;
  switch (it.type) {
    case "yes_no":
      return yesNo(value);
    case "choice":
      return offers(it, value, lookup);
    case "multi":
      return offersAll(it, value, lookup);
    case "age":
      return (digits(value) && Number(value) <= MAX_AGE) || lookup("age_groups", value);
  }
  return false;
}

/** @param {string} value @returns {boolean} */
function yesNo(value) {
  return value === "yes" || value === NO || isMissing(value);
}

/** @param {Item} it @param {string} code @param {Lookup} lookup @returns {boolean} */
function offers(it, code, lookup) {
  if (list(it.options).some((o) => o.code === code)) return code !== "";
  return Boolean(it.list) && lookup(String(it.list), code);
}

/** No (none of them), or codes of the item, each once, in order. @param {Item} it @param {string} value @param {Lookup} lookup @returns {boolean} */
function offersAll(it, value, lookup) {
  if (value === NO) return true;
  const codes = value.split(",");
  return codes.every((code, i) => offers(it, code, lookup) && (i === 0 || codes[i - 1] < code));
}
