// A field for a PIN with large keys under it; a passphrase is typed with the
// phone's own keyboard. What is typed is hidden unless somebody asks to see it.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Field } from './fields.js';

const ROWS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** @param {any} props */
export function SecretField({ name, label, hint, value, words, invalid, disabled, onInput }) {
  const [seen, setSeen] = useState(false);
  return html`<${Field} label=${label} hint=${hint}>
      <span class="row"><input name=${name} type=${seen ? 'text' : 'password'} class="grow" autocomplete="off" autocapitalize="none" spellcheck=${false} inputmode=${words ? 'text' : 'numeric'}
        disabled=${disabled} aria-invalid=${invalid ? 'true' : undefined} value=${value} onInput=${(e) => onInput(words ? e.currentTarget.value : e.currentTarget.value.replace(/\D/g, ''))} />
      <button type="button" class="plain" aria-pressed=${seen ? 'true' : 'false'} onClick=${() => setSeen(!seen)}>${t('lock.see')}</button></span></${Field}>`;
}

/** @param {{disabled: boolean, onDigit: (digit: string) => void, onErase: () => void, onDone: () => void, ready: boolean, done: string}} props */
export function Keypad({ disabled, onDigit, onErase, onDone, ready, done }) {
  const key = (digit) => html`<button type="button" key=${digit} data-digit=${digit} disabled=${disabled} onClick=${() => onDigit(digit)}>${digit}</button>`;
  return html`<div class="keypad" role="group" aria-label=${t('lock.keys')}>
    ${ROWS.map(key)}
    <button type="button" data-act="erase" aria-label=${t('lock.erase')} disabled=${disabled} onClick=${onErase}><span aria-hidden="true">⌫</span></button>
    ${key('0')}
    <button type="button" class="main" data-act="unlock" disabled=${disabled || !ready} onClick=${onDone}>${done}</button></div>`;
}
