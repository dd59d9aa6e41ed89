// Interpreters, as supervisors and administrators keep them: who can be called, a
// new one, changes, and the end of a listing. Nobody stands here who did not agree.
import { html, useEffect, useRef, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Field, Pick, SearchList, Select, plainText } from '../parts/fields.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';

// The server's limits (package interpreters), told before it has to refuse.
const LONGEST = { name: 80, phone: 24, hours: 120, note: 240 }; // characters

// Cards drawn at once: more nobody reads, and a search box stands above them.
const SHOWN = 40;

// Wrong: what the server says of one field, below it.
function Wrong({ wrong, field }) {
  return wrong && wrong.field === field && html`<p class="strong" id=${'wrong-' + field} data-wrong=${field}><span aria-hidden="true">✕ </span>${wrong.text}</p>`;
}

function Text({ field, form, wrong, set, type = 'text', required, hint }) {
  const bad = wrong && wrong.field === field;
  return html`<${Field} label=${t('interpreters.' + field)} hint=${hint && t(hint)}>
      <input name=${field} type=${type} autocomplete="off" required=${required} maxlength=${LONGEST[field]} value=${form[field]} aria-invalid=${bad ? 'true' : undefined}
        aria-describedby=${bad ? 'wrong-' + field : undefined} onInput=${(e) => set(field)(e.currentTarget.value)} /></${Field}>
    <${Wrong} wrong=${wrong} field=${field} />`;
}

function Languages({ form, options, first, wrong, set }) {
  const text = (code) => (options.find((o) => o.code === code) || { text: code }).text;
  const left = options.filter((o) => !form.languages.includes(o.code));
  return html`<div class="stack tight" role="group" aria-labelledby="form-languages"><p class="strong" id="form-languages" tabindex="-1" data-field="languages">${t('interpreters.languages')}</p>
    <p class="small soft">${t('interpreters.languages_how')}</p>
    ${form.languages.length > 0 && html`<ul class="stack tight">${form.languages.map((code) => html`<li key=${code} class="split" data-language=${code}><span>${text(code)}</span>
      <button type="button" data-act="drop-language" aria-label=${t('interpreters.drop', { name: text(code) })} onClick=${() => set('languages')(form.languages.filter((c) => c !== code))}>${t('interpreters.remove')}</button></li>`)}</ul>`}
    <details open=${form.languages.length === 0}><summary>${t('interpreters.add_language')}</summary><div class="in">
      <${SearchList} key=${form.languages.join()} label=${t('person.language_search')} options=${left} first=${first} value="" onPick=${(code) => set('languages')([...form.languages, code])} /></div></details>
    <${Wrong} wrong=${wrong} field="languages" /></div>`;
}

function Form({ form: begun, options, first, kinds, states, wrong, busy, onSave, onClose }) {
  const [form, setForm] = useState(begun);
  const ref = useRef(/** @type {any} */ (null));
  const set = (field) => (value) => setForm((f) => ({ ...f, [field]: value }));
  const kind = kinds.find((k) => k.code === form.kind);
  useEffect(() => { ref.current.querySelector('[name=name]').focus(); }, []);
  useEffect(() => {
    if (!wrong) return;
    const at = [`[name="${wrong.field}"]`, `[data-field="${wrong.field}"] select`, `[data-field="${wrong.field}"]`, '[data-wrong]'];
    at.map((selector) => ref.current.querySelector(selector)).find(Boolean).focus();
  }, [wrong]);
  const submit = (e) => { e.preventDefault(); if (!busy) onSave(form); };
  return html`<form class="stack" ref=${ref} onSubmit=${submit} data-form=${form.id || 'new'}>
    ${wrong && !wrong.field && html`<div tabindex="-1" data-wrong=""><${Notice} alert title=${t('accounts.failure')}><p>${wrong.text}</p></${Notice}></div>`}
    <${Text} field="name" required hint="interpreters.name_how" ...${{ form, wrong, set }} />
    <${Text} field="phone" type="tel" required hint="interpreters.phone_how" ...${{ form, wrong, set }} />
    <${Languages} ...${{ form, options, first, wrong, set }} />
    <div class="stack tight" data-field="kind"><${Select} label=${t('interpreters.kind')} value=${form.kind} options=${kinds} empty=${t('encounter.choose')} onPick=${set('kind')} />
      ${kind && kind.conflict && html`<${Notice} title=${t('card.conflict')}><p>${kind.conflict}</p></${Notice}>`}<${Wrong} wrong=${wrong} field="kind" /></div>
    <details open=${form.states.length > 0}><summary>${t('interpreters.states')}</summary><div class="in"><${Pick} many legend=${t('interpreters.states_how')} name="states" options=${states} value=${form.states} onPick=${set('states')} /></div></details>
    <${Wrong} wrong=${wrong} field="states" />
    <${Text} field="hours" hint="interpreters.hours_how" ...${{ form, wrong, set }} />
    <${Text} field="note" hint="interpreters.note_how" ...${{ form, wrong, set }} />
    <label class="pick"><input type="checkbox" name="consent" checked=${form.consent} aria-invalid=${wrong && wrong.field === 'consent' ? 'true' : undefined} aria-describedby=${wrong && wrong.field === 'consent' ? 'wrong-consent' : undefined}
      onChange=${(e) => set('consent')(e.currentTarget.checked)} /><span>${t('interpreters.consent')}</span></label>
    <${Wrong} wrong=${wrong} field="consent" />
    <div class="row wrap"><button class="main" data-act="save" disabled=${busy}>${t('interpreters.save')}</button>
      <button type="button" data-act="close" onClick=${onClose}>${t('interpreters.close')}</button></div></form>`;
}

