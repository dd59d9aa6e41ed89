// A visit of many: what a group said once, whom to speak with first, who was only
// observed, and that one more person makes no tap longer. Screens and store are real.
import { html } from '../vendor/ui.js';
import { AnswersScreen, ItemScreen } from '../app/capture-ask.js';
import { detectionOf, encounterOf, endOf, listCounts } from '../app/capture-draft.js';
import { inherited, lettersOf, mayShare } from '../app/capture-group.js';
import { ResultScreen } from '../app/capture-result.js';
import { coverage, lineOf } from '../app/capture-sample.js';
import { finishPerson } from '../app/capture-seal.js';
import { loadState } from '../app/capture-state.js';
import { append, packed, setFields, unpacked } from '../app/capture-store.js';
import { EncounterScreen, fitting, PersonScreen } from '../app/capture-visit.js';
import { applicable } from '../engine/index.js';
import { forgetKnown } from '../store/drafts.js';
import * as vault from '../store/vault.js';
import { sync } from '../sync/sync.js';
import { beginPerson, beginVisit, realApp } from './capture.fixture.js';
import { newVault } from './fixture.js';
import { equal, ok, received, test } from './harness.js';
import { draw, find } from './views.draw.js';
import { book, protocol, screening, visit as visitInHand } from './views.fixture.js';

const answer = (/** @type {string} */ item, value = 'yes') => ({ do: 'answer', item, value });
const ADULT = { do: 'set', fields: { person: { age: 30, nationality: 'MEX', groups: { indigenous: 'no' } } } };

/** The small protocol with what a group may share, and with persons who cannot be asked. */
function crowded() {
  const p = protocol();
  const item = (/** @type {string} */ id) => p.modules.flatMap((/** @type {any} */ m) => m.items).find((/** @type {any} */ i) => i.id === id);
  item('core_debt').group = true;
  item('core_debt').means = true; // not asked on the child path
  const asked = { item: 'saf_interview', is: ['yes'] };
  p.rules.levels[1].when = { any: [{ core_missing: true }, { not: { ended_is: ['completed'] } }] }; // as in rules.yaml
  for (const m of p.modules.slice(1)) m.open_if = asked;
  p.modules.splice(1, 0, { id: 'safety', title: 'Antes', items: [{ id: 'saf_interview', kind: 'observation', type: 'yes_no', text: '¿Se puede hablar?' }] },
    { id: 'observed', title: 'Visto', open_if: { item: 'saf_interview', is: ['no'] }, items: [
      { id: 'ovs_begs', kind: 'observation', type: 'yes_no', text: '¿Pide dinero para otro?' },
      { id: 'ovs_end', kind: 'statement', type: 'none', text: 'Hasta aquí.', ends_on: ['shown'] }] });
  return p;
}

