// Every screen, drawn with fixtures: axe-core finds nothing, nothing is wider
// than the window, every target is large enough, and the callbacks get what the
// finger meant.
import { html } from '../vendor/ui.js';
import { explain, words } from '../parts/explain.js';
import { Card } from '../views/card.js';
import { Addendum } from '../views/addendum.js';
import { Danger } from '../views/danger.js';
import { Detection } from '../views/detection.js';
import { Close, Closed } from '../views/close.js';
import { Encounter, Setup } from '../views/encounter.js';
import { Home } from '../views/home.js';
import { Item } from '../views/item.js';
import { Outbox } from '../views/outbox.js';
import { Person } from '../views/person.js';
import { Quarantine } from '../views/quarantine.js';
import { OfficeNav, OfficeTop, Queue } from '../views/queue.js';
import { Ready } from '../views/ready.js';
import { Answers, Result, Sealed } from '../views/result.js';
import { SignIn } from '../views/sign-in.js';
import { Refused, Stop } from '../views/stop.js';
import { detectionOf } from '../app/capture-draft.js';
import { coverage, lineOf } from '../app/capture-sample.js';
import { detailOf, givenIn } from '../app/desk-detail.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { book, directory, protocol, screening, visit } from './views.fixture.js';

const nothing = () => undefined;
const options = [{ code: 'a', text: 'Uno' }, { code: 'b', text: 'Dos' }];
const other = { code: 'en', name: 'English' };

const given = () => screening({ open_who: 'shown', con_talk: 'yes', core_debt: 'yes', nee_fear: 'yes', nee_list: 'medical' }, { person: { age: 30, nationality: 'MEX', groups: { indigenous: 'yes' } } });
const made = () => detectionOf({ protocol: protocol(), draft: given(), visit: visit(), book: book(), agentLanguage: 'es-MX', at: '2026-11-23T10:00:00.000-06:00' });
const told = () => {
  const { record, assessment } = made();
  const w = words(protocol(), null, book(), 2026);
  return explain({ protocol: protocol(), assessment, w, given: givenIn(record, w.items) });
};

/** @param {object} [more] */
const itemProps = (more = {}) => ({
  item: { id: 'core_debt', kind: 'question', type: 'yes_no' }, asked: { text: 'Do you owe money?', locale: 'en', status: 'draft' }, beside: { text: '¿Debe dinero?', locale: 'es-MX' },
  fellBack: null, value: '', who: 'Persona 1', progress: { done: 1, left: 2 }, options: [], missing: [], onAnswer: nothing, onBack: nothing, onForward: nothing, onDanger: nothing, onStop: nothing,
  note: { asks: 'Si debe.', not: 'Cuánto.', law: ['LFT 110'], figures: [{ code: 'wage', value: '315.04', year: 2026, source: 'x', verified: false }], locale: 'es-MX' }, ...more,
});

const resultProps = (more = {}) => ({
  told: told(), raised: null, folio: 'AAAA-AAAA-*', who: 'Persona 1', by: (/** @type {string} */ b) => b, calls: directory().services, sealAt: '10:30', lang: 'es', higher: options, raiseReasons: options,
  fill: { needs: { options, value: ['a'] }, referrals: { options, value: [] }, linked: { options, value: [] }, others: [{ relation: 'a', age_group: 'a', sex: 'a', needs: [] }], relations: options, bands: options, sexes: options },
  onFill: nothing, onRaise: nothing, onSeal: nothing, onAnswers: nothing, onBack: nothing, ...more,
});

const guide = { code: 'a', text: 'Uno', locale: 'es-MX', base: true, budget: 'Unas 8' };
const many = { plan: { there: 200, time: 20, first: 4 }, line: lineOf({ there: 200, time: 20, first: 4, drawn: 6 }), first: [{ code: 'x', text: 'Niñas y niños', why: 'La ley.' }], onPlan: nothing };
const covered = coverage({ seen: 200, screened: 1 });
const setup = { draft: { setting: 'a', protocol: 'a', state: 'a', municipality: '', language: 'a', mode: 'paper', occurred: '' }, settings: options, protocols: [guide, { ...guide, code: 'b', base: false }], states: options, municipalities: options, municipalitySource: 'INEGI', languages: options, modes: [{ code: 'live', text: 'Real' }, { code: 'paper', text: 'Papel' }], problems: ['state'], nowLocal: '2026-11-23T10:00', onChange: nothing, onBegin: nothing, onBack: nothing };
const persons = [{ id: 'a', number: 1, state: 'sealed', folio: 'AAAA-AAAA-A', linked: [2], group: 'A' }, { id: 'b', number: 2, state: 'going_on', linked: [1], left: 3 }, { id: 'c', number: 3, state: 'refused', linked: [] }];
const close = { covered, counts: { seen: 2, refused: 1, not_reached: 0 }, screened: 2, least: { refused: 1, not_reached: 0 }, unfinished: [{ id: 'b', number: 2 }], problems: ['seen'], onCounts: nothing, onSeal: nothing, onBack: nothing, onOpen: nothing, onInterrupt: nothing };
const row = { id: 'x', folio: 'AAAA-AAAA-A', levelText: 'Presunta', level: 'presumed_victim', danger: ['Arma'], status: 'new', where: 'Campo', who: 'Mujer', at: 'hoy', flags: [{ code: 'f', text: 'Dos' }], synthetic: true, mode: 'training' };

