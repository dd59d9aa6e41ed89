// What helps where agent and person share no language, or where a person would
// rather answer unheard: the card of an item for whoever interprets, the finder of
// languages, and the phone in the person's own hand.
import { html, useEffect, useState } from '../vendor/ui.js';
import { itemMessage, loadMessages, SHELL_LANGUAGES, SOURCE, t } from '../text/messages.js';
import { plainText } from '../parts/fields.js';
import { interpreterOf, labelOf } from '../parts/explain.js';
import { Card } from '../views/card.js';
import { Finder } from '../views/finder.js';
import { Give, Hand, Over } from '../views/hand.js';
import { faceOf, useHearing, whoIs, write } from './capture-ask.js';
import { earsOf } from './hear.js';
import { evaluate, inputOf, itemsOf, mayHand, personSteps, wordsOf } from './capture-draft.js';
import { Gone, languageOptions, useOwn, useVisit } from './capture-state.js';
import { setFields, unpacked } from './capture-store.js';
import { finishPerson } from './capture-seal.js';
import { mayRecord } from './capture-voice.js';

export function CardScreen({ app, params }) {
  const [state, draft, setDraft] = useOwn(app, params.id);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  if (failed) throw failed;
  const item = state && state.protocol && itemsOf(state.protocol).find((i) => i.id === params.item);
  if (draft === false || (state && !item)) return html`<${Gone} app=${app} />`;
  if (!state || !draft) return null;
  const saidBack = draft.fields.saidBack || [];
  const mark = async (on) => {
    const next = await setFields(app, draft, { saidBack: [...saidBack.filter((id) => id !== item.id), ...(on ? [item.id] : [])] });
    setDraft(next.fields.record ? await finishPerson(app, state, next) : next);
    setLive(t('ask.saved'));
  };
  const face = faceOf(state, draft, item, wordsOf(state.protocol, inputOf(draft, state.visit)));
  return html`<${Card} ...${face} item=${item} who=${whoIs(draft)} live=${live} interpreter=${interpreterOf(state.book, draft.fields.interpreter)}
    back=${item.kind !== 'registration' ? saidBack.includes(item.id) : null}
    onRecord=${mayRecord(state.book, state.locales, draft) ? () => app.replace('voice', { id: draft.id, item: item.id }) : null}
    onCalling=${() => app.replace('calling', { id: draft.id, item: item.id })} onSaidBack=${(on) => mark(on).catch(setFailed)} onBack=${() => app.replace('item', { id: draft.id, item: item.id })} />`;
}

export function FinderScreen({ app, params }) {
  const [state] = useVisit(app);
  const ears = useEars(app);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  if (failed) throw failed;
  if (!state) return null;
  const { visit, book, locales, protocol } = state;
  if (!visit) return html`<${Gone} app=${app} />`;
  const now = JSON.parse(params.now);
  const place = labelOf(book, 'states', visit.fields.state);
  const options = languageOptions(locales, book, protocol).options.map((o) => finding(o, book, visit.fields.state));
  // In the middle of a screening the person goes on in another language: what was answered stays as it was asked.
  const { id, item } = params;
  const back = (more) => (id ? app.replace('item', item ? { id, item } : { id }) : app.replace('person', { now: params.now, ...more }));
  const pick = async (code) => {
    if (id) await speakNow(app, id, options.find((o) => o.code === code));
    back({ language: code });
  };
  const here = [...new Set([...(visit.fields.spoken || []), ...(id ? [now.language, SOURCE] : [])])];
  return html`<${Finder} options=${options} here=${here} place=${place} value=${now.language} ears=${ears}
    onPick=${(code) => pick(code).catch(setFailed)} onBack=${() => back({})} />`;
}

/** What can be heard on this phone; null until that is known. */
function useEars(app) {
  const [ears, setEars] = useState(/** @type {any} */ (null));
  useEffect(() => { earsOf(app).then(setEars, () => {}); }, []);
  return ears;
}

/** The screening goes on in this language. Whoever interpreted till now stays; without anybody another language needs one. */
async function speakNow(app, id, option) {
  const draft = unpacked(await app.drafts.get(id));
  const pack = option.code === option.language ? await app.content.locale(option.code) : null;
  const needs = option.language !== SOURCE && draft.fields.interpreter === 'none_needed';
  await setFields(app, draft, { language: option.language, variant: option.variant, pack: pack ? { code: option.code, sha256: pack.sha256 } : null,
    ...(needs && { interpreter: 'needed_not_available' }) });
}

