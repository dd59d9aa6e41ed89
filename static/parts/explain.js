// Turns an assessment into lines that a person can read: why this level, which
// answers led to it, what to do and by when. Pure: protocol, assessment and
// words in, plain values out. It never judges: the engine did that.
import { itemMessage, language, personText, protocolWords, t } from '../text/messages.js';

/**
 * Words of one protocol for the reader of the screen.
 * @param {any} protocol the published protocol
 * @param {any} locale {code, protocols} of the reader's language, null for Spanish
 * @param {any} book the codebook blob
 * @param {number} year figures (wages, hours) are of this year
 */
export function words(protocol, locale, book, year) {
  const figures = figuresOf(protocol, year);
  const args = Object.fromEntries(figures.map((f) => [f.code, f.value]));
  const items = new Map();
  for (const module of protocol.modules) for (const item of module.items) items.set(item.id, item);
  const flat = locale && { ...locale, protocols: (locale.protocols || {})[protocol.id] || locale.protocols || {} };
  const say = (id, spanish) => protocolWords(flat, id, spanish || '', args);
  const label = (list, code) => labelOf(book, list, code);
  return {
    items, figures, args, label, say,
    asked: (item, theirs, child) => personText(item, theirs, { child, args }),
    item: (id) => (items.has(id) ? say(itemMessage(id, items.get(id).words), items.get(id).text) : { text: id, locale: 'es-MX' }),
    answer: (id, value) => answerText(items.get(id), value, say, label),
    rule: (id) => say('rule.' + id, (protocol.rules.levels.find((r) => r.id === id) || {}).text),
    action: (rule) => say('action.' + rule.code, rule.text),
    element: (offence, element) => say('element.' + offence + '.' + element.code, element.text),
  };
}

/** The figures of a protocol in force in a year: the newest value that had begun. */
export function figuresOf(protocol, year) {
  const out = [];
  for (const figure of protocol.figures || []) {
    const inForce = figure.values.filter((v) => v.year <= year);
    const value = inForce.length ? inForce[inForce.length - 1] : figure.values[0];
    if (value) out.push({ code: figure.code, unit: figure.unit, ...value });
  }
  return out;
}

/** The label of a code in a list of the codebook, in the language of the interface. */
export function labelOf(book, list, code) {
  const rows = (book && book[list]) || [];
  const row = rows.find((r) => r.code === code) || ((book && book.missing) || []).find((r) => r.code === code);
  if (!row) return code;
  return row[tongue()] || row.es || row.name || code;
}

/** The column of the codebook that the reader reads. */
export function tongue() {
  return language().startsWith('en') ? 'en' : 'es';
}

export function optionsOf(book, list) {
  return ((book && book[list]) || []).map((row) => ({ code: row.code, text: labelOf(book, list, row.code) }));
}

/** Who interpreted, and why care is due with them; the codebook says it. */
export function interpreterOf(book, code) {
  const row = ((book && book.interpreters) || []).find((r) => r.code === code) || {};
  return { text: labelOf(book, 'interpreters', code), conflict: row['conflict_' + tongue()] || '' };
}

const BUTTONS = ['yes', 'no', 'unknown', 'declined', 'no_information', 'not_applicable', 'shown'];

// answerText gives an answer in words: a button's, an option's, a code's or a number.
function answerText(item, value, say, label) {
  if (!value) return t('answer.none');
  if (item && item.type === 'multi' && value === 'no') return t('answer.none_of_these');
  if (BUTTONS.includes(value)) return t('answer.' + (item && item.kind === 'observation' && value === 'no_information' ? 'not_seen' : value));
  if (!item) return value;
  if (item.type === 'age' && /^\d+$/.test(value)) return t('answer.years', { n: value });
  return value.split(',').map((code) => {
    const option = (item.options || []).find((o) => o.code === code);
    if (option) return say('option.' + item.id + '.' + code, option.text).text;
    return label(item.type === 'age' ? 'age_groups' : listOf(item), code);
  }).join(', ');
}

/** The codebook list that an item's answers come from; '' where it brings its own options. */
export function listOf(item) {
  if (item.list) return item.list;
  const byField = { nationality: 'countries', state_of_origin: 'states', sex: 'sexes', age: 'age_groups' };
  return (!item.options && byField[item.field]) || '';
}

/** A line for each answer behind a reason: the question and what was answered. */
function answersBehind(ids, w, given) {
  return ids.map((id) => ({ id, text: w.item(id).text, locale: w.item(id).locale, answer: w.answer(id, given(id)) }));
}

