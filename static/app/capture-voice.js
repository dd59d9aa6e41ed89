// The screen on which an interpreter's voice is recorded in place, from the card
// of an item: with their consent, as a draft for the translation desk.
import { html, useEffect, useState } from '../vendor/ui.js';
import { itemMessage, t } from '../text/messages.js';
import { interpreterOf } from '../parts/explain.js';
import { Voice } from '../views/voice.js';
import { faceOf, whoIs } from './capture-ask.js';
import { inputOf, itemsOf, wordsOf } from './capture-draft.js';
import { Gone, useOwn } from './capture-state.js';
import { listed, useRecorder } from './recorder.js';
import { countVoices, keepVoice, sendVoices } from './voices.js';

/** Whether whoever interprets may lend a voice: somebody whom an agency may list, for a language that texts can be made in. */
export function mayRecord(book, locales, { fields }) {
  return listed(book).some((r) => r.code === fields.interpreter) && fields.language !== 'es-MX' && locales.some((l) => l.code === fields.language);
}

export function VoiceScreen({ app, params }) {
  const [state, draft] = useOwn(app, params.id);
  const recorder = useRecorder(params.item);
  const [{ busy, failure, live, waiting }, setNow] = useState(/** @type {any} */ ({ busy: false, failure: '', live: '', waiting: 0 }));
  const put = (more) => setNow((s) => ({ ...s, ...more }));
  useEffect(() => { countVoices(app).then((n) => put({ waiting: n })); }, []);
  const item = state && state.protocol && itemsOf(state.protocol).find((i) => i.id === params.item);
  if (draft === false || (state && !item)) return html`<${Gone} app=${app} />`;
  if (!state || !draft) return null;
  const child = wordsOf(state.protocol, inputOf(draft, state.visit));
  const face = faceOf(state, draft, item, child);
  const attempt = async (work) => {
    put({ busy: true, failure: '', live: '' });
    try {
      put({ live: await work() });
    } catch (error) {
      put({ failure: app.asProblem(error).detail });
    }
    put({ busy: false, waiting: await countVoices(app) });
  };
  const keep = () => attempt(async () => {
    const { language: locale, interpreter: speaker } = draft.fields;
    const own = face.asked.locale === locale; // else there is no text yet, and the voice is the first of it
    await keepVoice(app, {
      locale, speaker, message: itemMessage(item.id, item.words) + (child && item.child_text ? '.child' : ''),
      text_hash: own ? await app.textHash(face.asked.text) : '', bytes: recorder.take.bytes, type: recorder.take.type,
    });
    recorder.onAgain();
    return t('voice.kept');
  });
  const send = () => attempt(async () => {
    const { sent, refused, problem } = await sendVoices(app);
    if (problem) throw problem;
    return [t('voice.sent', { n: sent }), ...refused].join(' ');
  });
  return html`<${Voice} who=${whoIs(draft)} item=${item} asked=${face.asked} beside=${face.beside} fellBack=${face.fellBack} interpreter=${interpreterOf(state.book, draft.fields.interpreter)}
    recorder=${recorder} waiting=${waiting} busy=${busy} failure=${failure} live=${live} onKeep=${keep} onSend=${send} onBack=${() => app.replace('card', { id: draft.id, item: item.id })} />`;
}
