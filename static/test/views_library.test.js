// The reading page of the protocols: conditions in words, what a protocol can
// find and what not, a walk that keeps nothing, and sound screens.
import { html } from '../vendor/ui.js';
import { coverageOf } from '../app/library-coverage.js';
import { actionsFor, flowOf, mayHold } from '../app/library-flow.js';
import { faceOf, inputOf, standing, traceLines, Trial } from '../app/library-try.js';
import { libraryRows, postsOf, wordsFor } from '../app/library.js';
import { conditionWords } from '../parts/condition-words.js';
import { addMessages } from '../text/messages.js';
import { Library } from '../views/library.js';
import { Protocol } from '../views/protocol.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { book, protocol } from './views.fixture.js';

const nothing = () => undefined;
const now = new Date(2026, 5, 1);
const w = (/** @type {any} */ reader = null) => wordsFor(protocol(), reader, book(), now);

/** Some words of the page, while the test runs. @param {Record<string, string>} texts @param {() => unknown} what */
async function saying(texts, what) {
  addMessages('es-MX', Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, { text, status: 'source' }])));
  try {
    await what();
  } finally {
    addMessages('es-MX', {});
  }
}

/** A condition as one line: groups in brackets. @param {any} said @returns {string} */
const line = (said) => (said.head ? `${said.head}[${said.parts.map(line).join(' / ')}]` : (said.quote ? `«${said.quote.text}» ` : '') + said.text);

const spanish = {
  'condition.all': 'TODO', 'condition.any': 'ALGUNA', 'condition.not': 'NO', 'condition.or': 'o', 'condition.always': 'siempre', 'condition.answer': 'se contesta {{.answers}}', 'condition.path_child': 'niñez',
  'condition.sex': 'sexo {{.codes}}', 'condition.role': 'puesto {{.codes}}', 'condition.age_below': 'menos de {{.n}}', 'condition.age_known': 'edad sabida', 'condition.age_unknown': 'edad no sabida',
  'condition.group': 'grupo {{.code}}', 'condition.level_is': 'nivel {{.codes}}', 'condition.ended_is': 'fin {{.codes}}', 'condition.setting': 'lugar {{.codes}}', 'condition.core_missing': 'falta central', 'condition.core_whole': 'central completa',
  'condition.met': 'hay {{.code}}', 'condition.count': 'hay {{.n}} de {{.of}}', 'condition.count_one': 'hay uno de {{.of}}', 'condition.count_any': 'todo', 'condition.strength': 'peso {{.strengths}}', 'condition.except': 'menos {{.codes}}',
  'dimension.exploitation': 'explotación', 'dimension.danger': 'peligro', 'strength.strong': 'fuerte', 'strength.medium': 'medio', 'answer.yes': 'sí', 'answer.no': 'no',
};

test('conditions: every part in words, groups as they hang together', () => saying(spanish, () => {
  for (const [condition, want] of /** @type {[any, string][]} */ ([
    [null, 'siempre'], [{}, 'siempre'], [{ all: [] }, 'siempre'],
    [{ item: 'core_debt', is: ['yes', 'no'] }, '«¿Debe más de 315.04 pesos?» se contesta sí o no'],
    [{ item: 'nee_list', is: ['medical'] }, '«¿Qué necesita?» se contesta Atención médica'],
    [{ path: 'child' }, 'niñez'], [{ sex: ['female'] }, 'sexo Mujer'], [{ role: ['labour_inspector'] }, 'puesto Inspección'], [{ setting: ['agriculture'] }, 'lugar Campo'],
    [{ group: 'indigenous' }, 'grupo Indígena'], [{ age_below: 18 }, 'menos de 18'], [{ age_known: true }, 'edad sabida'], [{ age_known: false }, 'edad no sabida'],
    [{ ended_is: ['completed'] }, 'fin Completa'], [{ level_is: ['possible_victim', 'inconclusive'] }, 'nivel Posible víctima o No concluyente'],
    [{ core_missing: true }, 'falta central'], [{ core_missing: false }, 'central completa'],
    [{ count: { codes: ['coe_debt'], min: 1 } }, 'hay «Deuda»'], [{ count: { codes: ['coe_debt', 'dan_fear'], min: 1 } }, 'hay uno de «Deuda» o «Teme hoy»'],
    [{ count: { dimensions: ['exploitation'], strengths: ['strong', 'medium'], except: ['coe_debt'], min: 2 } }, 'hay 2 de explotación, peso fuerte o medio, menos «Deuda»'], [{ count: { min: 3 } }, 'hay 3 de todo'],
    [{ path: 'child', sex: ['female'] }, 'TODO[niñez / sexo Mujer]'],
    [{ all: [{ path: 'child' }, { all: [{ sex: ['female'] }, { age_known: true }] }] }, 'TODO[niñez / sexo Mujer / edad sabida]'],
    [{ any: [{ path: 'child' }, { any: [{ age_known: false }, { age_below: 15 }] }] }, 'ALGUNA[niñez / edad no sabida / menos de 15]'],
    [{ any: [{ path: 'child' }] }, 'niñez'],
    [{ all: [{ not: { role: ['labour_inspector'] } }, { any: [{ path: 'child' }, { all: [{ age_known: false }, { sex: ['female'] }] }] }] }, 'TODO[NO[puesto Inspección] / ALGUNA[niñez / TODO[edad no sabida / sexo Mujer]]]'],
    [{ item: 'gone', is: ['yes'] }, '«gone» se contesta sí'],
  ])) equal(line(conditionWords(condition, w())), want, JSON.stringify(condition));
}));

