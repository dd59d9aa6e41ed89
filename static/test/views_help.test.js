// What helps where agent and person share no language. Screens and store are real.
import { html } from '../vendor/ui.js';
import { ItemScreen } from '../app/capture-ask.js';
import { detectionOf, itemsOf, mayHand } from '../app/capture-draft.js';
import { CardScreen, FinderScreen, GiveScreen, HandScreen } from '../app/capture-help.js';
import { append, setFields, unpacked } from '../app/capture-store.js';
import { PersonScreen } from '../app/capture-visit.js';
import { interpreterOf } from '../parts/explain.js';
import { ADULT, answer, beginPerson, beginVisit, realApp } from './capture.fixture.js';
import { newVault } from './fixture.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound, until } from './views.draw.js';
import { book, protocol } from './views.fixture.js';

/** A person who agreed, adult; the screens go nowhere, and say where they would. @param {object} [fields] @param {any} [asks] */
async function begun(fields = {}, asks = protocol()) {
  await newVault();
  const { app, sha256 } = await realApp(asks);
  /** @type {any[]} */
  const went = [];
  app.go = app.replace = (/** @type {string} */ name, params = {}) => { went.push([name, params]); };
  const first = await beginPerson(app, await append(app, await beginVisit(app, sha256), answer('obs_gate', 'no')), 1);
  const person = await append(app, await setFields(app, first.person, fields), answer('open_who', 'shown'), answer('con_talk'), ADULT);
  return { app, went, person, visit: first.visit };
}

/** Draws a screen of the open visit. */
const show = (/** @type {any} */ app, /** @type {any} */ screen, params = {}) => draw(html`<${screen} key=${Math.random()} app=${app} params=${params} />`);

test('card: one tap from the item where somebody interprets, and nowhere else', async () => {
  const alone = await begun();
  let stage = await show(alone.app, ItemScreen, { id: alone.person.id });
  await until(() => stage.querySelector('[data-answer=yes]'), 'the question');
  equal(stage.querySelector('[data-act=card]'), null);
  const { app, went, person } = await begun({ interpreter: 'relative' });
  stage = await show(app, ItemScreen, { id: person.id });
  await until(() => stage.querySelector('[data-act=card]'), 'the way to the card');
  find(stage, '[data-act=card]').click();
  equal(went, [['card', { id: person.id, item: 'core_debt' }]]);
});

test('card: the question, what it asks and what not, and a warning where the codebook says so', async () => {
  const { app, went, person } = await begun({ interpreter: 'relative' });
  const stage = await show(app, CardScreen, { id: person.id, item: 'core_debt' });
  await until(() => stage.querySelector('[name=back]'), 'the card');
  await sound(stage);
  equal(find(stage, 'h1').textContent, '¿Debe más de 315.04 pesos?');
  equal([...stage.querySelectorAll('.aloud')].slice(0, 2).map((e) => [e.textContent, /** @type {HTMLElement} */ (e).lang]), [['Si debe.', 'es-MX'], ['Cuánto.', 'es-MX']]);
  equal(find(stage, '.notice').textContent, 'card.conflictPuede callar.');
  find(stage, '[data-act=back]').click();
  equal(went, [['item', { id: person.id, item: 'core_debt' }]]);
  equal(interpreterOf(book(), 'none_needed').conflict, '');
});

