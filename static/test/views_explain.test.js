// The lines that explain an assessment, and which numbers can be called.
import { byWhen, dangerRules, explain, figuresOf, labelOf, servicesFor, speaksOf, words } from '../parts/explain.js';
import { dialable } from '../parts/call.js';
import { faceOf } from '../app/capture-ask.js';
import { detectionOf } from '../app/capture-draft.js';
import { t } from '../text/messages.js';
import { detailOf, flagLines, givenIn, reasonsFor } from '../app/desk-detail.js';
import { equal, ok, test } from './harness.js';
import { book, directory, protocol, screening, visit } from './views.fixture.js';

const answered = () => screening({ open_who: 'shown', con_talk: 'yes', core_debt: 'yes', nee_fear: 'yes', nee_list: 'medical' }, { person: { age: 30, nationality: 'MEX', groups: { indigenous: 'yes' } } });
const made = () => detectionOf({ protocol: protocol(), draft: answered(), visit: visit(), book: book(), agentLanguage: 'es-MX', at: '2026-11-23T10:00:00.000-06:00' });

test('explain: the level, what it rests on, and each element of an offence', () => {
  const { record, assessment } = made();
  const w = words(protocol(), null, book(), 2026);
  const told = explain({ protocol: protocol(), assessment, w, given: givenIn(record, w.items) });
  equal([told.levelText, told.because?.text], ['Posible víctima', 'Hay una deuda.']);
  equal(told.leading.map((i) => [i.text, i.answers[0].text]), [['Deuda', '¿Debe más de 315.04 pesos?']]);
  equal(told.danger.map((d) => d.code), ['dan_fear']);
  equal(told.offences[0].elements.map((e) => e.state), ['supported', 'beyond']);
  equal(told.acts.do.map((a) => a.code), ['call_911', 'report']);
  equal(told.acts.never.map((a) => a.text), ['No prometa nada.']);
});

test('explain: a figure is that of the year, and the oldest where none had begun', () => {
  equal(figuresOf(protocol(), 2026)[0].value, '315.04');
  equal(figuresOf(protocol(), 2025)[0].value, '278.80');
  equal(figuresOf(protocol(), 2030)[0].value, '315.04');
  equal(figuresOf(protocol(), 2001)[0].value, '278.80');
});

test('explain: a translation is used where it is, with its language; else Spanish', () => {
  const locale = { code: 'en', protocols: { small: { 'item.core_debt': { text: 'Do you owe more than {{.wage}}?', status: 'draft' } } } };
  const w = words(protocol(), locale, book(), 2026);
  equal([w.item('core_debt').text, w.item('core_debt').locale], ['Do you owe more than 315.04?', 'en']);
  equal(w.item('nee_fear').locale, 'es-MX');
  equal(w.item('not_an_item').text, 'not_an_item');
});

test('explain: an item, its child words and its note are in the words of the place, each where the place has its own', () => {
  const small = protocol();
  const item = small.modules[3].items[0];
  item.words = 'post';
  const texts = { 'item.core_debt': 'shared', 'item.core_debt~post': 'of the place', 'item.core_debt.child': 'shared, to a child', 'item.core_debt~post.child': 'of the place, to a child', 'item.core_debt.asks': 'a note', 'item.core_debt~post.asks': 'a note of the place' };
  const locale = { code: 'en', protocols: { small: Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, { text, status: 'draft' }])) } };
  const seen = () => {
    const w = words(small, locale, book(), 2026);
    const face = (/** @type {boolean} */ child) => faceOf({ w, locales: [], book: book(), protocol: small }, screening(), item, child);
    return [w.item('core_debt').text, face(true).beside?.text, /** @type {any} */ (face(false).note).asks];
  };
  equal(seen(), ['of the place', 'of the place, to a child', 'a note']);
  item.note.words = 'post';
  equal(seen()[2], 'a note of the place');
});

test('explain: answers in words, whatever their type', () => {
  const w = words(protocol(), null, book(), 2026);
  equal([w.answer('reg_nation', 'GTM'), w.answer('nee_list', 'medical,shelter'), w.answer('reg_age', '18_29')], ['Guatemala', 'Atención médica, Refugio', '18 a 29']);
  equal(labelOf(book(), 'sexes', 'unknown'), 'No sabe', 'a missing code has a label in every list');
  equal(labelOf(book(), 'sexes', 'nonsense'), 'nonsense');
});