function detail() {
  const { record, assessment } = made();
  const sent = { id: record.id, folio: 'AAAA-AAAA-A', level: 'possible_victim', device_level: 'none_found', danger: [], flags: ['conflict'], status: 'new', state: '12', setting: 'agriculture', mode: 'live', received_at: '2026-11-23T17:00:00Z', detection: record, assessment,
    encounter: { counts: { seen: 1, screened: 1, refused: 0, not_reached: 0 }, started_at: record.occurred_at, ended_at: record.captured_at, observations: [{ item: 'obs_gate', value: 'yes' }] }, addenda: [], reviews: [], referrals: [], notes: [{ id: 'n', text: 'Nota', at: record.captured_at }], conflicts: [{ sha256: 'c', received_at: '2026-11-24T00:00:00Z', detection: { ...record, ended: 'interrupted' } }] };
  return detailOf(sent, { protocol: protocol(), reader: null, book: book() });
}

const shared = { text: '¿Debe?', locale: 'es-MX', answer: 'Sí', letters: [{ code: 'A', on: true }, { code: 'B', on: false }], onShare: nothing };

/** @type {Record<string, () => unknown>} */
const screens = {
  'sign in': () => html`<${SignIn} error="No" waiting=${2} offline otherLanguage=${other} onSubmit=${nothing} onLanguage=${nothing} />`,
  home: () => html`<${Home} user=${{ display: 'Inspectora' }} encounter=${{ setting: 'Campo', place: 'Guerrero', persons: 2 }} missing=${1} outbox=${{ waiting: 1, quarantined: 0, refused: 0 }} folios=${[{ id: 'x', folio: 'AAAA-AAAA-A', at: 'hoy' }]} sync="hoy" otherLanguage=${other} />`,
  setup: () => html`<${Setup} ...${setup} />`,
  encounter: () => html`<${Encounter} setting="Campo" place="Guerrero" mode="training" guide=${guide} many=${many} covered=${covered} hidden=${170} persons=${persons} observed=${{ done: 1, total: 2 }} onBack=${nothing} />`,
  'person without a text': () => html`<${Person} number=${2} draft=${{ language: 'mxv', interpreter: 'a', linked: [] }} languages=${options} first=${['a']} interpreters=${options} groups=${['A', 'B']} said=${[{ item: 'i', text: '¿Debe?', locale: 'es-MX', answer: 'Sí', by: 1 }]} others=${[{ id: 'a', number: 1 }]} onBack=${nothing} onBegin=${nothing} onChange=${nothing}
    language=${{ code: 'mxv', text: 'mixteco', screening: false, greeting: { text: 'Ni iín ñayi', locale: 'mxv' } }} />`,
  'yes or no': () => html`<${Item} ...${itemProps()} />`,
  'an answer that others may share': () => html`<${Item} ...${itemProps({ shared, said: 2, inherited: { group: 'A', by: 1 } })} />`,
  observation: () => html`<${Item} ...${itemProps({ item: { id: 'o', kind: 'observation', type: 'yes_no' }, value: 'no', beside: null, onDanger: null })} />`,
  statement: () => html`<${Item} ...${itemProps({ item: { id: 's', kind: 'statement', type: 'none' }, fellBack: 'mixteco', failed: 'No hay espacio', onRetry: nothing })} />`,
  age: () => html`<${Item} ...${itemProps({ item: { id: 'g', kind: 'registration', type: 'age' }, options, missing: [{ code: 'unknown', text: 'No sabe' }] })} />`,
  many: () => html`<${Item} ...${itemProps({ item: { id: 'm', kind: 'question', type: 'multi' }, options, missing: [], value: 'a' })} />`,
  'long list': () => html`<${Item} ...${itemProps({ item: { id: 'l', kind: 'registration', type: 'choice' }, options: Array.from({ length: 60 }, (_, i) => ({ code: 'c' + i, text: 'País ' + i })), first: ['c3'], missing: [] })} />`,
  card: () => html`<${Card} ...${itemProps()} item=${{ id: 'c', kind: 'question', options }} options=${options} interpreter=${{ text: 'Familiar', conflict: 'Puede callar.' }} back=${false} onSaidBack=${nothing} />`,
  danger: () => html`<${Danger} codes=${options} choices=${options} steps=${[{ code: 's', text: 'Llame', locale: 'es-MX', by: 'ya' }]} calls=${directory().services} lang="es" onStop=${nothing} onGoOn=${nothing} onPick=${nothing} />`,
  stop: () => html`<${Stop} reasons=${options} onPick=${nothing} onBack=${nothing} onPause=${nothing} />`,
  refused: () => html`<${Refused} kept=${null} counted="refused" onBack=${nothing} />`,
  'refused and kept': () => html`<${Refused} kept="danger" counted="refused" onBack=${nothing} />`,
  result: () => html`<${Result} ...${resultProps({ raised: { level: 'a', reason: 'a', text: 'Presunta', reasonText: 'Miedo' } })} />`,
  sealed: () => html`<${Sealed} number=${1} folio="AAAA-AAAA-A" onNext=${nothing} onList=${nothing} />`,
  answers: () => html`<${Answers} who="Persona 1" parts=${[{ id: 'p', title: 'Parte', rows: [{ id: 'i', text: '¿Debe?', locale: 'es-MX', answer: 'Sí', by: 1 }] }]} onOpen=${nothing} onBack=${nothing} />`,
  close: () => html`<${Close} ...${close} />`,
  closed: () => html`<${Closed} folio="AAAA-AAAA-A" covered=${covered} counts=${{ seen: 1, screened: 1, refused: 0, not_reached: 0 }} onHome=${nothing} />`,
  outbox: () => html`<${Outbox} counts=${{ waiting: 1, sent: 2, quarantined: 1, refused: 1 }} drafts=${1} last=${null} failure="Sin red" waiting=${[{ id: 'a', folio: 'A', at: 'hoy' }]} refused=${[{ id: 'b', folio: 'B', reason: 'Grande' }]} quarantined=${[{ id: 'c', n: 2, reason: 'Código' }]} onBack=${nothing} />`,
  'outbox of a lost phone': () => html`<${Outbox} counts=${{ waiting: 0, sent: 0, quarantined: 0, refused: 1 }} drafts=${0} last="hoy" lost=${true} waiting=${[]} refused=${[{ id: 'b', folio: 'B', reason: 'Baja' }]} quarantined=${[]} onEnrol=${nothing} onBack=${nothing} />`,
  ready: () => html`<${Ready} lines=${[{ id: 'a', ok: 'no', text: 'Falta', todo: 'Descargue' }, { id: 'b', ok: 'yes', text: 'Está', todo: '' }]} languages=${[{ code: 'es', name: 'español', text: 'Sí', audio: 'No' }]} failure="No" onBack=${nothing} onFetch=${nothing} />`,
  addendum: () => html`<${Addendum} draft=${{ about: '', what: 'new_fact', codes: ['a'] }} recent=${[{ id: 'x', folio: 'A', at: 'hoy' }]} kinds=${[{ code: 'new_fact', text: 'Nuevo' }]} codes=${options} problem="Falta" onChange=${nothing} onSeal=${nothing} onBack=${nothing} />`,
  queue: () => html`<${Queue} rows=${[row]} total=${1} filters=${{ level: 'a' }} lists=${{ level: options, danger: options, status: options, setting: options, state: options, offence: options }} more="x" onFilter=${nothing} onOpen=${nothing}
    nav=${html`<${OfficeNav} at="queue" links=${[{ name: 'queue', href: '#/queue' }]} />`} top=${html`<${OfficeTop} user="S" otherLanguage=${other} />`} />`,
  detection: () => html`<${Detection} ...${detail()} onNote=${nothing} onDecide=${nothing} onBack=${nothing} failure=${{ title: 'No', text: 'Otra persona decidió' }} />`,
  quarantine: () => html`<${Quarantine} entries=${[{ key: 'k', folio: 'A', at: 'hoy', from: 'd', reasons: [{ id: 'r', text: 'Código', path: '/sex' }], decided: '' }]} reasonsFor=${() => options} onDecide=${nothing} />`,
};