test('card: what was said back is on the disk, in the record of that item, and can be taken back', async () => {
  const { app, person, visit } = await begun({ interpreter: 'relative' });
  const shown = { do: 'shown', item: 'core_debt', locale: 'es-MX', status: 'draft', text_hash: 'a'.repeat(64) };
  await append(app, person, shown, answer('core_debt', 'no'), { ...shown, item: 'nee_fear' }, answer('nee_fear', 'no'));
  const said = async () => {
    const draft = unpacked(await app.drafts.get(person.id));
    return detectionOf({ protocol: protocol(), draft, visit, book: book(), agentLanguage: 'es-MX', at: 'x' }).record.shown.map((/** @type {any} */ s) => [s.item, s.said_back]);
  };
  const stage = await show(app, CardScreen, { id: person.id, item: 'core_debt' });
  await until(() => stage.querySelector('[name=back]'), 'the card');
  equal(await said(), [['core_debt', undefined], ['nee_fear', undefined]]);
  find(stage, '[name=back]').click();
  await until(() => stage.textContent?.includes('ask.saved'), 'the mark');
  equal(await said(), [['core_debt', 'yes'], ['nee_fear', undefined]]);
  ok(find(stage, '[name=back]').checked);
  find(stage, '[name=back]').click();
  for (let i = 0; i < 100 && JSON.stringify(await said()).includes('yes'); i++) await new Promise((resolve) => { setTimeout(resolve, 25); });
  equal(await said(), [['core_debt', undefined], ['nee_fear', undefined]]);
});

test('finder: one screen, own names first, this visit and this state on top, all others by their people or by typing', async () => {
  const { app, went, visit } = await begun();
  await setFields(app, visit, { spoken: ['es-MX'] });
  const now = JSON.stringify({ language: 'es-MX', interpreter: 'none_needed', group: 'A', linked: [] });
  const stage = await show(app, FinderScreen, { now });
  await until(() => stage.querySelector('[data-answer]'), 'the languages');
  await sound(stage);
  equal([...stage.querySelectorAll('h2')].map((e) => e.textContent), ['finder.here', 'finder.near', 'finder.others', 'finder.peoples']);
  equal([...stage.querySelectorAll('section:nth-of-type(2) .tongue')].map((e) => [...e.children].map((c) => c.textContent)), [['tu’un savi', 'mixteco de Guerrero del este medio · Guerrero']]);
  find(stage, '[data-people=mixteco]').click();
  await until(() => stage.querySelectorAll('.tongue').length === 2, 'the variants of the people');
  const type = async (/** @type {string} */ text) => {
    const input = find(stage, 'input');
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  };
  await type('OTRO lugar');
  equal(stage.querySelectorAll('.tongue').length, 1);
  await type('zzz');
  ok(stage.textContent?.includes('list.none'));
  await type('otro lugar');
  find(stage, '.tongue').click();
  equal(went, [['person', { now, language: 'variant:mixteco de otro lugar' }]]);
});

test('finder: a variant without a code is named as the person\'s language, and no item is put in another by it', async () => {
  const { app, went } = await begun();
  const now = JSON.stringify({ language: 'es-MX', interpreter: 'none_needed', group: 'A', linked: [] });
  const stage = await show(app, PersonScreen, { now, language: 'variant:mixteco de otro lugar' });
  await until(() => stage.querySelector('[data-act=begin-person]'), 'the next person');
  equal([...stage.querySelectorAll('select')].map((s) => s.value), ['needed_not_available', 'A'], 'an interpreter is needed; the group stays');
  find(stage, '[data-act=begin-person]').click();
  await until(() => went.some(([name]) => name === 'item'), 'the person');
  const { fields } = unpacked(await app.drafts.get(went.find(([name]) => name === 'item')[1].id));
  equal([fields.language, fields.variant, fields.pack], ['mis', 'mixteco de otro lugar', null]);
});

test('hand: only items that are plain questions of yes and no, and nothing that follows on a danger', () => {
  const p = protocol();
  const item = (/** @type {string} */ id) => itemsOf(p).find((i) => i.id === id);
  const may = () => itemsOf(p).filter((i) => mayHand(p, i)).map((i) => i.id);
  equal(may(), ['core_debt', 'nee_fear']);
  item('core_debt').ask_if = { any: [{ not: { item: 'nee_fear', is: ['no'] } }] };
  equal(may(), ['nee_fear'], 'what hangs on a danger');
  delete item('core_debt').ask_if;
  item('nee_fear').ask_if = { item: 'core_debt', is: ['yes'] };
  equal(may(), ['core_debt'], 'a danger that hangs on something');
  delete item('nee_fear').ask_if;
  p.modules[3].open_if = { all: [{ item: 'nee_fear', is: ['yes'] }] };
  equal(may(), [], 'a part of the talk that a danger opens');
});

