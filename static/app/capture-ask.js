// The screens of one screening: item by item, help, stop, refusal. Every tap is
// on the disk before the next item shows.
import { html, useEffect, useState } from '../vendor/ui.js';
import { itemMessage, language, languageName, message, personText, t } from '../text/messages.js';
import { dangerRules, listOf, optionsOf, servicesFor } from '../parts/explain.js';
import { Item } from '../views/item.js';
import { Danger } from '../views/danger.js';
import { Refused, Stop } from '../views/stop.js';
import { Answers } from '../views/result.js';
import { actionsIf, agreed, changesOf, ENCOUNTER, evaluate, inputOf, itemsOf, keptBecause, mayHand, personSteps, placeInput, placeSteps, refusal, wordsOf } from './capture-draft.js';
import { factField, lettersOf, mayShare, takenBack } from './capture-group.js';
import { asksNow, takesBack } from './capture-identity.js';
import { Gone, useOwn, useVisit } from './capture-state.js';
import { append, setFields } from './capture-store.js';
import { countOnly, finishPerson, markPerson, reopenPerson } from './capture-seal.js';

// Why a registration or a choice may have no answer, in the order shown.
const WHY_MISSING = ['unknown', 'declined', 'no_information'];

// Nationalities and states seen most among persons screened: shown before typing.
const FIRST = { countries: ['MEX', 'GTM', 'HND', 'SLV', 'NIC', 'HTI', 'VEN', 'CUB', 'COL', 'ECU', 'USA'], states: ['12', '20', '07', '30', '21', '25', '02', '26'] };

/** The pack of the person's language for this protocol, or null: Spanish. */
function packOf(state, draft) {
  const locale = state.locales.find((l) => draft.fields.pack && l.code === draft.fields.pack.code);
  const texts = locale && (locale.protocols || {})[state.protocol.id];
  return texts && Object.keys(texts).length ? { ...locale, protocols: texts } : null;
}

/** What stands on the screen of an item: texts, options, note. */
export function faceOf(state, draft, item, child) {
  const { w, locales, book } = state;
  const own = item.kind === 'observation'; // the agent reads it, not the person
  const pack = own ? null : packOf(state, draft);
  const mine = child && item.child_text ? w.say(itemMessage(item.id, item.words) + '.child', item.child_text) : w.item(item.id);
  const asked = own ? mine : personText(item, pack, { child, args: w.args });
  const beside = own || asked.locale === mine.locale && asked.locale === 'es-MX' ? null
    : asked.locale === 'es-MX' ? mine : personText(item, null, { child, args: w.args });
  const code = draft.fields.language || 'es-MX';
  const known = locales.find((l) => l.code === code);
  const name = known ? languageName(known) : draft.fields.variant || code;
  return {
    language: name, asked, beside: beside && beside.text !== asked.text ? beside : null, fellBack: !own && code !== 'es-MX' && asked.locale === 'es-MX' ? name : null,
    ...answersOf(item, w, book, pack), note: noteOf(item, w), person: pack,
  };
}

function answersOf(item, w, book, pack) {
  const list = listOf(item);
  const options = item.options
    ? item.options.map((o) => {
      const id = 'option.' + item.id + '.' + o.code;
      const theirs = pack && pack.protocols[id];
      return theirs ? { code: o.code, text: theirs.text, locale: pack.code, too: o.text } : { code: o.code, ...w.say(id, o.text) };
    })
    : optionsOf(book, list);
  const word = (code, missing, id = 'answer.' + code) => {
    const theirs = pack && pack.messages[id];
    return { code, missing, ...(theirs && pack.code !== language() ? { text: theirs.text, locale: pack.code, too: t(id) } : message(id)) };
  };
  const missing = WHY_MISSING.map((code) => word(code, true));
  if (item.type === 'multi') missing.unshift(word('no', false, 'answer.none_of_these'));
  return { options, missing, first: FIRST[list] };
}

function noteOf(item, w) {
  if (!item.note && !(item.law || []).length) return null;
  const note = item.note || {};
  const part = (name) => (note[name] ? w.say(itemMessage(item.id, note.words) + '.' + name, note[name]) : null);
  const parts = Object.fromEntries(['asks', 'not', 'avoid', 'threshold'].map((n) => [n, (part(n) || {}).text]));
  const used = w.figures.filter((f) => JSON.stringify([item.text, item.child_text, item.note]).includes('{{.' + f.code + '}}'));
  return { ...parts, locale: (part('asks') || {}).locale, law: item.law || [], figures: used };
}

