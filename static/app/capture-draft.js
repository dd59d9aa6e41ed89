// A draft and what becomes of it: what the engine looks at, which changes one
// tap makes, and the record at the end. Pure: no store, no page, no clock.
import { applicable, evaluate, isMissing, isPersonField, next, wordsOf } from '../engine/index.js';

export const ENCOUNTER = 'encounter'; // scope of an item, and "from" of its answer
/**
 * @typedef {import('./capture-store.js').Draft} Draft
 * @typedef {import('../engine/types.js').Protocol} Protocol
 */

const GROUPS = 'groups.';
const NOT_KNOWN = 'no_information'; // the agent never came to establish it

/** Every item of a protocol, in order. */
export function itemsOf(protocol) {
  return protocol.modules.flatMap((m) => m.items);
}

/** The last answer to each item of a draft. */
export function lastAnswers(draft) {
  const last = new Map();
  for (const a of draft.answers) last.set(a.item, a);
  return last;
}

/** What the engine looks at. visit is the draft of the encounter. */
export function inputOf(draft, visit, ended = draft.fields.ended || '') {
  const seen = [...lastAnswers(visit).values()].map((a) => ({ item: a.item, value: a.value, from: ENCOUNTER }));
  return {
    role: draft.fields.author.role,
    setting: visit.fields.setting,
    person: draft.fields.person || {},
    answers: [...seen, ...draft.answers.map(({ item, value }) => ({ item, value }))],
    ended,
  };
}

/** What the engine looks at while the place is observed, before any person. */
export function placeInput(visit) {
  return { role: visit.fields.author.role, setting: visit.fields.setting, person: {}, ended: '',
    answers: [...lastAnswers(visit).values()].map(({ item, value }) => ({ item, value })) };
}

/** Items of the place, in order: they are asked once for everyone there. */
export function placeSteps(protocol, visit) {
  return applicable(protocol, placeInput(visit)).filter((s) => s.item.scope === ENCOUNTER);
}

/** Items of the person, in order, each with its answer. */
export function personSteps(protocol, draft, visit) {
  return applicable(protocol, inputOf(draft, visit)).filter((s) => s.item.scope !== ENCOUNTER || s.answer === '');
}

export { evaluate, next, wordsOf };

/**
 * The changes that one answer makes to a draft.
 * @returns {object[]} for drafts.append
 */
export function changesOf(item, value, draft) {
  if (!isPersonField(item.field || '')) return [{ do: 'answer', item: item.id, value }];
  const person = { ...(draft.fields.person || {}) };
  if (item.field === 'age') {
    delete person.age;
    delete person.age_group;
    if (/^\d+$/.test(value)) person.age = Number(value);
    else person.age_group = value;
  } else if (item.field.startsWith(GROUPS)) {
    person.groups = { ...(person.groups || {}), [item.field.slice(GROUPS.length)]: value };
  } else {
    person[item.field] = value;
  }
  return [{ do: 'set', fields: { person } }];
}

/** Whether the person said no to the talk or to the notes: the item that says so, or null. */
export function refusal(protocol, draft) {
  const last = lastAnswers(draft);
  return itemsOf(protocol).find((item) => item.kind === 'consent' && (item.field || '').startsWith('consent.')
    && (item.ends_on || []).includes((last.get(item.id) || {}).value)) || null;
}

/** Whether the person agreed to talk; null while nobody asked. */
export function agreed(protocol, draft) {
  const last = lastAnswers(draft);
  const gate = itemsOf(protocol).find((i) => i.kind === 'consent' && (i.ends_on || []).length > 0);
  const value = gate && (last.get(gate.id) || {}).value;
  return value ? !gate.ends_on.includes(value) : null;
}

/**
 * The actions that would hold if these dangers were met, for this post and this
 * person: the engine decides, on the protocol with one more item for each code,
 * so that a danger the agent sees counts even where no item of it is open yet.
 * @param {any} protocol @param {any} input @param {string[]} codes @returns {string[]}
 */
export function actionsIf(protocol, input, codes) {
  const items = codes.map((code) => ({ id: 'seen:' + code, kind: 'observation', type: 'yes_no', text: '', meets: { yes: code } }));
  const probe = { ...protocol, modules: [{ id: 'seen', title: '', items }, ...protocol.modules] };
  return evaluate(probe, { ...input, answers: [...input.answers, ...items.map((i) => ({ item: i.id, value: 'yes' }))] }).actions;
}

/**
 * Why a record is kept although the person refused: 'danger', 'minor', or null.
 * An age that nobody registered is asked of the agent, not assumed.
 */
