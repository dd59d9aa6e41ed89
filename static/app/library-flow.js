// A protocol as it runs, in words: its modules and items in order, and the rules
// that turn answers into a level, offences and acts. Pure.
import { itemMessage, t } from '../text/messages.js';
import { conditionWords, kindText } from '../parts/condition-words.js';
import { listOf } from '../parts/explain.js';

/** @param {any} protocol @param {any} book @param {any} w words of the protocol */
export function flowOf(protocol, book, w) {
  const known = new Map(protocol.rules.indicators.map((i) => [i.code, i]));
  const indicator = (code) => indicatorLine(code, known, w);
  return {
    modules: protocol.modules.map((m, i) => ({
      id: m.id, n: i + 1, title: w.say('module.' + m.id, m.title), opens: m.open_if ? conditionWords(m.open_if, w) : null, items: m.items.map((item) => itemLine(item, w, indicator)),
    })),
    child: { path: conditionWords(protocol.rules.child_path, w), words: conditionWords(protocol.rules.child_words, w) },
    levels: protocol.rules.levels.map((r) => ({ id: r.id, level: w.label('levels', r.level), text: w.rule(r.id), when: conditionWords(r.when, w), source: r.source || '' })),
    offences: protocol.rules.offences.map((o) => offenceLine(o, book, w, indicator)),
    law: { text: protocol.rules.law_text || '', source: protocol.rules.law_source || '' },
  };
}

function indicatorLine(code, known, w) {
  const { dimension = '', strength = '' } = known.get(code) || {};
  return { code, text: w.label('indicators', code), kind: kindText(dimension, strength) };
}

/** What is set of an item, in the order in which it is told. */
const MARKS = /** @type {const} */ (['core', 'means', 'group', 'discreet']);

function itemLine(item, w, indicator) {
  const id = itemMessage(item.id, item.words);
  return {
    id: item.id, kind: t('ask.kind_' + item.kind), text: w.item(item.id), child: item.child_text ? w.say(id + '.child', item.child_text) : null,
    asked: item.ask_if ? conditionWords(item.ask_if, w) : null,
    marks: [...MARKS.filter((mark) => item[mark]).map((mark) => t('library.mark_' + mark)), ...(item.scope === 'encounter' ? [t('library.mark_place')] : []), ...(item.words ? [t('library.mark_words')] : [])],
    answers: answersOf(item).map((code) => ({
      code, text: w.answer(item.id, code), meets: item.meets && item.meets[code] ? indicator(item.meets[code]) : null, ends: (item.ends_on || []).includes(code),
    })),
    from: fromText(item), note: noteOf(item, w), law: item.law || [], source: item.source || '',
  };
}

/** Answers that are told one by one: all where the item brings them, else those that do something. */
function answersOf(item) {
  const named = item.type === 'yes_no' ? ['yes', 'no'] : (item.options || []).map((o) => o.code);
  return [...new Set([...named, ...Object.keys(item.meets || {}), ...(item.ends_on || [])])];
}

/** Where the other answers come from, in words; '' where all are told. */
function fromText(item) {
  if (item.type === 'multi') return t('library.type_multi');
  if (item.type === 'age') return t('library.type_age');
  return listOf(item) && t('library.type_list');
}

function noteOf(item, w) {
  const note = item.note || {};
  const id = itemMessage(item.id, note.words);
  return ['asks', 'not', 'avoid', 'threshold'].filter((part) => note[part]).map((part) => ({ part, label: t('ask.note_' + part), ...w.say(id + '.' + part, note[part]) }));
}

function offenceLine(o, book, w, indicator) {
  const open = ((book && book.open_questions) || []).filter((q) => (q.offences || '').split('|').includes(o.code));
  return {
    code: o.code, text: w.label('offences', o.code), when: conditionWords(o.when, w), open: open.map((q) => w.label('open_questions', q.code)),
    elements: (o.elements || []).map((e) => ({
      code: e.code, ...w.element(o.code, e), indicators: (e.indicators || []).map(indicator), notNeeded: e.not_needed ? conditionWords(e.not_needed, w) : null,
    })),
  };
}

/** Whether a condition may hold for a post; false only where it surely does not. @param {any} c @param {string} role @returns {boolean} */
export function mayHold(c, role) {
  if (c.role && c.role.length && !c.role.includes(role)) return false;
  if (c.all && !c.all.every((one) => mayHold(one, role))) return false;
  if (c.any && c.any.length && !c.any.some((one) => mayHold(one, role))) return false;
  return !(c.not && surelyHolds(c.not, role));
}

/** A condition that speaks of the post alone, and of this one. */
function surelyHolds(c, role) {
  return Object.keys(c).length === 1 && (c.role || []).includes(role);
}

/** What the rules may tell a post to do, to say and never to do, in their order. @param {any} protocol @param {string} role @param {any} w */
export function actionsFor(protocol, role, w) {
  const rules = protocol.rules.actions.filter((r) => mayHold(r.when, role));
  return ['do', 'tell', 'never'].map((kind) => ({
    kind, title: t('result.' + kind), acts: rules.filter((r) => r.kind === kind).map((r) => ({
      code: r.code, ...w.action(r), to: r.to ? w.label('services', r.to) : '', by: byText(r.by), law: r.law || [], when: conditionWords(r.when, w),
    })),
  })).filter((part) => part.acts.length > 0);
}

/** By when, without an hour: nothing has happened yet. @param {string} [by] */
function byText(by) {
  const [, n, unit] = /^PT?(\d+)([HD])$/.exec(by || '') || [];
  if (n) return t(unit === 'H' ? 'library.by_hours' : 'result.by_days', { n });
  return by && ['now', 'today', 'next_working_day'].includes(by) ? t('result.by_' + by) : by || '';
}