export function ItemScreen({ app, params }) {
  const [state, draft, setDraft] = useOwn(app, params.id);
  if (draft === false) return html`<${Gone} app=${app} />`;
  if (!state || !draft) return null;
  return html`<${Ask} ...${{ app, state, draft, setDraft, at: params.item }} />`;
}

/** Whether the person said no and nobody decided yet that a record is kept all the same. */
function refusedNow({ protocol, visit }, draft) {
  return refusal(protocol, draft) && !(draft.fields.ended && keptBecause(evaluate(protocol, inputOf(draft, visit)), draft));
}

// leave: where a screening goes when nothing more is to be asked.
async function leave(app, state, draft) {
  if (refusedNow(state, draft)) return app.replace('refused', { id: draft.id });
  await finishPerson(app, state, draft);
  return app.replace('result', { id: draft.id });
}

/**
 * Writes an answer and what was shown for it, and played: heard and hush come from hear.js.
 * @returns {Promise<{visit: any, draft: any}>} both as they are after it */
export async function write(app, { visit, draft, item, value, face }) {
  face.hush?.();
  const changes = changesOf(item, value, draft);
  if (item.kind !== 'observation') changes.push({ do: 'shown', item: item.id, locale: face.asked.locale, status: face.asked.status, text_hash: await app.textHash(face.asked.text), ...face.heard });
  if (takesBack(item, value)) changes.push({ do: 'set', fields: { identity: null } });
  const other = item.group ? takenBack(visit, draft.fields.number, item.id, value) : {};
  const after = item.scope === ENCOUNTER ? await append(app, visit, ...changes) : Object.keys(other).length ? await setFields(app, visit, other) : visit;
  return { visit: after, draft: await append(app, draft, ...changes) };
}

/** The phone comes back from the person: a danger that it was told alone comes first. @returns {Promise<any>} the draft where there is none */
async function back(app, { protocol, visit }, draft) {
  const fresh = evaluate(protocol, inputOf(draft, visit)).danger.some((code) => !draft.fields.handed.includes(code));
  const next = await setFields(app, draft, { handed: undefined });
  return fresh ? app.go('danger', { id: draft.id }) : next;
}

/** What can be heard (hear.js), once it is here: without it a screen is the same, but silent. */
export function useHearing(app) {
  const [hear, setHear] = useState(/** @type {any} */ (null));
  useEffect(() => { app.behind().then((m) => m.listen(app)).then((on) => setHear(() => on), () => {}); }, []);
  return hear;
}

