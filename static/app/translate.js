// The translation desk, for translators: what there is to do in a language, one
// text, and the spreadsheet for who works outside. The server decides what counts;
// here is only what would be refused for certain left out.
import { html, useEffect, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { labelOf, optionsOf } from '../parts/explain.js';
import { Translate as TranslateView } from '../views/translate.js';
import { TranslateText } from '../views/translate-text.js';
import { bookOf, useServer } from './admin.js';
import { when } from './capture-state.js';
import { around } from './office.js';
import { listed, useRecorder } from './recorder.js';

const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The part that is no protocol: what a person sees beside the questions. */
const INTERFACE = 'interface';

/** A translator lends a voice too, beside the kinds of who interprets. */
const TRANSLATOR = 'translator';

/** What this reader may do with a text now. @param {any} row @param {{id: string, account: string}} user */
export function mayOf(row, user) {
  if (user.account !== 'translator') return { whose: '' };
  const author = row.translator === user.id;
  const back = row.back_translator === user.id;
  const at = (...states) => states.includes(row.state);
  return {
    translate: true,
    back: at('translated', 'returned', 'back_translated') && !author && !row.stale,
    accept: at('translated', 'back_translated') && !author && !back && !row.stale && (row.gate !== 'certified' || row.state === 'back_translated'),
    return: at('translated', 'back_translated', 'accepted', 'certified') && !author,
    certify: at('accepted') && !author && !back && !row.stale,
    certifyRecording: Boolean(row.recording) && row.recording.state === 'draft' && row.recording.by !== user.id && (at('certified') || (at('outside') && row.status === 'certified')),
    whose: author ? t('translate.yours') : back ? t('translate.yours_back') : '',
  };
}

/** What a step is about: the server refuses it where that changed meanwhile. @param {any} row @param {any} step */
const bodyOf = (row, step) => ({ ...step, text_hash: row.text_hash, source_hash: row.source_hash });

/** Steps in words, the newest first. @param {any[]} steps @param {any} book @param {string} mine */
export const stepLines = (steps, book, mine) => [...steps].reverse().map((s) => ({
  ...s, at: when(s.at), who: s.by === mine ? t('translate.you') : s.by.slice(0, 8), competence: s.competence && labelOf(book, 'text_competence', s.competence) }));

export function Translate({ app, params }) {
  const code = params.code;
  const base = '/locales/' + encodeURIComponent(code);
  const [part, setPart] = useState(INTERFACE);
  const [blind, setBlind] = useState(false);
  const [open, setOpen] = useState('');
  const [sheet, setSheet] = useState(/** @type {any} */ (null));
  const about = useServer(app, async () => {
    const [book, list, protocols] = await Promise.all([bookOf(app), app.api('GET', '/locales'), app.api('GET', '/protocols')]);
    const found = list.items.find((l) => l.code === code) || { name: code };
    return { book, name: found.name, parts: [{ code: INTERFACE, text: t('translate.interface') }, ...protocols.items.map((p) => ({ code: p.id, text: p.title }))] };
  }, []);
  const { data, busy, failure, live, run, reload } = useServer(app, () => app.api('GET', base + '/texts?protocol=' + encodeURIComponent(part)), [part]);
  const { user } = app.session();
  const { book, name, parts } = about.data || { book: {}, name: code, parts: [] };
  const rows = (data && data.items) || [];
  const row = rows.find((r) => r.id === open);
  const send = (file, dry) => run(async () => setSheet({ file, dry, report: await app.api('POST', base + '/sheet?protocol=' + encodeURIComponent(part) + '&dry=' + (dry ? 'yes' : 'no'), file, SHEET) }), t('ask.saved'));
  if (row) {
    const at = rows.filter((r) => !blind || r.text);
    const index = at.indexOf(row);
    const to = (i) => (at[i] ? () => setOpen(at[i].id) : null);
    return html`<${Text} key=${row.id} ...${{ app, base, code, name, row, blind, book, user, busy, failure, live, run }} onBack=${() => setOpen('')} onPrevious=${to(index - 1)} onNext=${to(index + 1)} />`;
  }
  return html`<${TranslateView} ...${around(app, 'languages')} name=${name} code=${code} parts=${parts} part=${part} rows=${rows} counts=${(data && data.counts) || {}} blind=${blind} sheet=${sheet}
    busy=${busy} failure=${failure || about.failure} live=${live} onAgain=${() => { about.reload(); reload(); }} onPart=${(p) => { setSheet(null); setPart(p); }} onBlind=${setBlind} onOpen=${setOpen} onLanguages=${() => app.go('languages')}
    onExport=${() => run(() => app.download(base + '/sheet.xlsx?protocol=' + encodeURIComponent(part), SHEET, code + '-' + part + '.xlsx'), t('translate.sheet_exported'))}
    onFile=${async (file) => send(new Uint8Array(await file.arrayBuffer()), true)} onTake=${() => send(sheet.file, false)} onLeave=${() => setSheet(null)} />`;
}

function Text({ app, base, code, name, row, blind, book, user, busy, failure, live, run, onBack, onPrevious, onNext }) {
  const path = base + '/texts/' + encodeURIComponent(row.id) + '/steps';
  const recorder = useRecorder(row.id);
  const [heard, setHeard] = useState('');
  const [steps, setSteps] = useState(/** @type {any[]} */ ([]));
  const sha = row.recording && row.recording.sha256;
  useEffect(() => () => { if (heard) URL.revokeObjectURL(heard); }, [heard]);
  useEffect(() => setHeard(''), [sha]);
  // Steps are read again whenever the text was: a comment leaves it as it was.
  useEffect(() => { app.api('GET', path).then((sent) => setSteps(sent.items), () => undefined); }, [row]);
  const step = (what) => run(() => app.api('POST', path, bodyOf(row, what)), t('ask.saved'));
  const keep = (speaker) => run(async () => {
    const asked = new URLSearchParams({ message: row.id, text_hash: row.text_hash, speaker, consent: 'yes' });
    await app.api('POST', base + '/recordings?' + asked, recorder.take.bytes, recorder.take.type);
    recorder.onAgain();
  }, t('record.kept'));
  const hear = () => run(async () => setHeard(URL.createObjectURL(new Blob([await app.bytes(base + '/recordings/' + sha)], { type: row.recording.type }))), '');
  return html`<${TranslateText} row=${row} code=${code} name=${name} blind=${blind} may=${mayOf(row, user)} steps=${stepLines(steps, book, user.id)} recorder=${recorder} heard=${heard}
    competences=${optionsOf(book, 'text_competence')} speakers=${[{ code: TRANSLATOR, text: t('record.translator') }, ...listed(book).map(({ code }) => ({ code, text: labelOf(book, 'interpreters', code) }))]}
    busy=${busy} failure=${failure} live=${live} onStep=${step} onKeep=${keep} onHear=${hear} onBack=${onBack} onPrevious=${onPrevious} onNext=${onNext} />`;
}