function Card({ row, busy, onOpen, onRemove }) {
  return html`<h2 tabindex="-1">${row.name}</h2><p>${row.languages.join(' · ')}</p>
    <p class="small soft">${[row.phone, row.kind, row.hours, ...row.states].filter(Boolean).join(' · ')}</p>
    ${row.note && html`<p class="small">${row.note}</p>`}
    <p class="small soft">${t('interpreters.updated', { at: row.updated })}</p>
    <p><button type="button" data-act="change" disabled=${busy} aria-label=${t('interpreters.change_of', { name: row.name })} onClick=${() => onOpen(row.id)}>${t('interpreters.change')}</button></p>
    <details><summary>${t('interpreters.take_out')}</summary><div class="in"><p class="small">${t('interpreters.take_out_how')}</p>
      <button type="button" data-act="remove" disabled=${busy} onClick=${() => onRemove(row.id)}>${t('interpreters.take_out_do', { name: row.name })}</button></div></details>`;
}

// The focus goes to whoever was changed when their form is gone, and to the top when they are.
function useFocus(open, count) {
  const before = useRef({ open, count });
  useEffect(() => {
    const was = before.current;
    before.current = { open, count };
    if ((was.open && !open) || count < was.count) /** @type {HTMLElement|null} */ (document.querySelector(`[data-id="${was.open}"] h2`) || document.querySelector('h1'))?.focus();
  }, [open, count]);
}

export function Interpreters(props) {
  const { rows, open, failure, busy, onOpen } = props;
  const [typed, setTyped] = useState('');
  useFocus(open, rows.length);
  const want = plainText(typed.trim());
  const found = rows.filter((r) => plainText([r.name, ...r.languages, ...r.states].join(' ')).includes(want));
  const form = (of) => html`<${Form} key=${of.id + of.revision} ...${props} form=${of} onClose=${() => onOpen('')} />`;
  return html`<${Frame} title=${t('desk.nav_interpreters')} wide live=${props.live} push=${props.top} nav=${props.nav}>
    <p>${t('interpreters.how')}</p>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${props.ready && (open === 'new' ? html`<section class="card stack"><h2>${t('interpreters.new')}</h2>${form(props.empty)}</section>`
      : html`<p><button type="button" class="main" data-act="new" disabled=${busy} onClick=${() => onOpen('new')}>${t('interpreters.new')}</button></p>`)}
    ${rows.length > 0 && html`<${Field} label=${t('calling.search')}><input type="search" autocomplete="off" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} /></${Field}>
      <p role="status">${t('list.found', { n: found.length })}</p>`}
    ${props.ready && rows.length === 0 && !open && html`<p>${t('interpreters.none')}</p>`}
    <ul class="stack" aria-busy=${busy ? 'true' : 'false'}>${found.slice(0, SHOWN).map((r) => html`<li key=${r.id} class="card stack tight" data-id=${r.id}>
      ${open === r.id ? html`<h2>${r.name}</h2>${form(r.form)}` : html`<${Card} row=${r} busy=${busy} onOpen=${onOpen} onRemove=${props.onRemove} />`}</li>`)}</ul>
    ${found.length > SHOWN && html`<p>${t('list.more', { n: found.length - SHOWN })}</p>`}
  </${Frame}>`;
}