function Ask({ app, state: asOpened, draft, setDraft, at }) {
  const [cursor, setCursor] = useState(at || null);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  const [visit, setVisit] = useState(asOpened.visit);
  const [told, setTold] = useState(/** @type {any} */ (null)); // the item answered last
  const state = { ...asOpened, visit };
  const { protocol, w } = state;
  const hear = useHearing(app);
  const steps = personSteps(protocol, draft, visit);
  const unanswered = steps.filter((s) => s.answer === '');
  const current = steps.find((s) => s.item.id === cursor) || unanswered[0];
  const alone = Boolean(draft.fields.handed); // the phone comes back from the person: that is looked at first
  useEffect(() => { if (alone) back(app, state, draft).then((next) => next && setDraft(next)).catch((error) => setFailed({ error })); }, []);
  useEffect(() => { if (!current && !alone) leave(app, state, draft).catch((e) => setFailed({ error: e })); }, [!current, alone]);
  if (!current) return failed ? html`<${Broken} error=${failed.error} />` : null;
  const { item } = current;
  const child = wordsOf(protocol, inputOf(draft, visit));
  const seen = faceOf(state, draft, item, child);
  const face = { ...seen, ...(hear && hear({ state, draft, setDraft, item, face: seen })) };

  async function answer(value) {
    setFailed(null);
    try {
      const after = await write(app, { visit, draft, item, value, face });
      setVisit(after.visit);
      setTold(item);
      await moveOn(after.draft);
    } catch (error) {
      setFailed({ error, value });
    }
  }

  async function moveOn(next) {
    const before = evaluate(protocol, inputOf(draft, visit)).danger;
    const after = evaluate(protocol, inputOf(next, visit)).danger;
    const left = personSteps(protocol, next, visit).filter((s) => s.answer === '');
    const over = left.length === 0 || next.fields.ended;
    // Open questions, or a "no" that came afterwards: what was finished is so no longer.
    const kept = next.fields.record && (!over || refusedNow(state, next)) ? await reopenPerson(app, next) : next;
    setLive(t('ask.saved'));
    setDraft(kept);
    // The last answer stays on the screen until what follows it shows: with nothing to show, this screen would leave by itself as well.
    setCursor(over ? item.id : null);
    if (after.some((code) => !before.includes(code))) return app.go('danger', { id: draft.id });
    if (asksNow(protocol, next, item, left[0]?.item)) return app.go('identity', { id: (over ? await finishPerson(app, state, kept) : kept).id });
    if (over) await leave(app, state, kept);
  }

  /** Says an answer of this person for a group too, or takes that back. */
  async function share(of, letter) {
    try {
      const { value, at: when } = answerTo(of);
      const field = factField(letter, of.id);
      const was = visit.fields[field];
      const mine = draft.fields.group || letter;
      const persons = visit.fields.persons.map((p) => (p.id === draft.id ? { ...p, group: mine } : p));
      const next = await setFields(app, visit, { [field]: was ? undefined : { value, at: when, by: draft.fields.number }, persons, lastGroup: mine });
      setVisit(next);
      if (!draft.fields.group) setDraft(await setFields(app, draft, { group: mine }));
      setLive(t('ask.saved'));
    } catch (error) {
      setFailed({ error });
    }
  }

  const answerTo = (of) => draft.answers.find((a) => a.item === of.id) || {};
  const own = answerTo(item);
  const ask = async () => {
    const next = await append(app, draft, { do: 'unanswer', item: item.id });
    setDraft(next.fields.record ? await reopenPerson(app, next) : next);
    setCursor(item.id);
  };
  const shares = [item, told].find((i) => i && !answerTo(i).from && mayShare(i, answerTo(i).value));
  const shared = shares && { ...w.item(shares.id), answer: w.answer(shares.id, answerTo(shares).value),
    letters: lettersOf(visit).map((code) => ({ code, on: Boolean(visit.fields[factField(code, shares.id)]) })), onShare: (letter) => share(shares, letter) };
  const said = draft.answers.filter((a) => a.from).length;
  const index = steps.indexOf(current);
  const onBack = () => (index > 0 ? setCursor(steps[index - 1].item.id) : app.go('encounter'));
  const forward = () => (steps[index + 1] ? setCursor(steps[index + 1].item.id) : leave(app, state, draft).catch((e) => setFailed({ error: e })));
  return html`<${Item} ...${face} item=${item} value=${current.answer} live=${live} who=${whoIs(draft)} shared=${shared}
    inherited=${own.from ? { group: draft.fields.group, by: own.by, onAsk: () => ask().catch((error) => setFailed({ error })) } : null}
    said=${said} onSaid=${() => app.go('answers', { id: draft.id })} progress=${{ done: steps.length - unanswered.length, left: unanswered.length }} failed=${failed && app.asProblem(failed.error).detail}
    onRetry=${() => answer(failed.value)} onAnswer=${answer} onBack=${onBack} onForward=${forward}
    onLanguage=${draft.fields.record || item.kind === 'observation' ? null : () => app.go('finder', { now: JSON.stringify({ language: draft.fields.language }), id: draft.id, item: item.id })}
    onCard=${interpreted(draft) && item.kind !== 'observation' ? () => app.go('card', { id: draft.id, item: item.id }) : null}
    onHand=${mayHand(protocol, item) && current.answer === '' && !draft.fields.record ? () => app.go('give', { id: draft.id, item: item.id }) : null}
    onDanger=${() => app.go('danger', { id: draft.id })} onStop=${() => app.go('stop', { id: draft.id })} />`;
}

/** Whether somebody interprets, or should. */
const interpreted = ({ fields }) => fields.language !== 'es-MX' || fields.interpreter !== 'none_needed';

/** A person by number, with the group. */
export const whoIs = ({ fields }) => t('encounter.person', { n: fields.number }) + (fields.group ? ' · ' + t('encounter.group', { g: fields.group }) : '');

// Broken hands an error of a callback to the shell.
function Broken({ error }) {
  throw error;
}

// Before any person, the steps for a child are not of use; an unknown age would bring them.
const NOBODY_YET = { age: 18 };