test('conditions: the item is quoted in the language that it really stands in', () => {
  const reader = { code: 'en', protocols: { small: { 'item.core_debt': { text: 'Debt?', status: 'draft' } } } };
  equal(/** @type {any} */ (conditionWords({ item: 'core_debt', is: ['yes'] }, w(reader))).quote, { text: 'Debt?', locale: 'en', status: 'draft' });
  equal(/** @type {any} */ (conditionWords({ item: 'nee_fear', is: ['yes'] }, w(reader))).quote.locale, 'es-MX');
});

/** The protocol with an item said in the words of a place. @returns {any} */
function worded() {
  const p = protocol();
  const item = p.modules[3].items[0];
  Object.assign(item, { words: 'clinic', group: true, ask_if: { item: 'nee_fear', is: ['yes'] } });
  item.note.words = 'clinic';
  return p;
}

test('flow: items in order, with what their answers do, and the words of the place', () => {
  const reader = { code: 'en', protocols: { small: Object.fromEntries([['item.core_debt', 'shared'], ['item.core_debt~clinic', 'of the place'], ['item.core_debt~clinic.child', 'child of the place'], ['item.core_debt~clinic.asks', 'asked here'], ['item.core_debt.not', 'shared']].map(([id, text]) => [id, { text, status: 'draft' }])) } };
  const flow = flowOf(worded(), book(), wordsFor(worded(), reader, book(), now));
  equal(flow.modules.map((m) => [m.n, m.items.length]), [[1, 1], [2, 2], [3, 3], [4, 3]]);
  const [debt] = flow.modules[3].items;
  equal([debt.text.text, debt.child?.text, debt.note[0].text, debt.note[1].locale], ['of the place', 'child of the place', 'asked here', 'es-MX'], 'never the shared words');
  equal(debt.answers.map((a) => [a.code, a.meets?.text ?? '', a.ends]), [['yes', 'Deuda', false], ['no', '', false]]);
  equal(debt.marks, ['library.mark_core', 'library.mark_group', 'library.mark_words']);
  equal(flow.modules[1].items[1].answers.map((a) => [a.code, a.ends]), [['yes', false], ['no', true], ['declined', true]]);
  equal([flow.modules[2].items[0].from, flow.modules[2].items[1].from, flow.modules[3].items[2].from], ['library.type_age', 'library.type_list', 'library.type_multi']);
  equal(flow.levels.map((l) => l.level), ['Posible víctima', 'No concluyente', 'Sin indicios hoy']);
  equal(flow.offences[0].elements.map((e) => e.indicators.length), [1, 0]);
});