/** Waits until something holds. @param {() => unknown} so @param {string} what */
async function until(so, what) {
  for (let i = 0; i < 400; i++) {
    if (so()) return;
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
  throw new Error(what + ' did not come about: ' + document.getElementById('stage')?.innerText.slice(0, 400));
}

/** A visit with a person who agreed and is an adult; the screens go nowhere, and say where they would. */
async function begun(asks = crowded()) {
  const { id } = await newVault();
  const { app, sha256 } = await realApp(asks);
  /** @type {any[]} */
  const went = [];
  app.go = app.replace = (/** @type {string} */ name, params = {}) => { went.push([name, params]); };
  const first = await beginPerson(app, await append(app, await beginVisit(app, sha256), answer('obs_gate', 'no')), 1);
  const person = await append(app, first.person, answer('saf_interview'), answer('open_who', 'shown'), answer('con_talk'), ADULT);
  return { app, sha256, went, person, visit: first.visit, vaultId: id };
}

/** Draws a screen of the open visit. */
const show = (/** @type {any} */ app, /** @type {any} */ screen, params = {}) => draw(html`<${screen} key=${Math.random()} app=${app} params=${params} />`);

test('group: said by one, noted once, and the next person begins with it and says otherwise with one tap', async () => {
  const { app, went, person, visit } = await begun();
  let stage = await show(app, ItemScreen, { id: person.id, item: 'core_debt' });
  await until(() => stage.querySelector('[data-answer=yes]'), 'the question');
  equal(stage.querySelector('[data-shared]'), null, 'nothing to share before there is an answer');
  find(stage, '[data-answer=yes]').click();
  await until(() => stage.querySelector('[data-shared]'), 'the offer to share');
  ok(find(stage, '[data-shared]').textContent.includes('¿Debe más de'), 'it names the answer that it is about');
  find(stage, '[data-group=A]').click();
  await until(() => find(stage, '[data-group=A]').getAttribute('aria-pressed') === 'true', 'the group');
  forgetKnown(); // as after a reload: it is on the disk
  const saved = unpacked(await app.drafts.get(visit.id));
  equal(inherited(saved, 'A').map((f) => [f.item, f.value, f.by, f.from]), [['core_debt', 'yes', 1, 'encounter']]);
  equal([saved.fields.lastGroup, saved.fields.persons[0].group, lettersOf(saved)], ['A', 'A', ['A', 'B']]);

  stage = await show(app, PersonScreen);
  await until(() => stage.querySelector('[data-act=begin-person]'), 'the next person');
  equal([...stage.querySelectorAll('select')].map((s) => s.value), ['none_needed', 'A'], 'interpreter and group of the last');
  ok(stage.textContent?.includes('answers.said'), 'and what is taken over');
  find(stage, '[data-act=begin-person]').click();
  await until(() => went.some(([name]) => name === 'item'), 'the second person');
  const two = unpacked(await app.drafts.get(went.find(([name]) => name === 'item')[1].id));
  const first = saved.fields['group:A:core_debt'];
  equal(two.answers, [{ item: 'core_debt', value: 'yes', from: 'encounter', by: 1, at: first.at }]);
  const asked = await append(app, two, answer('saf_interview'), answer('open_who', 'shown'), answer('con_talk'), ADULT, answer('nee_fear', 'no'));
  const { protocol: asks } = await loadState(app);
  const record = detectionOf({ protocol: asks, draft: asked, visit: saved, book: book(), agentLanguage: 'es-MX', at: 'x' }).record;
  equal(record.answers.find((/** @type {any} */ a) => a.item === 'core_debt'), { item: 'core_debt', value: 'yes', from: 'encounter', at: first.at });
  equal(record.assessment.computed.level, 'possible_victim', 'it counts as an answer of the person does');

  stage = await show(app, ItemScreen, { id: two.id });
  await until(() => stage.querySelector('[data-act=said]'), 'the talk');
  equal([find(stage, 'h1').textContent, stage.querySelector('[data-shared]')], ['¿Qué necesita?', null], 'not asked again, and not said on as one\'s own');
  stage = await show(app, AnswersScreen, { id: two.id });
  await until(() => stage.querySelector('[data-item=core_debt] .mark'), 'the answer, marked');
  stage = await show(app, ItemScreen, { id: two.id, item: 'core_debt' });
  await until(() => stage.querySelector('[data-act=ask-this]'), 'the answer of the group');
  find(stage, '[data-act=ask-this]').click();
  await until(() => !stage.querySelector('[data-act=ask-this]') && stage.querySelector('[data-answer=no]'), 'the question');
  equal(unpacked(await app.drafts.get(two.id)).answers.some((/** @type {any} */ a) => a.item === 'core_debt'), false);
  find(stage, '[data-answer=no]').click();
  await until(() => went.some(([name]) => name === 'result'), 'the end');
  const own = unpacked(await app.drafts.get(two.id));
  equal(own.answers.filter((/** @type {any} */ a) => a.item === 'core_debt').map((/** @type {any} */ a) => [a.value, a.from]), [['no', undefined]]);
  equal(inherited(unpacked(await app.drafts.get(visit.id)), 'A').length, 1, 'the group keeps what the first said');
});

test('group: whoever said it first takes it back, for those who come', async () => {
  const { app, person, visit } = await begun();
  const said = await append(app, person, answer('core_debt'));
  await setFields(app, visit, { 'group:A:core_debt': { value: 'yes', at: 'x', by: 1 }, 'group:B:core_debt': { value: 'yes', at: 'x', by: 7 } });
  const stage = await show(app, ItemScreen, { id: said.id, item: 'core_debt' });
  await until(() => stage.querySelector('[data-answer=no]'), 'the question');
  find(stage, '[data-answer=no]').click();
  await until(() => find(stage, 'h1').textContent !== '¿Debe más de 315.04 pesos?', 'what follows');
  const now = unpacked(await app.drafts.get(visit.id));
  equal([inherited(now, 'A').length, inherited(now, 'B').length], [0, 1]);
});

test('group: an answer that says nothing, or that a protocol does not share, is of one person', () => {
  const item = { id: 'x', group: true, type: 'yes_no' };
  equal(['yes', 'no', '', 'declined', 'unknown', 'no_information', 'not_applicable'].map((v) => mayShare(item, v)), [true, false, false, false, false, false, false]);
  equal(mayShare({ ...item, meets: { no: 'lab_no_contract' } }, 'no'), true, 'a "no" that is the fact');
  equal(mayShare({ ...item, group: undefined }, 'yes'), false);
});

test('group: on the child path what is not asked is not answered by others either', () => {
  const child = screening({ saf_interview: 'yes', open_who: 'shown', con_talk: 'yes', nee_fear: 'no' }, { person: { age: 15, nationality: 'MEX', groups: { indigenous: 'no' } } });
  child.answers.push({ item: 'core_debt', value: 'yes', from: 'encounter', by: 1, at: 'x' });
  const { record } = detectionOf({ protocol: crowded(), draft: child, visit: visitInHand(), book: book(), agentLanguage: 'es-MX', at: 'x' });
  equal([record.answers.some((/** @type {any} */ a) => a.item === 'core_debt'), record.assessment.computed.indicators], [false, []]);
});

test('observed: a statement that ends the talk means that nobody was asked, until it is corrected', async () => {
  const { app, sha256, went } = await begun();
  const two = await beginPerson(app, await append(app, await beginVisit(app, sha256), answer('obs_gate', 'no')), 1);
  const seen = await append(app, two.person, answer('saf_interview', 'no'), answer('ovs_begs', 'no'));
  equal(endOf(applicable(crowded(), { role: '', setting: '', person: {}, ended: '', answers: seen.answers })), 'completed', 'not before its last word');
  const done = await finishPerson(app, await loadStateOf(app, two.visit.id), await append(app, seen, answer('ovs_end', 'shown')));
  const { record } = done.fields;
  equal([record.ended, record.assessment.computed.level, record.shown], ['observation_only', 'inconclusive', []]);
  went.length = 0;
  await vault.destroy('panic');
  await sync();
  const sent = (await received()).flatMap((b) => b.records).find((r) => r.id === two.person.id)?.plain;
  equal(sent?.ended, 'observation_only', 'it leaves although nobody agreed to anything: nobody was asked');
});

test('observed: the result says so, and a correction makes a talk of it again', async () => {
  const { app, went, person } = await begun();
  const seen = await append(app, person, answer('saf_interview', 'no'), answer('ovs_begs', 'no'), answer('ovs_end', 'shown'));
  await finishPerson(app, await loadState(app), seen);
  equal(listCounts((await loadState(app)).persons), { screened: 1, observed: 1, refused: 0, not_reached: 0 }, 'a record, and no talk');
  let stage = await show(app, ResultScreen, { id: person.id });
  await until(() => stage.querySelector('.level'), 'the result');
  ok(stage.textContent?.includes('result.observed_means') && !stage.textContent.includes('result.none_means') && !stage.textContent.includes('result.inconclusive_means'));
  find(stage, '[data-act=next]').click();
  equal(went.pop()?.[0], 'person', 'the next person is one tap away');
  stage = await show(app, ItemScreen, { id: person.id, item: 'saf_interview' });
  await until(() => stage.querySelector('[data-answer=yes]'), 'the question');
  find(stage, '[data-answer=yes]').click();
  await until(() => find(stage, 'h1').textContent?.includes('¿Debe'), 'the talk goes on');
  equal(unpacked(await app.drafts.get(person.id)).fields.record, null);
  equal(listCounts((await loadState(app)).persons), { screened: 0, observed: 0, refused: 0, not_reached: 0 });
});

/** The state of one visit, where there are two. @param {any} app @param {string} id */
async function loadStateOf(app, id) {
  const state = await loadState(app);
  return { ...state, visit: unpacked(await app.drafts.get(id)) };
}

test('many: nobody is counted twice, the line ends before the time does, and the start is drawn', () => {
  for (let there = 1; there <= 220; there += 7) {
    for (let time = 1; time <= there; time += 3) {
      for (const first of [0, 1, Math.floor(time / 2), time]) {
        for (const drawn of [0, 1, 12345, 4294967295]) {
          const line = /** @type {any} */ (lineOf({ there, time, first, drawn }));
          const said = JSON.stringify([there, time, first, drawn, line]);
          if (time >= there) { equal(line, { kind: 'all' }); continue; }
          if (line.kind === 'only') { ok(time <= first || there <= first, said); continue; }
          ok(line.picked.length >= 1 && line.picked.length <= time - first, said);
          ok(line.picked.at(-1) <= there - first && line.picked.at(-1) + line.k > there - first, 'whoever stands last may be asked as well: ' + said);
          ok(line.start >= 1 && line.start <= line.k && line.picked.every((/** @type {number} */ n, /** @type {number} */ i) => n === line.start + i * line.k), said);
        }
      }
    }
  }
  equal(lineOf({ there: 200, time: 20, first: 0, drawn: 6 }), { kind: 'every', rest: 200, k: 10, start: 7, picked: [7, 17, 27, 37, 47, 57, 67, 77, 87, 97, 107, 117, 127, 137, 147, 157, 167, 177, 187, 197] });
});

test('many: how much was covered is never more than it was', () => {
  equal(coverage({ seen: 200, screened: 199 }), { n: 199, of: 200, percent: 99, rest: 1 });
  equal([coverage({ seen: 200, screened: 0 })?.percent, coverage({ seen: 3, screened: 3 })?.percent, coverage({ seen: 0, screened: 0 })], [0, 100, null]);
});

test('setup: first what is for the post, and of that what is whole', () => {
  const of = (/** @type {string} */ id, /** @type {string} */ depth, /** @type {string[]} */ roles, settings = ['transit']) => ({ id, depth, roles, settings });
  const all = [of('a', 'base', ['other']), of('b', 'base', ['mine']), of('c', 'full', ['other']), of('d', 'full', ['mine']), of('e', 'full', ['mine'], ['farm'])];
  equal(fitting(all, 'transit', 'mine').map((p) => p.id), ['d', 'b', 'c', 'a']);
});

test('setup: a phone knows of each protocol how deep it goes and how long it takes', async () => {
  const { app } = await begun({ ...crowded(), depth: 'base', budget: { negative: 8, vulnerable: 12 } });
  equal((await app.content.protocols()).map((/** @type {any} */ p) => [p.depth, p.budget]), [['base', { negative: 8, vulnerable: 12 }]]);
});

test('visit: each person of the list is a field of its own, and a list of an older page is taken along', async () => {
  const { app, visit } = await begun();
  const flat = await app.drafts.get(visit.id);
  equal([flat.persons, Object.keys(flat).filter((k) => k.startsWith('person:')).length], [undefined, 1]);
  const old = { ...flat, persons: [{ id: 'x', number: 9, linked: [] }] };
  equal(unpacked(old).fields.persons.map((/** @type {any} */ p) => p.number), [9, 1]);
  const again = packed(unpacked(old));
  equal([again.persons, again['person:x']], [undefined, { number: 9, linked: [] }]);
  equal(encounterOf({ protocol: crowded(), visit: unpacked(old), counts: {}, at: 'x' }).counts, {});
});

test('visit: of a long list the last are shown, and who is not finished, until all are asked for', async () => {
  const { app, visit } = await begun();
  const many = Array.from({ length: 60 }, (_, i) => ({ id: app.uuid7(), number: i + 2, linked: [] }));
  await setFields(app, visit, { persons: [...visit.fields.persons, ...many] });
  const stage = await show(app, EncounterScreen);
  await until(() => stage.querySelector('[data-act=all]'), 'the list');
  const rows = () => [...stage.querySelectorAll('main section li')].map((li) => Number(/\d+/.exec(li.textContent || '')?.[0]));
  equal([find(stage, '[data-person="1"]').dataset.person, rows().length], ['1', 31]);
  find(stage, '[data-act=all]').click();
  await until(() => rows().length === 61, 'all of them');
});
