// Who the person is and how to reach them safely, if they want it known. Nothing
// is required; each field is masked once it is left, for others look at phones.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field, Select } from '../parts/fields.js';

const KINDS = ['phone', 'message', 'email', 'other'];

/** A line or a box that shows what is in it only while it has the focus. */
function Masked({ label, hint, value, most, rows, onInput, onLeave }) {
  const [here, setHere] = useState(false);
  const shared = { value: value, autocomplete: 'off', spellcheck: false, maxlength: most, class: here || !value ? '' : 'masked',
    onFocus: () => setHere(true), onBlur: () => { setHere(false); onLeave(); }, onInput: (e) => onInput(e.currentTarget.value) };
  return html`<${Field} label=${label} hint=${hint}>${rows ? html`<textarea rows=${rows} ...${shared}></textarea>` : html`<input ...${shared} />`}</${Field}>`;
}

function Contact({ contact, n, most, onChange, onRemove, onLeave }) {
  return html`<div class="card" data-contact=${n}>
    <${Select} label=${t('identity.kind')} value=${contact.kind} options=${KINDS.map((code) => ({ code, text: t('identity.kind_' + code) }))} onPick=${(kind) => onChange({ ...contact, kind })} />
    <${Masked} label=${t('identity.value', { n })} value=${contact.value} most=${most} onInput=${(value) => onChange({ ...contact, value })} onLeave=${onLeave} />
    <button type="button" onClick=${onRemove}>${t('identity.contact_remove', { n })}</button></div>`;
}

/** @param {any} props limits: {name, contacts, value, safe, notes} in characters, and bytes; used: of those bytes */
export function Identity({ value, limits, used, over, live, failed, onChange, onLeave, onRemove, onDone, onBack }) {
  const set = (field) => (next) => onChange({ ...value, [field]: next });
  const safe = (part) => (next) => onChange({ ...value, safe: { ...value.safe, [part]: next } });
  const contact = (i, next) => set('contacts')(next ? value.contacts.map((c, j) => (j === i ? next : c)) : value.contacts.filter((_, j) => j !== i));
  return html`<${Frame} title=${t('identity.title')} onBack=${onBack} live=${live}
      dock=${html`<button type="button" class="main big" data-act="identity-done" disabled=${over} onClick=${onDone}>${t('identity.done')}</button>`}>
    <p>${t('identity.who_opens')}</p>
    <p class="small soft">${t('identity.nothing_required')}</p>
    ${failed && html`<${Notice} alert title=${t('ask.not_saved')}><p>${failed}</p></${Notice}>`}
    <${Masked} label=${t('identity.name')} hint=${t('identity.name_hint')} value=${value.name} most=${limits.name} onInput=${set('name')} onLeave=${onLeave} />
    <section class="stack"><h2>${t('identity.contacts')}</h2>
      ${value.contacts.map((c, i) => html`<${Contact} key=${i} n=${i + 1} contact=${c} most=${limits.value} onChange=${(next) => contact(i, next)} onRemove=${() => contact(i, null)} onLeave=${onLeave} />`)}
      ${value.contacts.length < limits.contacts && html`<button type="button" class="wide" data-act="add-contact" onClick=${() => set('contacts')([...value.contacts, { kind: 'phone', value: '' }])}>${t('identity.contact_add')}</button>`}</section>
    <section class="stack"><h2>${t('identity.safe')}</h2><p class="small soft">${t('identity.safe_hint')}</p>
      ${['where', 'when', 'how'].map((part) => html`<${Masked} key=${part} label=${t('identity.safe_' + part)} value=${value.safe[part]} most=${limits.safe} onInput=${safe(part)} onLeave=${onLeave} />`)}</section>
    <${Masked} label=${t('identity.notes')} value=${value.notes} most=${limits.notes} rows=${4} onInput=${set('notes')} onLeave=${onLeave} />
    <p class=${over ? 'strong' : 'small soft'} role="status" data-used=${used}>${t(over ? 'identity.too_long' : 'identity.length', { n: used, of: limits.bytes })}</p>
    <button type="button" class="wide" data-act="identity-remove" onClick=${onRemove}>${t('identity.remove')}</button>
  </${Frame}>`;
}

/** NoKey: why an identity cannot be taken on this phone yet. @param {any} props */
export function NoIdentity({ why, onDone, onBack }) {
  return html`<${Frame} title=${t('identity.title')} onBack=${onBack}
      dock=${html`<button type="button" class="main big" data-act="identity-done" onClick=${onDone}>${t('identity.go_on')}</button>`}>
    <${Notice}><p>${t('identity.' + why)}</p></${Notice}><p>${t('identity.folio_serves')}</p></${Frame}>`;
}