for (const [name, screen] of Object.entries(screens)) test(`screen: ${name}`, async () => sound(await draw(screen())));

test('item: two texts, each with its own lang, and a mark that nobody reviewed it', async () => {
  const stage = await draw(screens['yes or no']());
  equal([find(stage, 'h1').lang, find(stage, '.beside').lang], ['en', 'es-MX']);
  ok(find(stage, '.mark').textContent.includes('text.status.draft'));
});

test('item: each answer is one tap, and an observation may be not seen', async () => {
  const got = /** @type {string[]} */ ([]);
  const onAnswer = (/** @type {string} */ v) => got.push(v);
  let stage = await draw(html`<${Item} ...${itemProps({ onAnswer })} />`);
  for (const b of stage.querySelectorAll('[data-answer]')) /** @type {HTMLElement} */ (b).click();
  equal(got, ['yes', 'no', 'unknown', 'declined']);
  stage = await draw(html`<${Item} ...${itemProps({ onAnswer, item: { id: 'o', kind: 'observation', type: 'yes_no' } })} />`);
  equal([...stage.querySelectorAll('[data-answer]')].map((b) => b.getAttribute('data-answer')), ['yes', 'no', 'no_information', 'not_applicable']);
});

test('item: the words for yes and no are the person\'s where the pack has them', async () => {
  const stage = await draw(html`<${Item} ...${itemProps({ person: { code: 'fr', messages: { 'answer.yes': { text: 'Oui', status: 'reviewed' } } } })} />`);
  const yes = find(stage, '[data-answer=yes] .of');
  equal([yes.textContent, yes.lang, find(stage, '[data-answer=no] .of').textContent], ['Oui', 'fr', 'answer.no']);
});

