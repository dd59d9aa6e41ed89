// A walk through a protocol on screen, with the page's own engine, as practice:
// what is answered lives in this screen alone; nothing is kept and nothing is sent.
import { html, useState } from '../vendor/ui.js';
import { itemMessage, t } from '../text/messages.js';
import { answerAllowed, evaluate, isPersonField, next, wordsOf } from '../engine/index.js';
import { explain, listOf, optionsOf } from '../parts/explain.js';
import { Trial as TrialView } from '../views/trial.js';
import { changesOf } from './capture-draft.js';
import { givenIn } from './desk-detail.js';

const MISSING = ['unknown', 'declined', 'no_information'];

/** The walk after these answers. @param {{role: string, setting: string, given: {item: any, value: string}[]}} walk */
export function inputOf({ role, setting, given }) {
  const fields = { person: {} };
  for (const { item, value } of given) {
    const [change] = /** @type {any[]} */ (changesOf(item, value, { fields }));
    if (isPersonField(item.field || '')) Object.assign(fields, change.fields);
  }
  return { role, setting, person: fields.person, answers: given.filter((g) => !isPersonField(g.item.field || '')).map((g) => ({ item: g.item.id, value: g.value })), ended: '' };
}

/** Where the walk stands: the next item or none, and what the answers mean so far. @param {any} protocol @param {any} walk */
export function standing(protocol, walk) {
  const input = inputOf(walk);
  const item = next(protocol, input);
  const stopped = walk.given.some((g) => (g.item.ends_on || []).includes(g.value));
  const ended = item ? '' : stopped ? 'stopped_by_person' : 'completed';
  return { input, item, stopped, child: wordsOf(protocol, input), assessment: evaluate(protocol, { ...input, ended }) };
}

/** What stands on the screen for an item. @param {any} item @param {boolean} child @param {any} w @param {any} book */
export function faceOf(item, child, w, book) {
  const list = listOf(item);
  const options = item.options ? item.options.map((o) => ({ code: o.code, ...w.say('option.' + item.id + '.' + o.code, o.text) })) : list ? optionsOf(book, list) : [];
  return {
    id: item.id, type: item.type, kind: t('ask.kind_' + item.kind), child: Boolean(child && item.child_text), options,
    said: child && item.child_text ? w.say(itemMessage(item.id, item.words) + '.child', item.child_text) : w.item(item.id),
    missing: item.type === 'none' ? [] : MISSING.map((code) => ({ code, text: w.answer(item.id, code) })),
  };
}

/** Reasons one by one, in the order in which the engine gives them. @param {any} assessment @param {any} w @param {(id: string) => string} given @param {(code: string) => string} acts */
export function traceLines(assessment, w, given, acts) {
  const lists = { level: 'levels', indicator: 'indicators', danger: 'indicators', offence: 'offences' };
  const what = (r) => (r.kind === 'path' ? t('condition.path_' + r.code) : r.kind === 'action' ? acts(r.code) : w.label(lists[r.kind] || '', r.code));
  return (assessment.trace || []).map((r, i) => ({
    id: i + r.kind + r.code, text: t('library.trace_' + r.kind, { what: what(r) }), rule: r.rule || '',
    items: (r.items || []).map((id) => ({ id, ...w.item(id), answer: w.answer(id, given(id)) })), indicators: (r.indicators || []).map((code) => w.label('indicators', code)),
  }));
}

/** @param {{protocol: any, book: any, w: any}} props */
export function Trial({ protocol, book, w }) {
  const first = { role: protocol.roles[0] || '', setting: protocol.settings[0] || '', given: [] };
  const [walk, setWalk] = useState(/** @type {any} */ (first));
  const { item, stopped, child, assessment } = standing(protocol, walk);
  const given = givenIn({ answers: walk.given.map((g) => ({ item: g.item.id, value: g.value })), subject: inputOf(walk).person }, w.items);
  const codes = (list, some) => optionsOf(book, list).filter((o) => some.includes(o.code));
  const acts = (code) => w.action(protocol.rules.actions.find((r) => r.code === code) || { code, text: code }).text;
  const inList = (list, code) => optionsOf(book, list).some((o) => o.code === code);
  const answer = (value) => { if (item && answerAllowed(item, value, inList)) setWalk({ ...walk, given: [...walk.given, { item, value }] }); };
  return html`<${TrialView} roles=${codes('roles', protocol.roles)} settings=${codes('settings', protocol.settings)} role=${walk.role} setting=${walk.setting}
    onStart=${(role, setting) => setWalk({ role, setting, given: [] })} face=${item && faceOf(item, child, w, book)} n=${walk.given.length} stopped=${stopped}
    told=${explain({ protocol, assessment, w, given })} trace=${traceLines(assessment, w, given, acts)}
    answers=${walk.given.map((g) => ({ id: g.item.id, ...w.item(g.item.id), answer: w.answer(g.item.id, g.value) }))}
    onAnswer=${answer} onUndo=${walk.given.length > 0 && (() => setWalk({ ...walk, given: walk.given.slice(0, -1) }))} />`;
}