const askedAnything = (protocol, given) => protocol.modules.some((m) => m.items.some((i) => i.core && given(i.id)));

/**
 * What the result and the supervisor's detail show.
 * @param {{protocol: any, assessment: any, w: ReturnType<typeof words>, given: (item: string) => string}} from
 */
export function explain({ protocol, assessment, w, given }) {
  const reasons = assessment.trace || [];
  const level = reasons.find((r) => r.kind === 'level');
  const indicator = (code) => {
    const r = reasons.find((x) => (x.kind === 'indicator' || x.kind === 'danger') && x.code === code);
    return { code, text: w.label('indicators', code), answers: answersBehind(r ? r.items : [], w, given) };
  };
  const path = reasons.find((r) => r.kind === 'path');
  return {
    level: assessment.level,
    levelText: w.label('levels', assessment.level),
    because: level && level.rule ? w.rule(level.rule) : null,
    leading: ((level && level.indicators) || []).map(indicator),
    // Where nobody was asked anything, what was not asked explains nothing.
    missing: level && assessment.level === 'inconclusive' && askedAnything(protocol, given) ? answersBehind(level.items, w, given) : [],
    others: assessment.indicators.filter((c) => !((level && level.indicators) || []).includes(c)).map(indicator),
    danger: assessment.danger.map(indicator),
    child: assessment.path === 'child',
    childBecause: path && assessment.path === 'child' ? answersBehind(path.items || [], w, given) : [],
    offences: assessment.offences.map((o) => offenceLines(protocol, o, w, given)),
    acts: actLines(protocol, assessment.actions, w),
  };
}

function offenceLines(protocol, offence, w, given) {
  const rule = protocol.rules.offences.find((r) => r.code === offence.code) || { elements: [] };
  return {
    code: offence.code,
    text: w.label('offences', offence.code),
    elements: offence.elements.map((e) => {
      const element = rule.elements.find((x) => x.code === e.code) || { code: e.code, text: e.code };
      return { code: e.code, state: e.state, ...w.element(offence.code, element), answers: answersBehind(e.items || [], w, given) };
    }),
  };
}

function actLines(protocol, codes, w) {
  /** @type {Record<string, any[]>} */
  const acts = { do: [], tell: [], never: [] };
  for (const code of codes) {
    const rule = protocol.rules.actions.find((r) => r.code === code);
    if (!rule) continue;
    (acts[rule.kind] || acts.do).push({ ...w.action(rule), code, to: rule.to || '', by: rule.by || '', law: rule.law || [] });
  }
  return acts;
}

/** "by" of an action in words, and the hour where the law gives a number of hours. */
export function byWhen(by, from, clock) {
  if (!by) return '';
  const hours = /^PT(\d+)H$/.exec(by);
  const days = /^P(\d+)D$/.exec(by);
  if (hours) {
    const until = new Date(from.getTime() + Number(hours[1]) * 3_600_000);
    return t('result.by_hours', { n: hours[1], until: clock(until) });
  }
  if (days) return t('result.by_days', { n: days[1] });
  return ['now', 'today', 'next_working_day'].includes(by) ? t('result.by_' + by) : by;
}

/** Whether a condition speaks of a danger code anywhere in it. */
export function speaksOf(condition, code) {
  if (!condition) return false;
  const inCount = condition.count && ((condition.count.codes || []).includes(code)
    || ((condition.count.dimensions || []).includes('danger') && !(condition.count.except || []).includes(code)));
  if (inCount) return true;
  const parts = [...(condition.all || []), ...(condition.any || [])];
  return parts.some((c) => speaksOf(c, code));
}

/** The rules of actions that answer one of these danger codes, in the order of the rules. */
export function dangerRules(protocol, codes) {
  return protocol.rules.actions.filter((r) => codes.some((code) => speaksOf(r.when, code)));
}

/**
 * Services for these kinds in this state: those that can be called first, then
 * the others. What is only for another state is left out.
 */
export function servicesFor(directory, kinds, state) {
  const order = { verified: 0, dated: 1, unverified: 2 };
  return ((directory && directory.services) || [])
    .filter((s) => kinds.includes(s.kind) && (!s.states || !s.states.length || s.states.includes(state)))
    .sort((a, b) => (order[a.status] ?? 2) - (order[b.status] ?? 2) || kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}