test('explain: the actions of a danger are found wherever their condition names it', () => {
  equal(dangerRules(protocol(), ['dan_fear']).map((r) => r.code), ['call_911']);
  ok(speaksOf({ all: [{ any: [{ count: { dimensions: ['danger'], min: 1 } }] }] }, 'dan_fear'));
  ok(!speaksOf({ count: { dimensions: ['danger'], except: ['dan_fear'], min: 1 } }, 'dan_fear'));
  ok(!speaksOf(undefined, 'dan_fear'));
});

test('calls: what can be called comes first, and only what serves this state', () => {
  equal(servicesFor(directory(), ['prosecutor', 'emergency'], '12').map((s) => s.id), ['b', 'a']);
  equal(servicesFor(directory(), ['emergency'], '09').map((s) => s.id), ['b', 'c']);
  equal(servicesFor(null, ['emergency'], '09'), []);
  equal([dialable('800 55 33 000'), dialable('*765'), dialable('+52 (55) 1')], ['800553300' + '0', '*765', '+52551']);
});

test('by when: hours of the law become an hour of the clock', () => {
  const from = new Date('2026-11-23T10:00:00Z');
  const at = /** @type {string[]} */ ([]);
  byWhen('PT24H', from, (/** @type {Date} */ d) => { at.push(d.toISOString()); return ''; });
  equal(at, ['2026-11-24T10:00:00.000Z']);
  equal(byWhen('', from, String), '');
});

test('desk: the detail tells what differs between phone, server, agent and review', () => {
  const { record, assessment } = made();
  const other = { ...record, answers: record.answers.map((/** @type {any} */ a) => (a.item === 'core_debt' ? { ...a, value: 'no' } : a)) };
  const sent = { id: record.id, folio: 'AAAA-AAAA-A', level: 'possible_victim', device_level: 'none_found', danger: [], flags: ['conflict', 'strange'], status: 'new', state: '12', setting: 'agriculture', mode: 'live',
    received_at: '2026-11-23T17:00:00Z', detection: { ...record, assessment: { ...record.assessment, raised: { level: 'possible_victim', reason: 'fear_seen' } } }, assessment, encounter: null, addenda: [{ id: 'x', what: 'new_fact', captured_at: '2026-11-24T00:00:00Z', codes: ['dan_fear'] }],
    reviews: [{ id: 'r1', decision: 'raise', reason: 'new_information', level: 'possible_victim', status: 'in_review', at: '2026-11-24T00:00:00Z' }], referrals: [], notes: [],
    conflicts: [{ sha256: 'c', received_at: '2026-11-24T00:00:00Z', detection: other }] };
  const detail = detailOf(sent, { protocol: protocol(), reader: null, book: book() });
  equal(detail.level.notes.length, 3);
  equal(detail.conflicts[0].differs.map((d) => d.id), ['core_debt']);
  equal(detail.flags.map((f) => f.code), ['conflict', 'strange']);
  equal([detail.lastReview, detail.addenda[0].codes, detail.visit], ['r1', 'Teme hoy', null]);
  equal(detail.reasonsFor('dismiss').options.map((o) => o.code), ['training_or_test']);
  equal([detail.reasonsFor('dismiss').needed, detail.reasonsFor('confirm').needed], [true, false]);
  equal(detail.levelsFor('raise').map((l) => l.code), ['presumed_victim']);
  const blind = detailOf({ ...sent, assessment: null }, { protocol: null, reader: null, book: book() });
  equal([blind.told, blind.decisions.length > 0], [null, true], 'an unknown version is still decided on');
  const clock = (/** @type {any} */ more) => detailOf({ ...sent, ...more }, { protocol: protocol(), reader: null, book: book() }).facts.find((f) => f.label === t('fact.clock'))?.text;
  equal(clock({}), '', 'a clock that is right, or unknown, is not mentioned');
  equal(clock({ flags: ['clock_off'], clock_offset_s: null }), '');
  equal(clock({ flags: ['clock_off'], clock_offset_s: -259200 }), t('clock.behind_by', { n: 4320 }));
  equal(clock({ flags: ['clock_off'], clock_offset_s: 3600 }), t('clock.ahead_by', { n: 60 }));
});

test('desk: an unknown flag is shown as its code, a reason only where it fits', () => {
  equal(flagLines(['never_seen']), [{ code: 'never_seen', text: 'never_seen', why: '' }]);
  equal(reasonsFor(book(), 'discard').map((o) => o.code), ['training_or_test']);
  equal(reasonsFor({}, 'discard'), []);
});