export function keptBecause(assessment, draft) {
  if (assessment.danger.length) return 'danger';
  const { age, age_group: band } = draft.fields.person || {};
  const doubt = (lastAnswers(draft).get('reg_age_doubt') || {}).value === 'yes';
  const minor = (typeof age === 'number' && age < 18) || band === '0_12' || band === '13_17';
  return minor || doubt || draft.fields.maybeMinor ? 'minor' : null;
}

/** Field of the answer that says whether an identity may be taken. */
export const IDENTITY_CONSENT = "consent.identity";

/** Whether the person said yes to leaving who they are. */
export function mayIdentify(protocol, draft) {
  const last = lastAnswers(draft);
  return itemsOf(protocol).some((i) => i.field === IDENTITY_CONSENT && (last.get(i.id) || {}).value === 'yes');
}

/** Whether anywhere in a condition one of these items is asked about. */
const hangsOn = (condition, ids) => Boolean(condition) && (ids.has(condition.item) || hangsOn(condition.not, ids)
  || [...(condition.all || []), ...(condition.any || [])].some((c) => hangsOn(c, ids)));

/**
 * Whether the person may answer this alone, with the phone in their hand: a plain
 * question of yes and no, and nothing that follows on a danger or, being about one,
 * on another answer. There a human asks.
 */
export function mayHand(protocol, item) {
  if (item.kind !== 'question' || item.type !== 'yes_no' || item.scope === ENCOUNTER || item.field) return false;
  const dangers = new Set(protocol.rules.indicators.filter((i) => i.dimension === 'danger').map((i) => i.code));
  const tells = (i) => Object.values(i.meets || {}).some((code) => dangers.has(code));
  const of = new Set(itemsOf(protocol).filter(tells).map((i) => i.id));
  const module = protocol.modules.find((m) => m.items.includes(item));
  return !(tells(item) && item.ask_if) && !hangsOn(item.ask_if, of) && !hangsOn(module && module.open_if, of);
}

/** The person with a value or a missing code in each variable that every authority registers. */
export function wholePerson(person, groups) {
  const out = { ...person };
  if (typeof out.age !== 'number' && !out.age_group) out.age_group = NOT_KNOWN;
  for (const field of ['sex', 'nationality', 'state_of_origin']) out[field] = out[field] || NOT_KNOWN;
  out.groups = Object.fromEntries(groups.map((code) => [code, (person.groups || {})[code] || NOT_KNOWN]));
  return out;
}

// fromAnswers collects what items with this field were answered: codes of a
// multi item, or the part of the field after the dot with yes, no or a code.
function codesFrom(protocol, steps, field) {
  return steps.filter((s) => s.item.field === field && s.answer && s.answer !== 'no' && !isMissing(s.answer) && s.item.type === 'multi')
    .flatMap((s) => s.answer.split(','));
}

export function needsOf(protocol, draft, steps) {
  return draft.fields.needs || codesFrom(protocol, steps, 'needs');
}

export function referralsOf(protocol, draft, steps) {
  return draft.fields.referrals || codesFrom(protocol, steps, 'referrals');
}

function consentOf(steps) {
  const consent = {};
  for (const s of steps) {
    if (s.answer && (s.item.field || '').startsWith('consent.')) consent[s.item.field.slice('consent.'.length)] = s.answer;
  }
  return consent;
}

/**
 * How a talk ended that the agent did not stop: where a statement ended it, nobody
 * was asked and what was seen is all there is.
 * @param {any[]} steps
 */
export function endOf(steps) {
  const observed = steps.some(({ item, answer }) => item.kind === 'statement' && answer && (item.ends_on || []).includes(answer));
  return observed ? 'observation_only' : 'completed';
}

/**
 * The record of a screening, all but author and device, which sealing fills in.
 * @param {{protocol: Protocol, draft: Draft, visit: Draft, book: any, agentLanguage: string, at: string}} from
 * @returns {{record: any, assessment: any}}
 */
