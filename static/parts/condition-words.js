// A condition of a protocol in plain words, as a tree: a leaf says one thing, a
// group says how its parts hang together. Pure.
import { t } from '../text/messages.js';

/**
 * @typedef {import('../engine/types.js').Condition} Condition
 * @typedef {{text: string, quote?: {text: string, locale: string}}} Leaf quote: the item that it speaks of
 * @typedef {{head: string, parts: Said[]}} Group
 * @typedef {Leaf|Group} Said
 */

/** Codes in words, one of which must be. @param {string[]} texts */
const oneOf = (texts) => texts.join(` ${t('condition.or')} `);

/** Codes in words, all of which are meant. @param {string[]} texts */
const each = (texts) => texts.join(', ');

/** Parts about the person, the post, the place and the end, each with its list of the codebook. */
const CODED = /** @type {const} */ ([['sex', 'sexes'], ['role', 'roles'], ['setting', 'settings'], ['ended_is', 'ended'], ['level_is', 'levels']]);

/**
 * @param {Condition|null|undefined} condition none, or an empty one, always holds
 * @param {ReturnType<typeof import('./explain.js').words>} w @returns {Said}
 */
export function conditionWords(condition, w) {
  const parts = partsOf(condition || {}, w);
  if (parts.length === 0) return { text: t('condition.always') };
  return parts.length === 1 ? parts[0] : { head: t('condition.all'), parts };
}

/** What must hold together. @param {Condition} c @param {any} w @returns {Said[]} */
function partsOf(c, w) {
  const parts = /** @type {Said[]} */ ([...personLeaves(c, w), ...answerLeaves(c, w)]);
  for (const one of c.all || []) parts.push(...partsOf(one, w));
  if (c.any && c.any.length) parts.push(anyOf(c.any, w));
  if (c.not) parts.push({ head: t('condition.not'), parts: [conditionWords(c.not, w)] });
  return parts;
}

/** One of several is enough; groups of that kind inside it say no more. @param {Condition[]} list @param {any} w @returns {Said} */
function anyOf(list, w) {
  const head = t('condition.any');
  const parts = list.map((one) => conditionWords(one, w)).flatMap((p) => ('head' in p && p.head === head ? p.parts : [p]));
  return parts.length === 1 ? parts[0] : { head, parts };
}

/** @param {Condition} c @param {any} w @returns {Leaf[]} */
function personLeaves(c, w) {
  const leaves = [];
  const say = (/** @type {string} */ id, /** @type {Record<string, unknown>} */ args = {}) => leaves.push({ text: t('condition.' + id, args) });
  if (c.path) say('path_' + c.path);
  for (const [field, list] of CODED) if (c[field] && c[field].length) say(field, { codes: oneOf(c[field].map((code) => w.label(list, code))) });
  if (c.group) say('group', { code: w.label('groups', c.group) });
  if (c.age_below) say('age_below', { n: c.age_below });
  if (typeof c.age_known === 'boolean') say(c.age_known ? 'age_known' : 'age_unknown');
  return leaves;
}

/** @param {Condition} c @param {any} w @returns {Leaf[]} */
function answerLeaves(c, w) {
  const leaves = [];
  if (c.item) leaves.push({ text: t('condition.answer', { answers: oneOf((c.is || []).map((value) => w.answer(c.item, value))) }), quote: w.item(c.item) });
  if (c.count) leaves.push({ text: countText(c.count, w) });
  if (typeof c.core_missing === 'boolean') leaves.push({ text: t(c.core_missing ? 'condition.core_missing' : 'condition.core_whole') });
  return leaves;
}

/** @param {import('../engine/types.js').Count} count @param {any} w */
function countText(count, w) {
  const indicators = (/** @type {string[]} */ codes) => codes.map((code) => `«${w.label('indicators', code)}»`);
  const of = [...(count.dimensions || []).map(dimensionText), ...indicators(count.codes || [])];
  const strengths = (count.strengths || []).map(strengthText);
  const only = count.min === 1 && (count.codes || []).length === 1 && of.length === 1;
  const parts = [only ? t('condition.met', { code: of[0] }) : t(count.min === 1 ? 'condition.count_one' : 'condition.count', { n: count.min, of: of.length ? oneOf(of) : t('condition.count_any') })];
  if (strengths.length) parts.push(t('condition.strength', { strengths: oneOf(strengths) }));
  if ((count.except || []).length) parts.push(t('condition.except', { codes: each(indicators(count.except || [])) }));
  return parts.join(', ');
}

/** The name of a dimension of the indicators. @param {string} code */
export const dimensionText = (code) => t('dimension.' + code);

/** How strong an indicator is. @param {string} code */
export const strengthText = (code) => t('strength.' + code);

/** The dimension of an indicator, and its weight where it has one. @param {string} dimension @param {string} strength */
export const kindText = (dimension, strength) => [dimension && dimensionText(dimension), ['strong', 'medium', 'weak'].includes(strength) && strengthText(strength)].filter(Boolean).join(', ');
