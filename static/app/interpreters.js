// The interpreters of an agency, as who supervises or administers keeps them: whom
// its phones can call. A phone has them as of its last "Ready for the field".
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { interpreterOf, labelOf, optionsOf } from '../parts/explain.js';
import { Interpreters as InterpretersView } from '../views/interpreters.js';
import { bookOf, useServer } from './admin.js';
import { languageOptions, when } from './capture-state.js';
import { around } from './office.js';
import { listed } from './recorder.js';

/** A language as the server keeps it. @param {any} option one of languageOptions */
const languageOf = (option) => (option.code === option.language ? { code: option.code, variant: '' }
  : { code: option.language === 'mis' ? '' : option.language, variant: option.variant });

/** The option that a kept language was chosen as. @param {any[]} options @param {any} l */
const optionOf = (options, l) => options.find((o) => { const { code, variant } = languageOf(o); return code === l.code && variant === l.variant; });

/** What the form of somebody holds; of nobody yet: empty. @param {any} i @param {any[]} options */
export function formOf(i, options) {
  if (!i) return { id: '', revision: 0, name: '', phone: '', languages: [], kind: '', states: [], hours: '', note: '', consent: false };
  const picked = i.languages.map((l) => optionOf(options, l)).filter(Boolean);
  return { id: i.id, revision: i.revision, name: i.name, phone: i.phone, languages: picked.map((o) => o.code), kind: i.kind, states: i.states, hours: i.hours, note: i.note, consent: true };
}

/** What is sent of a form. @param {any} form @param {any[]} options */
export function bodyOf({ id, ...form }, options) {
  return { ...form, languages: form.languages.map((code) => languageOf(options.find((o) => o.code === code))) };
}

/** The list in words, and what its form chooses from. @param {any[]} items @param {any} book @param {any[]} locales */
export function listOf(items, book, locales) {
  const { options, first } = languageOptions(locales, book, null);
  const kinds = listed(book).map((r) => ({ code: r.code, text: labelOf(book, 'interpreters', r.code), conflict: interpreterOf(book, r.code).conflict }));
  return { options, first: first.filter((code) => code !== 'es-MX'), kinds, states: optionsOf(book, 'states'), rows: items.map((i) => {
    const form = formOf(i, options);
    return { id: i.id, name: i.name, phone: i.phone, kind: labelOf(book, 'interpreters', i.kind), hours: i.hours, note: i.note, updated: when(i.updated_at), form,
      languages: i.languages.map((l) => (optionOf(options, l) || { text: l.variant || l.code }).text),
      states: i.states.map((code) => labelOf(book, 'states', code)) };
  }) };
}

export function Interpreters({ app }) {
  const [open, setOpen] = useState(''); // whose form is: an id, new, or of nobody
  const [saving, setSaving] = useState(false);
  const [wrong, setWrong] = useState(/** @type {any} */ (null)); // what the server says of the form: {field, text}
  const { data, busy, failure, live, run, reload } = useServer(app, async () => {
    const [list, book, here] = await Promise.all([app.api('GET', '/interpreters'), bookOf(app), app.content.locales()]);
    return listOf(list.items, book, here.length ? here : (await app.api('GET', '/locales')).items);
  }, []);
  const show = (id) => { setWrong(null); setOpen(id); };
  const save = async (form) => {
    setSaving(true);
    setWrong(null);
    try {
      await app.api('POST', '/interpreters' + (form.id ? '/' + encodeURIComponent(form.id) : ''), bodyOf(form, data.options));
      setOpen('');
      await run(() => undefined, t('ask.saved'));
    } catch (error) {
      const problem = app.asProblem(error);
      setWrong({ field: problem.args.field || '', text: problem.detail });
    } finally {
      setSaving(false);
    }
  };
  const lists = data || { rows: [], options: [], first: [], kinds: [], states: [] };
  return html`<${InterpretersView} ...${around(app, 'interpreters')} ...${lists} ready=${Boolean(data)} empty=${formOf(null, [])} open=${open} wrong=${wrong} busy=${busy || saving} failure=${failure} live=${live}
    onAgain=${reload} onOpen=${show} onSave=${save}
    onRemove=${(id) => run(() => app.api('POST', '/interpreters/' + encodeURIComponent(id) + '/remove'), t('interpreters.removed'))} />`;
}