test('item: an age above the oldest is not taken', async () => {
  const got = /** @type {string[]} */ ([]);
  const stage = await draw(html`<${Item} ...${itemProps({ item: { id: 'g', kind: 'registration', type: 'age' }, options, missing: [], onAnswer: (/** @type {string} */ v) => got.push(v) })} />`);
  const type = async (/** @type {string} */ text) => {
    const input = find(stage, 'input');
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    find(stage, '[data-act=age]').click();
  };
  await type('130');
  equal(got, []);
  await type('17');
  equal(got, ['17']);
});

test('calls: an unverified number is shown but cannot be dialled', async () => {
  const stage = await draw(screens.danger());
  equal([...stage.querySelectorAll('a[href^="tel:"]')].map((a) => a.getAttribute('href')), ['tel:911', 'tel:5552098800']);
  ok(stage.textContent?.includes('call.dated') && stage.textContent.includes('call.unverified'));
});

test('result: the level, that it is a screening, and the folio can be said', async () => {
  const stage = await draw(html`<${Result} ...${resultProps()} />`);
  for (const said of ['Posible víctima', 'result.screening_only', 'result.no_lawyer', 'AAAA-AAAA-*', 'folio.sign_star']) ok(stage.textContent?.includes(said), said);
});

test('result: a raise needs a level and a reason', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${Result} ...${resultProps({ onRaise: (/** @type {any} */ r) => got.push(r) })} />`);
  equal(find(stage, '[data-act=raise]').disabled, true);
  find(stage, 'input[name=raise][value=a]').click();
  find(stage, 'input[name=raise-reason][value=b]').click();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  find(stage, '[data-act=raise]').click();
  equal(got, [{ level: 'a', reason: 'b' }]);
});

test('close: counts that contradict the list cannot be sealed', async () => {
  const stage = await draw(screens.close());
  equal(find(stage, '[data-act=seal-encounter]').disabled, true);
  const good = await draw(html`<${Close} ...${{ ...close, problems: [], unfinished: [] }} />`);
  equal(find(good, '[data-act=seal-encounter]').disabled, false);
});

test('decide: a dismissal needs a reason, and says which', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${Detection} ...${detail()} onNote=${nothing} onBack=${nothing} onDecide=${(/** @type {any} */ f) => got.push(f)} />`);
  find(stage, 'input[value=dismiss]').click();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  equal(find(stage, '[data-act=decide]').disabled, true);
  const select = find(stage, 'form select');
  select.value = 'training_or_test';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  find(stage, '[data-act=decide]').click();
  equal([got.length, got[0]?.decision, got[0]?.reason], [1, 'dismiss', 'training_or_test']);
});