/** The guard as far as the screens see it. @param {any} app */
function guardOf(app) {
  const did = /** @type {string[]} */ ([]);
  app.guard = { hand: (/** @type {string} */ id) => did.push('hand ' + id), lock: async () => did.push('lock') };
  return did;
}

test('hand: given from the item, and the person sees one question and four shapes', async () => {
  const { app, went, person } = await begun();
  const did = guardOf(app);
  let stage = await show(app, ItemScreen, { id: person.id });
  await until(() => stage.querySelector('[data-act=hand]'), 'the offer');
  find(stage, '[data-act=hand]').click();
  equal(went.pop(), ['give', { id: person.id, item: 'core_debt' }]);
  stage = await show(app, GiveScreen, { id: person.id, item: 'core_debt' });
  await until(() => stage.querySelector('[data-act=give]'), 'what to do');
  await sound(stage);
  find(stage, '[data-act=give]').click();
  await until(() => did.length, 'the phone given');
  equal(did, ['hand ' + person.id]);
  stage = await show(app, HandScreen, { id: person.id });
  await until(() => stage.querySelector('[data-answer=yes]'), 'the question');
  await sound(stage);
  equal([...stage.querySelectorAll('button')].map((b) => b.textContent?.trim()), ['answer.yes', 'answer.no', 'hand.unknown', 'hand.declined', '❚❚ hand.stop']);
  const looks = [...stage.querySelectorAll('[data-answer]')].map((b) => { const s = getComputedStyle(b); return [s.backgroundColor, s.borderColor, b.getAttribute('aria-pressed')].join(); });
  equal(new Set(looks).size, 1, 'no button looks like more than another');
});

test('hand: an answer is saved like any tap; at a danger the questions end with the same words, and the agent\'s screen says it first', async () => {
  const { app, went, person } = await begun();
  const did = guardOf(app);
  await setFields(app, person, { handed: [] });
  let stage = await show(app, HandScreen, { id: person.id });
  await until(() => stage.querySelector('[data-answer=no]'), 'the question');
  find(stage, '[data-answer=declined]').click();
  await until(() => find(stage, 'h1').textContent === '¿Teme algo hoy?', 'the next question');
  ok(document.activeElement === find(stage, 'h1'), 'the focus on it');
  const saved = unpacked(await app.drafts.get(person.id));
  equal([saved.answers.at(-1).item, saved.answers.at(-1).value], ['core_debt', 'declined']);
  equal(saved.shown.map((/** @type {any} */ s) => [s.item, s.locale]), [['core_debt', 'es-MX']]);
  find(stage, '[data-act=stop]').click();
  await until(() => stage.querySelector('[data-act=go-on]'), 'the stop');
  find(stage, '[data-act=go-on]').click();
  await until(() => stage.querySelector('[data-answer=yes]'), 'the question again');
  find(stage, '[data-answer=yes]').click();
  await until(() => stage.querySelector('[data-act=mine]'), 'the end');
  await sound(stage);
  equal([find(stage, 'h1').textContent, stage.querySelector('[data-act=go-on]')], ['hand.over', null]);
  find(stage, '[data-act=mine]').click();
  equal(did, ['lock']);
  stage = await show(app, ItemScreen, { id: person.id });
  await until(() => went.length, 'the agent\'s screen');
  equal(went, [['danger', { id: person.id }]], 'before the result, which nothing else stands in the way of');
  equal(unpacked(await app.drafts.get(person.id)).fields.handed, undefined);
});