export function ObserveScreen({ app }) {
  const [state] = useVisit(app);
  const [visit, setVisit] = useState(/** @type {any} */ (null));
  const [cursor, setCursor] = useState(/** @type {any} */ (null));
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const [danger, setDanger] = useState(/** @type {string[]} */ ([]));
  useEffect(() => { if (state) setVisit(state.visit || false); }, [state]);
  const steps = state && visit ? placeSteps(state.protocol, visit) : [];
  const unanswered = steps.filter((s) => s.answer === '');
  const current = steps.find((s) => s.item.id === cursor) || unanswered[0] || (cursor === null ? steps[steps.length - 1] : null);
  const done = () => app.replace('encounter');
  if (visit === false || (visit && !current)) return html`<${Gone} app=${app} />`;
  if (!visit) return null;
  if (danger.length) {
    return html`<${Danger} ...${helpFor(state, { ...placeInput(visit), person: NOBODY_YET }, danger)} choices=${[]} onStop=${done}
      onGoOn=${() => (unanswered.length ? setDanger([]) : done())} />`;
  }
  const { item } = current;
  const answer = async (value) => {
    try {
      const before = evaluate(state.protocol, placeInput(visit)).danger;
      const next = await append(app, visit, ...changesOf(item, value, visit));
      const fresh = evaluate(state.protocol, placeInput(next)).danger.filter((code) => !before.includes(code));
      setFailed(null);
      setVisit(next);
      setCursor(null);
      setDanger(fresh);
      if (!fresh.length && placeSteps(state.protocol, next).every((s) => s.answer !== '')) done();
    } catch (error) {
      setFailed({ error, value });
    }
  };
  const index = steps.indexOf(current);
  return html`<${Item} ...${faceOf(state, visit, item, false)} fellBack=${null} item=${item} value=${current.answer} who=${t('encounter.place')}
    progress=${{ done: steps.length - unanswered.length, left: unanswered.length }} failed=${failed && app.asProblem(failed.error).detail}
    onRetry=${() => answer(failed.value)} onAnswer=${answer} onBack=${() => (index > 0 ? setCursor(steps[index - 1].item.id) : done())}
    onForward=${() => (steps[index + 1] ? setCursor(steps[index + 1].item.id) : done())} />`;
}

/** The changes that mark a danger: the item that meets it, and the gate before it. */
function dangerAnswers(protocol, code) {
  const items = itemsOf(protocol);
  const item = items.find((i) => Object.values(i.meets || {}).includes(code));
  if (!item) return [];
  const value = Object.keys(item.meets).find((v) => item.meets[v] === code);
  const gate = item.ask_if && item.ask_if.item ? [{ item: items.find((i) => i.id === item.ask_if.item), value: item.ask_if.is[0] }] : [];
  return [...gate.filter((g) => g.item), { item, value }];
}

const dangerLabel = (state) => (code) => ({ code, text: state.w.label('indicators', code) });

/** What to do about these danger codes: their words, the steps of this post, whom to call. */
function helpFor(state, input, codes) {
  const { protocol, visit, w, directory, lang } = state;
  const holding = actionsIf(protocol, input, codes);
  const rules = dangerRules(protocol, codes).filter((r) => holding.includes(r.code) && (r.kind === 'do' || r.kind === 'never'));
  const kinds = [...new Set(['emergency', ...rules.map((r) => r.to).filter(Boolean)])];
  return {
    codes: codes.map(dangerLabel(state)), lang, calls: servicesFor(directory, kinds, visit.fields.state),
    steps: rules.map((r) => ({ code: r.code, ...w.action(r), by: r.by === 'now' || r.by === 'today' ? t('result.by_' + r.by) : '' })),
  };
}

export function DangerScreen({ app, params }) {
  const [state, draft, setDraft] = useOwn(app, params.id);
  if (draft === false) return html`<${Gone} app=${app} />`;
  if (!state || !draft) return null;
  const { protocol, visit } = state;
  const met = evaluate(protocol, inputOf(draft, visit)).danger;
  const picked = (draft.fields.seenDanger || []).filter((c) => !met.includes(c));
  const codes = [...met, ...picked];
  const all = protocol.rules.indicators.filter((i) => i.dimension === 'danger').map((i) => i.code);
  const pick = async (code) => {
    const set = { do: 'set', fields: { seenDanger: [...(draft.fields.seenDanger || []), code] } };
    const own = [set];
    const ofPlace = [];
    for (const a of dangerAnswers(protocol, code)) (a.item.scope === ENCOUNTER ? ofPlace : own).push(...changesOf(a.item, a.value, draft));
    if (ofPlace.length) await append(app, visit, ...ofPlace);
    const next = await append(app, draft, ...own, ...ofPlace);
    setDraft(next.fields.record ? await finishPerson(app, state, next) : next);
  };
  return html`<${Danger} ...${helpFor(state, inputOf(draft, visit), codes)} choices=${all.filter((c) => !codes.includes(c)).map(dangerLabel(state))} onPick=${pick}
    onGoOn=${() => app.replace(draft.fields.record ? 'result' : 'item', { id: draft.id })} onStop=${() => app.replace('stop', { id: draft.id })} />`;
}

