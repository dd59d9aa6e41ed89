// Form controls: a labelled field, a list to pick one or many of, a list with a
// search box for what is too long to read, and a number that counts persons.
import { html, useMemo, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';

export function Field({ label, hint, children }) {
  return html`<label class="field"><span>${label}</span>
    ${hint && html`<span class="hint small soft">${hint}</span>`}${children}</label>`;
}

let ids = 0;

// useId gives a control an id of its own on this page.
function useId() {
  return useMemo(() => 'field' + ++ids, []);
}

// Pick: radio buttons (or check boxes with many). options: {code, text, note?}.
export function Pick({ legend, name, options, value, many, ear, onPick }) {
  const chosen = many ? value || [] : [value];
  const toggle = (code) => (chosen.includes(code) ? chosen.filter((c) => c !== code) : [...chosen, code]);
  return html`<fieldset class="stack tight"><legend>${legend}</legend>
    ${options.map((o) => {
      const label = html`<label class="pick" key=${o.code}>
      <input type=${many ? 'checkbox' : 'radio'} name=${name} value=${o.code} checked=${chosen.includes(o.code)}
        onChange=${() => onPick(many ? toggle(o.code) : o.code)} />
      <span><span lang=${o.locale}>${o.text}</span>${o.note && html` <span class="small soft">${o.note}</span>`}</span>
    </label>`;
      return ear ? ear(o, label) : label;
    })}
  </fieldset>`;
}

export function Select({ label, hint, value, options, empty, onPick }) {
  return html`<${Field} label=${label} hint=${hint}>
    <select value=${value || ''} onChange=${(e) => onPick(e.currentTarget.value)}>
      ${empty != null && html`<option value="">${empty}</option>`}
      ${options.map((o) => html`<option key=${o.code} value=${o.code} selected=${o.code === value}>${o.text}</option>`)}
    </select></${Field}>`;
}

// plainText folds case and accents, so that "mexico" finds "México".
export function plainText(s) {
  return String(s).normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
}

// Rows shown at once: more than this nobody reads, and old phones get slow.
const SHOWN = 40;

// SearchList: first the rows in `first`, all others by typing.
export function SearchList({ label, options, first, value, onPick }) {
  const [typed, setTyped] = useState('');
  const want = plainText(typed.trim());
  const head = first && !want ? first.map((c) => options.find((o) => o.code === c)).filter(Boolean) : null;
  const found = head && head.length ? head : options.filter((o) => plainText(o.text).includes(want));
  return html`<div class="stack">
    <${Field} label=${label}>
      <input type="search" autocomplete="off" enterkeyhint="search" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} />
    </${Field}>
    <p class="hidden" role="status">${t('list.found', { n: found.length })}</p>
    <ul class="stack tight scroll" tabindex="0" aria-label=${label}>
      ${found.slice(0, SHOWN).map((o) => html`<li key=${o.code}>
        <button type="button" class="wide start" data-answer=${o.code} aria-pressed=${value === o.code ? 'true' : 'false'}
          onClick=${() => onPick(o.code)}>${o.text}</button></li>`)}
    </ul>
    ${found.length > SHOWN && html`<p class="small soft">${t('list.more', { n: found.length - SHOWN })}</p>`}
    ${found.length === 0 && html`<p>${t('list.none')}</p>`}
  </div>`;
}

// More persons than this in one encounter is a typing slip.
const MOST_PERSONS = 9999;

export function Counter({ label, hint, value, least = 0, onCount }) {
  const set = (n) => onCount(Math.max(least, Math.min(MOST_PERSONS, Number.isFinite(n) ? n : least)));
  const id = useId();
  return html`<div class="stack tight"><label class="strong" for=${id}>${label}</label>
    ${hint && html`<p class="small soft" id=${id + '-hint'}>${hint}</p>`}
    <div class="counter">
      <button type="button" aria-label=${t('count.less', { of: label })} disabled=${value <= least} onClick=${() => set(value - 1)}>−</button>
      <input class="short" id=${id} aria-describedby=${hint ? id + '-hint' : undefined} inputmode="numeric" pattern="[0-9]*" autocomplete="off" value=${String(value)}
        onInput=${(e) => set(parseInt(e.currentTarget.value.replace(/\D/g, ''), 10))} />
      <button type="button" aria-label=${t('count.more', { of: label })} onClick=${() => set(value + 1)}>+</button>
    </div>
  </div>`;
}
