// What becomes of a draft: the engine's input, the changes of a tap, the record,
// the counts of an encounter. The engine is the real one.
import { actionsIf, changesOf, countProblems, detectionOf, encounterOf, inputOf, keptBecause, agreed, evaluate, listCounts, personSteps, personsOf, placeSteps, refusal, wholePerson } from '../app/capture-draft.js';
import { applied, packed, stamp, unpacked } from '../app/capture-store.js';
import { languageOptions } from '../app/capture-state.js';
import { equal, ok, test } from './harness.js';
import { book, protocol, screening, visit } from './views.fixture.js';

const AT = '2026-11-23T10:00:00.000-06:00';
const of = (/** @type {any} */ draft, /** @type {any} */ v = visit()) => detectionOf({ protocol: protocol(), draft, visit: v, book: book(), agentLanguage: 'es-MX', at: AT });
const item = (/** @type {string} */ id) => protocol().modules.flatMap((/** @type {any} */ m) => m.items).find((/** @type {any} */ i) => i.id === id);

test('draft: one answer is one field on the disk, and comes back the same', () => {
  const draft = applied(screening({ con_talk: 'yes' }), [{ do: 'answer', item: 'core_debt', value: 'no' }, { do: 'shown', item: 'core_debt', locale: 'en', status: 'draft', text_hash: 'ab' }], AT);
  const flat = packed(draft);
  equal(flat['answer:core_debt'], { value: 'no', at: AT });
  equal(unpacked(flat), draft);
  const again = applied(draft, [{ do: 'answer', item: 'core_debt', value: 'yes' }], AT);
  equal(again.answers.filter((a) => a.item === 'core_debt').map((a) => a.value), ['yes']);
  equal(draft.answers.filter((a) => a.item === 'core_debt').map((a) => a.value), ['no'], 'the draft given stays as it was');
});

test('draft: a time carries the offset of the clock', () => {
  ok(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/.test(stamp(new Date())));
  equal(Date.parse(stamp(new Date('2026-11-23T10:00:00Z'))), Date.parse('2026-11-23T10:00:00Z'));
});

test('draft: an answer of a person field goes to the person, never to the answers', () => {
  const draft = screening();
  const fields = (/** @type {string} */ id, /** @type {string} */ value, d = draft) => /** @type {any} */ (changesOf(item(id), value, d)[0]).fields;
  equal(fields('reg_age', '30'), { person: { age: 30 } });
  equal(fields('reg_age', '13_17', screening({}, { person: { age: 30 } })), { person: { age_group: '13_17' } }, 'a band takes the place of the years');
  equal(fields('reg_indigenous', 'declined'), { person: { groups: { indigenous: 'declined' } } });
  equal(changesOf(item('core_debt'), 'yes', draft), [{ do: 'answer', item: 'core_debt', value: 'yes' }]);
});

test('draft: what holds for the place is asked once and not of each person', () => {
  equal(placeSteps(protocol(), visit()).map((s) => [s.item.id, s.answer]), [['obs_gate', 'yes']]);
  ok(!personSteps(protocol(), screening(), visit()).some((s) => s.item.id === 'obs_gate'));
  const bare = { ...visit(), answers: [] };
  equal(personSteps(protocol(), screening(), bare)[0].item.id, 'obs_gate', 'asked with the first person where nobody looked');
  equal(inputOf(screening(), visit()).answers, [{ item: 'obs_gate', value: 'yes', from: 'encounter' }]);
});

test('record: minimum variables always have a value or a missing code', () => {
  equal(wholePerson({ sex: 'female', groups: { indigenous: 'yes' } }, ['indigenous', 'older']),
    { sex: 'female', age_group: 'no_information', nationality: 'no_information', state_of_origin: 'no_information', groups: { indigenous: 'yes', older: 'no_information' } });
  equal(wholePerson({ age: 30 }, []).age_group, undefined);
});

test('record: a finished screening says what was answered, shown and computed', () => {
  const draft = screening({ open_who: 'shown', con_talk: 'yes', core_debt: 'yes', nee_fear: 'no', nee_list: 'medical,shelter' }, { person: { age: 30, nationality: 'MEX', groups: { indigenous: 'yes' } }, raised: { level: 'possible_victim', reason: 'fear_seen' } });
  draft.shown = [{ item: 'core_debt', locale: 'es-MX', status: 'draft', text_hash: 'aa' }, { item: 'gone', locale: 'es-MX', status: 'draft', text_hash: 'bb' }];
  const { record, assessment } = of(draft);
  equal(record.assessment.computed.level, 'possible_victim');
  equal(assessment.offences.map((/** @type {any} */ o) => o.code), ['art12']);
  equal([record.encounter, record.consent, record.needs, record.ended, record.captured_at], [visit().id, { talk: 'yes' }, ['medical', 'shelter'], 'completed', AT]);
  equal(record.answers.find((/** @type {any} */ a) => a.item === 'obs_gate').from, 'encounter');
  ok(!record.answers.some((/** @type {any} */ a) => a.item === 'reg_age'), 'the age stands in the subject');
  equal(record.shown.map((/** @type {any} */ s) => s.item), ['core_debt'], 'only items that were answered');
  equal([record.author.user, record.identity, record.device], ['u-1', null, null]);
});

test('record: a gate changed back leaves its follow-up out', () => {
  const { record } = of(screening({ open_who: 'shown', con_talk: 'yes', core_debt: 'no', nee_fear: 'no', nee_list: 'medical' }, { person: { age: 30, nationality: 'MEX', groups: { indigenous: 'no' } } }));
  ok(!record.answers.some((/** @type {any} */ a) => a.item === 'nee_list'));
  equal(record.needs, []);
  equal(record.assessment.computed.level, 'none_found');
});

