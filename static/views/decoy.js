// A small notebook, named as the app is. It works as one does, in memory only:
// nothing that is written here is kept, and nothing else is shown until the page
// is closed.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Field } from '../parts/fields.js';

/** How much of a note stands in the list, in characters. */
const FIRST_WORDS = 60;

export function Decoy() {
  const [notes, setNotes] = useState(/** @type {{id: number, text: string}[]} */ ([]));
  const [open, setOpen] = useState(/** @type {number|null} */ (null));
  const note = notes.find((n) => n.id === open);
  const write = (text) => setNotes(notes.map((n) => (n.id === open ? { ...n, text } : n)));
  const add = () => {
    const id = notes.reduce((most, n) => Math.max(most, n.id), 0) + 1;
    setNotes([{ id, text: '' }, ...notes]);
    setOpen(id);
  };
  const close = () => {
    setNotes(notes.filter((n) => n.text.trim()));
    setOpen(null);
  };
  if (note) {
    return html`<${Frame} title=${t('notes.note')} onBack=${close}
        dock=${html`<button type="button" data-act="remove" onClick=${() => { setNotes(notes.filter((n) => n.id !== open)); setOpen(null); }}>${t('notes.remove')}</button>
          <button type="button" class="main big" data-act="done" onClick=${close}>${t('notes.done')}</button>`}>
      <${Field} label=${t('notes.text')}><textarea rows="10" autocomplete="off" value=${note.text} onInput=${(e) => write(e.currentTarget.value)}></textarea></${Field}>
    </${Frame}>`;
  }
  return html`<${Frame} title=${t('notes.title')} dock=${html`<button type="button" class="main big" data-act="new-note" onClick=${add}>${t('notes.new')}</button>`}>
    ${notes.length === 0 && html`<p>${t('notes.none')}</p>`}
    <ul class="stack">${notes.map((n) => html`<li key=${n.id}><button type="button" class="link-row" data-note=${n.id} onClick=${() => setOpen(n.id)}>${n.text.trim().slice(0, FIRST_WORDS)}</button></li>`)}</ul>
  </${Frame}>`;
}
