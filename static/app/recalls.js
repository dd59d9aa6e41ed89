// What was withdrawn because it was found wrong, for those who judge the answers
// again, and for those who work on texts.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { labelOf, optionsOf } from '../parts/explain.js';
import { folio } from '../crypto/folio.js';
import { Recalls as RecallsView } from '../views/recalls.js';
import { bookOf, useServer } from './admin.js';
import { when } from './capture-state.js';
import { rowLine } from './desk-detail.js';
import { around } from './office.js';

const MAY_WITHDRAW = ['admin', 'translator'];

/** Recalls in words, the newest first. @param {any[]} items @param {any} book */
export async function recallRows(items, book) {
  const label = (list, code) => labelOf(book, list, code);
  return Promise.all([...items].reverse().map(async (r) => ({
    id: r.id, total: r.total, at: when(r.at), reason: label('recall_reasons', r.reason), what: whatOf(r),
    detections: r.detections && await Promise.all(r.detections.map(async ({ detection, items: asked }) => {
      const line = rowLine(detection, book, label);
      return { id: detection.id, folio: await folio(detection.id), text: [line.levelText, line.where, line.at].join(' · '), items: asked };
    })),
  })));
}

/** What was withdrawn: a message, or what a hash says wherever it stands. */
function whatOf(r) {
  if (r.audio_sha256) return t('recalls.of_recording', { hash: r.audio_sha256.slice(0, 12) });
  return r.message || t('recalls.of_hash', { hash: r.text_hash.slice(0, 12) });
}

export function Recalls({ app, params }) {
  const [picked, setPicked] = useState(params.code || '');
  const { user } = app.session();
  const { data, busy, failure, live, run, reload } = useServer(app, async () => {
    const [book, list] = await Promise.all([bookOf(app), app.api('GET', '/locales')]);
    // Spanish is withdrawn with its protocol; a language without a text has nothing to withdraw.
    const languages = list.items.filter((l) => l.code !== 'es-MX' && Object.keys(l.interface).length > 0).map((l) => ({ code: l.code, text: l.name }));
    const code = picked || (languages[0] || { code: '' }).code;
    const sent = code ? await app.api('GET', '/locales/' + encodeURIComponent(code) + '/recalls') : { items: [] };
    return { book, languages, code, rows: await recallRows(sent.items, book) };
  }, [picked]);
  const { book, languages } = data || { book: {}, languages: [] };
  const code = picked || (data ? data.code : ''); // what was picked stands at once; its rows come
  const rows = data && data.code === code ? data.rows : null;
  const withdraw = ({ kind, what, reason }) => run(() => app.api('POST', '/locales/' + encodeURIComponent(code) + '/recalls', { [kind]: what.trim(), reason }), t('recalls.done'));
  return html`<${RecallsView} ...${around(app, 'recalls')} languages=${languages} code=${code} rows=${rows} reasons=${optionsOf(book, 'recall_reasons')} busy=${busy} failure=${failure} live=${live}
    onAgain=${reload} onCode=${setPicked} onOpen=${(id) => app.go('detection', { id })} onWithdraw=${MAY_WITHDRAW.includes(user.account) ? withdraw : null} />`;
}