/** A language as the finder shows it: its people and states, from the catalogue where the pack names none. */
function finding(option, book, state) {
  const row = (book.languages || []).find((r) => (option.variant ? r.variant === option.variant : r.code === option.code)) || {};
  const states = option.states.filter(Boolean);
  const where = states.map((code) => labelOf(book, 'states', code)).join(', ');
  const people = row.grouping || '';
  return { ...option, people, where, near: states.includes(state), find: plainText([option.own, option.name, people, where].join(' ')) };
}

/** The words of the page in the person's language, where the page has them. @returns {boolean} whether they are here */
function usePersonWords(draft) {
  const code = draft && draft.fields.pack && draft.fields.pack.code;
  const [here, setHere] = useState('');
  useEffect(() => { if (SHELL_LANGUAGES.includes(code)) loadMessages(code).then(() => setHere(code), () => setHere(code)); }, [code]);
  return !SHELL_LANGUAGES.includes(code) || here === code;
}

export function GiveScreen({ app, params }) {
  const [state, draft] = useOwn(app, params.id);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const [audible, setAudible] = useState(false);
  const [byItself, setByItself] = useState(false);
  const ears = useEars(app);
  const item = state && state.protocol && itemsOf(state.protocol).find((i) => i.id === params.item);
  const face = item && draft && faceOf(state, draft, item, wordsOf(state.protocol, inputOf(draft, state.visit)));
  useEffect(() => {
    const id = item && itemMessage(item.id, item.words);
    if (face && ears) ears.of(face.asked.locale, [id, id + '.child'], face.asked.text).then(({ recording }) => setAudible(Boolean(recording)));
  }, [ears, face && face.asked.text]);
  if (failed) throw failed;
  if (draft === false || (state && !item)) return html`<${Gone} app=${app} />`;
  if (!state || !draft) return null;
  const give = async () => {
    const { protocol, visit } = state;
    await setFields(app, draft, { handed: evaluate(protocol, inputOf(draft, visit)).danger, byItself: byItself || undefined });
    app.guard.hand(draft.id);
    app.replace('item', { id: draft.id }); // what lies under it when the agent has unlocked
  };
  return html`<${Give} who=${whoIs(draft)} spanish=${face.fellBack} byItself=${audible ? byItself : null} onByItself=${setByItself} onGive=${() => give().catch(setFailed)}
    onBack=${() => app.replace('item', { id: draft.id, item: item.id })} />`;
}

export function HandScreen({ app, params }) {
  const [state, draft, setDraft] = useOwn(app, params.id);
  const [over, setOver] = useState(''); // why it is over: stopped, or danger, where nothing more is asked
  const [after, setAfter] = useState(/** @type {any} */ (null)); // the visit after an answer
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const [touched, setTouched] = useState(false); // the person let one question sound: the next may by itself
  const hear = useHearing(app);
  const ears = useEars(app);
  const ready = usePersonWords(draft);
  const onMine = () => void app.guard.lock();
  if (draft === false) return html`<${Over} person=${null} onMine=${onMine} />`;
  if (!state || !draft || !ready) return null;
  const { protocol } = state;
  const visit = after || state.visit;
  const open = personSteps(protocol, draft, visit).find((s) => s.answer === '');
  const item = open && !draft.fields.ended && mayHand(protocol, open.item) ? open.item : null;
  const seen = faceOf(state, draft, item || { id: '', text: '', kind: 'question', type: 'none' }, wordsOf(protocol, inputOf(draft, visit)));
  const face = { ...seen, ...(hear && item && hear({ state, draft, setDraft, item, face: seen, auto: touched && draft.fields.byItself, onTap: () => setTouched(true) })) };
  if (!item || over) return html`<${Over} person=${face.person} ears=${ears} auto=${touched && draft.fields.byItself} onGoOn=${item && over === 'stopped' ? () => setOver('') : null} onMine=${onMine} />`;
  const answer = async (value) => {
    if (busy) return; // a second tap would answer the next question
    setBusy(true);
    setFailed(false);
    try {
      const before = evaluate(protocol, inputOf(draft, visit)).danger;
      const told = await write(app, { visit, draft, item, value, face });
      setAfter(told.visit);
      // A human takes over from a danger; to whoever looks on it is the end of the questions.
      if (evaluate(protocol, inputOf(told.draft, told.visit)).danger.some((code) => !before.includes(code))) setOver('danger');
      setDraft(told.draft);
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return html`<${Hand} ...${face} item=${item} busy=${busy} failed=${failed} onAnswer=${answer} onStop=${() => setOver('stopped')} />`;
}