test('acts: those that a post may have, and no others', () => {
  const p = protocol();
  p.rules.actions.push({ code: 'others', kind: 'tell', text: 'Otros.', when: { all: [{ not: { role: ['labour_inspector'] } }] }, by: 'P3D' }, { code: 'mine', kind: 'tell', text: 'Míos.', when: { any: [{ role: ['labour_inspector'] }, { role: ['x'] }] }, by: 'PT4H', to: 'emergency' });
  const of = (/** @type {string} */ role) => actionsFor(p, role, w()).flatMap((part) => part.acts.map((a) => a.code));
  equal(of('labour_inspector'), ['call_911', 'report', 'mine', 'no_promise']);
  equal(of('police_officer'), ['call_911', 'report', 'others', 'no_promise']);
  equal(actionsFor(p, 'labour_inspector', w())[1].acts.map((a) => [a.to, a.by]), [['Emergencias', 'library.by_hours']]);
  ok(mayHold({ not: { role: ['a'], path: 'child' } }, 'a'), 'what also hangs on something else may hold');
});

test('coverage: by form, dimension and offence; what no item meets is there', () => {
  const b = book();
  b.indicators = [{ ...b.indicators[0], form_hint: 'debt', strength: 'strong' }, { ...b.indicators[1], strength: 'danger' }, { code: 'exp_organs', es: 'Órganos', dimension: 'exploitation', strength: 'strong', form_hint: 'organs' }];
  const c = coverageOf(protocol(), b, w());
  const short = (/** @type {any[]} */ groups) => groups.map((g) => [g.code, g.met, g.indicators.length]);
  equal(short(c.form), [['debt', 1, 1], ['organs', 0, 1], ['', 1, 1]], 'what has no form comes last');
  equal(short(c.dimension), [['coercion_destination', 1, 1], ['danger', 1, 1], ['exploitation', 0, 1]]);
  equal(short(c.offence), [['art12', 1, 1]]);
  equal(c.form[0].indicators[0].items.map((i) => [i.text, i.answer]), [['¿Debe más de 315.04 pesos?', 'answer.yes']]);
});

const item = (/** @type {string} */ id) => protocol().modules.flatMap((/** @type {any} */ m) => m.items).find((/** @type {any} */ i) => i.id === id);

test('a walk: the engine asks, answers of the person stand in the person, a no ends it', () => {
  const walk = { role: 'labour_inspector', setting: 'agriculture', given: /** @type {any[]} */ ([]) };
  const give = (/** @type {string} */ id, /** @type {string} */ value) => walk.given.push({ item: item(id), value });
  equal(standing(protocol(), walk).item?.id, 'obs_gate');
  give('obs_gate', 'no');
  give('open_who', 'shown');
  give('con_talk', 'yes');
  give('reg_age', '12');
  give('reg_indigenous', 'yes');
  equal(inputOf(walk).person, { age: 12, groups: { indigenous: 'yes' } });
  equal(inputOf(walk).answers?.length, 3);
  const at = standing(protocol(), walk);
  equal([at.child, at.assessment.path, at.item?.id], [true, 'child', 'reg_nation']);
  give('reg_nation', 'MEX');
  give('core_debt', 'yes');
  give('nee_fear', 'no');
  give('nee_list', 'medical');
  const end = standing(protocol(), walk);
  equal([end.item, end.stopped, end.assessment.level], [null, false, 'possible_victim']);
  equal(traceLines(end.assessment, w(), () => 'yes', (code) => code).map((r) => r.text.replace('library.trace_', '')).filter((x, i, all) => all.indexOf(x) === i), ['path', 'indicator', 'level', 'offence', 'action']);
  walk.given.length = 2;
  give('con_talk', 'no');
  const refused = standing(protocol(), walk);
  equal([refused.item, refused.stopped, refused.assessment.level], [null, true, 'inconclusive']);
});

test('a walk: a list of the codebook, and the child words where they are due', () => {
  equal(faceOf(item('reg_nation'), false, w(), book()).options.map((o) => o.code), ['MEX', 'GTM']);
  equal([faceOf(item('core_debt'), true, w(), book()).said.text, faceOf(item('nee_fear'), true, w(), book()).child], ['¿Debes dinero?', false]);
  equal(faceOf(item('open_who'), false, w(), book()).missing, []);
});

