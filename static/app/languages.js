// Languages, for those who work on them: how far each is, and the way to the desk;
// for administrators how one is added without a release.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { optionsOf } from '../parts/explain.js';
import { Languages as LanguagesView } from '../views/languages.js';
import { bookOf, useServer } from './admin.js';
import { around } from './office.js';

export { Recalls } from './recalls.js';
export { Translate } from './translate.js';

/** Languages with how much of each there is. Protocols share most of their texts: those that are whole are counted, not texts. */
export function languageRows(items) {
  const sum = (counts) => Object.values(counts).reduce((n, m) => n + m, 0);
  return items.map((l) => {
    const n = sum(l.interface);
    return {
      code: l.code, name: l.name, gate: l.gate, autonym: l.autonym === l.name ? '' : l.autonym,
      screens: { n, all: n + (l.missing.interface || 0), statuses: Object.keys(l.interface).filter((s) => l.interface[s] > 0) },
      protocols: l.gate === 'source' ? null : { n: l.screening.length, all: Object.keys(l.protocols).length }, heard: l.heard || 0,
    };
  });
}

export function Languages({ app }) {
  const { user } = app.session();
  const { data, busy, failure, live, run, reload } = useServer(app, async () => {
    const [book, list] = await Promise.all([bookOf(app), app.api('GET', '/locales')]);
    return { rows: languageRows(list.items), states: optionsOf(book, 'states') };
  }, []);
  const admin = user.account === 'admin';
  const add = (form) => run(() => app.api('POST', '/locales', { ...form, code: form.code.trim(), name: form.name.trim() }), t('languages.added', { name: form.name }));
  const raise = (code) => run(() => app.api('POST', '/locales/' + encodeURIComponent(code) + '/gate', { gate: 'certified' }), t('languages.raised'));
  return html`<${LanguagesView} ...${around(app, 'languages')} rows=${(data && data.rows) || []} states=${(data && data.states) || []} busy=${busy} failure=${failure} live=${live} onAgain=${reload}
    onWork=${(code) => app.go('translate', { code })} onAdd=${admin && add} onRaise=${admin && raise} />`;
}