test('record: what the agent picked at the end wins over what the items said', () => {
  const { record } = of(screening({ con_talk: 'yes', core_debt: 'yes', nee_list: 'medical' }, { needs: ['shelter'], referrals: ['emergency'], linked: ['x'], ended: 'stopped_for_safety' }));
  equal([record.needs, record.referrals, record.linked, record.ended], [['shelter'], ['emergency'], ['x'], 'stopped_for_safety']);
});

test('refusal: nothing is kept but for danger or a minor', () => {
  const no = screening({ open_who: 'shown', con_talk: 'no' });
  equal(refusal(protocol(), no)?.id, 'con_talk');
  equal(refusal(protocol(), screening({ con_talk: 'yes' })), null);
  equal([agreed(protocol(), no), agreed(protocol(), screening()), agreed(protocol(), screening({ con_talk: 'yes' }))], [false, null, true]);
  const because = (/** @type {any} */ d) => keptBecause(evaluate(protocol(), inputOf(d, visit())), d);
  equal(because(no), null, 'an age that nobody asked is asked of the agent');
  equal(because(screening({ con_talk: 'no' }, { person: { age: 17 } })), 'minor');
  equal(because(screening({ con_talk: 'no' }, { person: { age_group: '13_17' } })), 'minor');
  equal(because(screening({ con_talk: 'no' }, { person: { age: 18 } })), null);
  equal(because(screening({ con_talk: 'no' }, { maybeMinor: true })), 'minor');
  equal(keptBecause({ danger: ['dan_fear'] }, no), 'danger');
});

test('danger: what to do is only what holds for this post and this person', () => {
  const p = protocol();
  p.rules.actions.push({ code: 'police_only', kind: 'do', text: 'x', when: { all: [{ role: ['police_officer'] }, { count: { codes: ['dan_fear'], min: 1 } }] } });
  const input = inputOf(screening({ con_talk: 'yes' }), visit());
  const now = actionsIf(p, input, ['dan_fear']);
  ok(now.includes('call_911') && !now.includes('police_only'), now.join());
  ok(actionsIf(p, { ...input, role: 'police_officer' }, ['dan_fear']).includes('police_only'));
  ok(!actionsIf(p, input, []).includes('call_911'), 'nothing seen, nothing to do');
});

test('encounter: the list tells the states, and a draft that is gone was sealed', () => {
  const going = screening({}, { number: 3 });
  const done = { ...screening({}, { number: 2, record: {} }), id: 'b' };
  const lost = { ...screening({}, { number: 5 }), id: 'lost' };
  const v = visit({ persons: [{ id: going.id, number: 3 }, { id: 'b', number: 2 }, { id: 'a', number: 1 }, { id: 'c', number: 4, state: 'refused' }] });
  const persons = personsOf(v, [going, done, lost]);
  equal(persons.map((p) => [p.number, p.state]), [[1, 'sealed'], [2, 'finished'], [3, 'going_on'], [4, 'refused'], [5, 'going_on']]);
  equal(listCounts(persons), { screened: 2, observed: 0, refused: 1, not_reached: 0 });
  equal(listCounts(personsOf(visit({ persons: [{ id: 'a', number: 1, refused: true }] }), [])), { screened: 0, observed: 0, refused: 1, not_reached: 0 }, 'a refusal that was kept is no screening');
});

test('encounter: counts that contradict the list are told', () => {
  const listed = { screened: 2, refused: 1, not_reached: 0 };
  equal(countProblems({ seen: 3, refused: 1, not_reached: 0 }, listed), []);
  equal(countProblems({ seen: 2, refused: 1, not_reached: 0 }, listed), ['seen']);
  equal(countProblems({ seen: 9, refused: 0, not_reached: 0 }, listed), ['refused']);
  equal(countProblems({ seen: 0, refused: 0, not_reached: 0 }, { screened: 0, refused: 0, not_reached: 0 }), [], 'nobody is a fact too');
});

test('encounter: its record has the observations and the counts, paper its own time', () => {
  const counts = { seen: 4, screened: 2, refused: 1, not_reached: 1 };
  const record = encounterOf({ protocol: protocol(), visit: visit({ municipality: '12001' }), counts, at: AT });
  equal([record.id, record.encounter, record.counts, record.place], [visit().id, visit().id, counts, { state: '12', municipality: '12001' }]);
  equal(record.observations, [{ item: 'obs_gate', value: 'yes', at: '2026-11-23T09:01:00.000-06:00' }]);
  equal(encounterOf({ protocol: protocol(), visit: visit({ occurredAt: '2026-11-20T08:00:00.000-06:00', mode: 'paper' }), counts, at: AT }).ended_at, '2026-11-20T08:00:00.000-06:00');
});

test('languages: a variant without a text never gets that of a sibling', () => {
  const locales = [{ code: 'es-MX', name: 'español', messages: {}, protocols: {} }, { code: 'mxv', name: 'mixteco de Metlatónoc', variant: 'mixteco de Guerrero del este medio', messages: { 'greeting.udhr4': { text: 'Ni iín', status: 'imported' } }, protocols: {} }];
  const { options, first } = languageOptions(locales, book(), protocol());
  equal(options.map((o) => [o.code, o.screening]), [['es-MX', true], ['mxv', false], ['variant:mixteco de otro lugar', false]]);
  equal(options[1].greeting?.locale, 'mxv');
  equal(options[2].greeting, null);
  equal(options[2].language, 'mis', 'a variant without a code is uncoded, not another language');
  equal(first[0], 'es-MX');
});