export function detectionOf({ protocol, draft, visit, book, agentLanguage, at }) {
  const ended = draft.fields.ended || endOf(applicable(protocol, inputOf(draft, visit)));
  const person = wholePerson(draft.fields.person || {}, (book.groups || []).map((g) => g.code));
  const input = { ...inputOf(draft, visit, ended), person };
  const assessment = evaluate(protocol, input);
  const steps = applicable(protocol, input);
  const mine = lastAnswers(draft);
  const seen = lastAnswers(visit);
  const answers = steps.filter((s) => s.answer && !isPersonField(s.item.field || '')).map((s) => {
    const own = mine.get(s.item.id);
    return own ? { item: s.item.id, value: s.answer, ...(own.from && { from: own.from }), at: own.at }
      : { item: s.item.id, value: s.answer, from: ENCOUNTER, at: (seen.get(s.item.id) || {}).at };
  });
  const asked = new Set(steps.filter((s) => s.answer).map((s) => s.item.id));
  const record = {
    kind: 'detection', schema: 1, id: draft.id, author: draft.fields.author, device: null,
    occurred_at: visit.fields.occurredAt || draft.startedAt, captured_at: at, mode: visit.fields.mode, ended,
    encounter: visit.id, setting: visit.fields.setting, place: placeOf(visit), protocol: visit.fields.protocol,
    person_language: draft.fields.language, agent_language: agentLanguage,
    shown: lastShown(draft.shown.filter((s) => asked.has(s.item))).map((s) => ((draft.fields.saidBack || []).includes(s.item) ? { ...s, said_back: 'yes' } : s)), interpreter: draft.fields.interpreter,
    answers, subject: { kind: draft.fields.subjectKind || 'direct', ...person },
    assessment: {
      computed: { level: assessment.level, danger: assessment.danger, indicators: assessment.indicators,
        offences: assessment.offences.map((o) => o.code), actions: assessment.actions },
      raised: draft.fields.raised || null,
    },
    needs: needsOf(protocol, draft, steps), consent: consentOf(steps), referrals: referralsOf(protocol, draft, steps),
    others: draft.fields.others || [], linked: draft.fields.linked || [], supersedes: null, identity: null,
  };
  if (draft.fields.variant) record.person_variant = draft.fields.variant;
  return { record, assessment };
}

// An item that was shown again counts once, as it was shown last.
function lastShown(shown) {
  return [...new Map(shown.map((s) => [s.item, s])).values()];
}

function placeOf(visit) {
  const { state, municipality } = visit.fields;
  return municipality ? { state, municipality } : { state };
}

/** The record of an encounter. counts: seen, screened, refused, not_reached. */
export function encounterOf({ protocol, visit, counts, at }) {
  const steps = placeSteps(protocol, visit);
  const seen = lastAnswers(visit);
  return {
    kind: 'encounter', schema: 1, id: visit.id, encounter: visit.id, author: visit.fields.author, device: null,
    mode: visit.fields.mode, setting: visit.fields.setting, place: placeOf(visit),
    started_at: visit.fields.occurredAt || visit.startedAt, ended_at: visit.fields.occurredAt || at, captured_at: at,
    protocol: visit.fields.protocol,
    observations: steps.filter((s) => s.answer).map((s) => ({ item: s.item.id, value: s.answer, at: seen.get(s.item.id).at })),
    counts, supersedes: null,
  };
}

/**
 * The persons of an encounter: what the list of the visit says, and what the
 * drafts still here say. An entry whose draft is gone was sealed.
 * @param {Draft} visit @param {Draft[]} drafts screenings of this encounter
 */
export function personsOf(visit, drafts) {
  const here = new Map(drafts.map((d) => [d.id, d]));
  const listed = visit.fields.persons || [];
  // A screening whose number was not yet written down when the battery died.
  const lost = drafts.filter((d) => !listed.some((p) => p.id === d.id)).map((d) => ({ id: d.id, number: d.fields.number }));
  return [...listed, ...lost].sort((a, b) => a.number - b.number).map((p) => {
    const draft = here.get(p.id);
    const state = p.state || (!draft ? 'sealed' : draft.fields.record ? 'finished' : 'going_on');
    return { ...p, state, draft: draft || null };
  });
}

const isScreened = (p) => (p.state === 'sealed' || p.state === 'finished') && !p.refused;

/** What the list says: screened, and how many at least refused or were not reached. */
export function listCounts(persons) {
  const of = (test) => persons.filter(test).length;
  return {
    screened: of((p) => isScreened(p)),
    observed: of((p) => isScreened(p) && p.observed), // of the screened: nobody asked them anything
    refused: of((p) => p.state === 'refused' || p.refused),
    not_reached: of((p) => p.state === 'not_reached'),
  };
}

/** What is wrong with the counts, as ids of messages; none: they agree with the list. */
export function countProblems(counts, listed) {
  const problems = [];
  if (counts.refused < listed.refused) problems.push('refused');
  if (counts.not_reached < listed.not_reached) problems.push('not_reached');
  if (counts.seen < listed.screened + counts.refused + counts.not_reached) problems.push('seen');
  return problems;
}