test('library: one’s own posts first, and a base one says so', () => {
  const b = { ...book(), authorities: [{ code: 'labour', posts: 'labour_inspector|other' }, { code: 'other', posts: '' }] };
  equal([postsOf(b, 'labour'), postsOf(b, 'other'), postsOf(b, ''), postsOf(null, 'x')], [['labour_inspector', 'other'], [], [], []]);
  const p = (/** @type {string} */ id, /** @type {string[]} */ roles, depth = 'base') => ({ id, version: 1, title: id, depth, settings: ['agriculture'], roles });
  const rows = libraryRows([p('zeta', ['labour_inspector'], 'full'), p('beta', []), p('alfa', ['police_officer'])], { book: b, own: postsOf(b, 'labour'), titles: (id, text) => ({ text, locale: 'es-MX' }) });
  equal(rows.map((r) => [r.id, r.mine, r.base]), [['zeta', true, false], ['alfa', false, true], ['beta', false, true]]);
});

const rows = [
  { id: 'a', version: 3, title: { text: 'Campo agrícola con un nombre muy largo', locale: 'es-MX' }, base: false, mine: true, places: ['Campo'], posts: ['Inspección', 'Policía'], budget: { negative: 8, vulnerable: 12 }, lengths: { shortest: 1, negative: 2, vulnerable: 3, typical: 4, longest: 5, registered: 6 } },
  { id: 'b', version: 1, title: { text: 'Checkpoint', locale: 'en' }, base: true, mine: false, places: ['Retén'], posts: [], budget: null, lengths: null },
];
for (const [name, props] of Object.entries({ full: { rows, ownKnown: true }, failed: { rows: [], failure: 'No' }, unknown: { rows, ownKnown: false } })) {
  test(`library screen: ${name}`, async () => sound(await draw(html`<${Library} ...${props} onOpen=${nothing} onAgain=${nothing} />`)));
}

test('library screen: a tap opens it', async () => {
  const got = /** @type {string[]} */ ([]);
  const stage = await draw(html`<${Library} rows=${rows} ownKnown onOpen=${(/** @type {string} */ id) => got.push(id)} />`);
  find(stage, '[data-protocol=b] button').click();
  equal(got, ['b']);
});

const head = { title: { text: 'Pequeña', locale: 'es-MX' }, version: 1, base: true, lawyer: false, places: ['Campo'], posts: ['Inspección'], budget: { negative: 8, vulnerable: 12 } };
const screen = (/** @type {string} */ tab, /** @type {object} */ more = {}) => html`<${Protocol} head=${head} tab=${tab} onTab=${nothing} role="labour_inspector" onRole=${nothing} actions=${actionsFor(protocol(), 'labour_inspector', w())}
  flow=${tab === 'flow' && { ...flowOf(worded(), book(), w()), roles: [{ code: 'labour_inspector', text: 'Inspección' }] }} by="form" onBy=${nothing}
  coverage=${tab === 'coverage' && coverageOf(protocol(), book(), w())} trial=${tab === 'try' && html`<${Trial} protocol=${protocol()} book=${book()} w=${w()} />`} onBack=${nothing} ...${more} />`;

for (const tab of ['flow', 'try', 'coverage']) test(`protocol screen: ${tab}`, async () => sound(await draw(screen(tab))));

test('protocol screen: all modules open at once, and every item is there', async () => {
  const stage = await draw(screen('flow'));
  equal(stage.querySelectorAll('[data-item]').length, 0);
  find(stage, '[data-act=unfold]').click();
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  equal(stage.querySelectorAll('[data-item]').length, 9);
  await sound(stage);
});

test('protocol screen: a walk on screen, taken back and begun again', async () => {
  const stage = await draw(screen('try'));
  const wait = () => new Promise((resolve) => { setTimeout(resolve, 30); });
  const asked = () => find(stage, '[data-asked]').dataset.asked;
  find(stage, '[data-answer=no]').click();
  await wait();
  equal(asked(), 'open_who');
  ok(document.activeElement?.matches('[data-asked] h2'), 'the focus is on the new question');
  find(stage, '[data-answer=shown]').click();
  await wait();
  find(stage, '[data-answer=no]').click();
  await wait();
  ok(!stage.querySelector('[data-asked]'), 'a no ends the talk');
  find(stage, '[data-act=undo]').click();
  await wait();
  equal(asked(), 'con_talk');
  find(stage, '[data-act=restart]').click();
  await wait();
  equal(asked(), 'obs_gate');
});