// A stop before the person agreed keeps nothing of them, unless the agent stops
// for safety or only observed: then what was seen is the record.
const LEAVING = { stopped_by_person: 'refused', interrupted: 'not_reached' };

export function StopScreen({ app, params }) {
  const [state, draft] = useOwn(app, params.id);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  if (failed) throw failed;
  if (draft === false) return html`<${Gone} app=${app} />`;
  if (!state || !draft) return null;
  const pick = async (code) => {
    try {
      const leaving = agreed(state.protocol, draft) ? null : LEAVING[code];
      if (leaving) {
        await setFields(app, draft, { leaving });
        return app.replace('refused', { id: draft.id });
      }
      await finishPerson(app, state, await setFields(app, draft, { ended: code }));
      return app.replace('result', { id: draft.id });
    } catch (error) {
      return setFailed(error);
    }
  };
  return html`<${Stop} reasons=${optionsOf(state.book, 'ended').filter((o) => o.code !== 'completed')} onPick=${pick}
    onBack=${() => app.replace('item', { id: draft.id })} onPause=${() => app.replace('encounter')} />`;
}

export function RefusedScreen({ app, params }) {
  const [state, draft, setDraft] = useOwn(app, params.id);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  if (failed) throw failed;
  if (draft === false) return html`<${Gone} app=${app} />`;
  if (!state || !draft) return null;
  const { protocol, visit } = state;
  const assessment = evaluate(protocol, inputOf(draft, visit));
  const counted = draft.fields.leaving || 'refused';
  const item = refusal(protocol, draft);
  const run = (work) => async () => { setBusy(true); try { await work(); } catch (error) { setFailed(error); } };
  const adult = run(async () => {
    await countOnly(app, visit, draft.id, counted);
    app.replace('encounter');
  });
  const minor = run(async () => {
    setDraft(await setFields(app, draft, { maybeMinor: true }));
    setBusy(false);
  });
  const keep = run(async () => {
    const ended = counted === 'refused' ? 'stopped_by_person' : 'interrupted';
    await markPerson(app, visit, draft.id, { refused: counted === 'refused' });
    await finishPerson(app, state, await setFields(app, draft, { ended }));
    app.replace('result', { id: draft.id });
  });
  const back = run(async () => {
    await setFields(app, draft, { leaving: null, maybeMinor: null });
    if (item) app.replace('item', { id: draft.id, item: item.id });
    else app.replace('item', { id: draft.id });
  });
  return html`<${Refused} kept=${keptBecause(assessment, draft)} counted=${counted} busy=${busy} onAdult=${adult} onMinor=${minor} onKeep=${keep} onBack=${back} />`;
}

export function AnswersScreen({ app, params }) {
  const [state, draft] = useOwn(app, params.id);
  if (draft === false) return html`<${Gone} app=${app} />`;
  if (!state || !draft) return null;
  const { protocol, visit, w } = state;
  const steps = personSteps(protocol, draft, visit).filter((s) => s.answer !== '');
  const parts = protocol.modules.filter((m) => steps.some((s) => s.module === m.id)).map((m) => ({
    id: m.id, title: w.say('module.' + m.id, m.title).text,
    rows: steps.filter((s) => s.module === m.id).map((s) => ({ id: s.item.id, ...w.item(s.item.id), answer: w.answer(s.item.id, s.answer), by: (draft.answers.find((a) => a.item === s.item.id && a.from) || {}).by })),
  }));
  return html`<${Answers} who=${whoIs(draft)} parts=${parts}
    onOpen=${(item) => app.go('item', { id: draft.id, item })} onBack=${() => app.replace(draft.fields.record ? 'result' : 'item', { id: draft.id })} />`;
}
