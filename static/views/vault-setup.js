// The lock of this phone is made: a label, a PIN or passphrase, and what each
// choice means. What is typed twice must be the same, and the second PIN another.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field } from '../parts/fields.js';
import { SecretField } from '../parts/keypad.js';

/** Longest label, in characters: one line of a small phone. */
const LONGEST_LABEL = 24;

const EMPTY = { label: '', secret: '', again: '', duress: '', duressAgain: '', hardware: false };

/** What is wrong with the form: ids of messages, none: it can be sent. */
function wrongWith(form, wantsDuress, judge) {
  const wrong = [];
  const own = judge(form.secret).problem;
  if (!form.label.trim()) wrong.push('label');
  if (own) wrong.push('secret_' + own);
  else if (form.secret !== form.again) wrong.push('again');
  if (!wantsDuress) return wrong;
  const second = judge(form.duress).problem;
  if (second) wrong.push('duress_' + second);
  else if (form.duress !== form.duressAgain) wrong.push('duress_again');
  else if (form.duress === form.secret) wrong.push('same');
  return wrong;
}

function Twice({ name, label, again, hint, words, form, set, disabled }) {
  return html`<${SecretField} name=${name} label=${label} hint=${hint} words=${words} disabled=${disabled} value=${form[name]} onInput=${set(name)} />
    <${SecretField} name=${again} label=${t('vault.again')} words=${words} disabled=${disabled} value=${form[again]} onInput=${set(again)} />`;
}

/** @param {any} props judge: what is wrong with a secret; hardware: the phone has a part that can take part */
export function VaultSetup({ suggested, hardware, busy, error, judge, onCreate, onSignOut, onProtects }) {
  const [form, setForm] = useState({ ...EMPTY, label: suggested });
  const [words, setWords] = useState(false);
  const [wantsDuress, setDuress] = useState(false);
  const [wrong, setWrong] = useState(/** @type {string[]} */ ([]));
  const set = (field) => (value) => setForm((f) => ({ ...f, [field]: value }));
  const dates = [form.secret, wantsDuress ? form.duress : ''].some((s) => judge(s).warn === 'date');
  const submit = (e) => {
    e.preventDefault();
    const found = wrongWith(form, wantsDuress, judge);
    setWrong(found);
    if (!found.length && !busy) onCreate({ label: form.label.trim(), secret: form.secret, duress: wantsDuress ? form.duress : '', hardware: form.hardware });
  };
  return html`<${Frame} title=${t('vault.title')} live=${busy ? t('vault.busy') : ''}>
    <p>${t('vault.how')}</p>
    <form class="stack" onSubmit=${submit} aria-busy=${busy ? 'true' : 'false'}>
      ${wrong.length > 0 && html`<${Notice} alert title=${t('vault.fix')}><ul class="dots">${wrong.map((w) => html`<li key=${w}>${t('vault.wrong_' + w)}</li>`)}</ul></${Notice}>`}
      <${Field} label=${t('vault.label')} hint=${t('vault.label_hint')}><input name="label" autocomplete="off" maxlength=${LONGEST_LABEL} disabled=${busy} value=${form.label} onInput=${(e) => set('label')(e.currentTarget.value)} /></${Field}>
      <label class="pick"><input type="checkbox" name="words" disabled=${busy} checked=${words} onChange=${() => setWords(!words)} /><span>${t('vault.words')}</span></label>
      <${Twice} name="secret" again="again" label=${t(words ? 'lock.phrase' : 'lock.pin')} hint=${t(words ? 'vault.phrase_hint' : 'vault.pin_hint')} ...${{ words, form, set, disabled: busy }} />
      ${dates && html`<${Notice}><p>${t('vault.date')}</p></${Notice}>`}
      <p class="small">${t('vault.forgotten')}</p>
      <label class="pick"><input type="checkbox" name="duress-too" disabled=${busy} checked=${wantsDuress} onChange=${() => setDuress(!wantsDuress)} /><span>${t('vault.duress_want')}</span></label>
      <p class="small soft">${t('vault.duress_means')}</p>
      ${wantsDuress && html`<${Twice} name="duress" again="duressAgain" label=${t('vault.duress')} hint=${t('vault.duress_hint')} ...${{ words, form, set, disabled: busy }} />`}
      ${hardware && html`<label class="pick"><input type="checkbox" name="hardware" disabled=${busy} checked=${form.hardware} onChange=${() => set('hardware')(!form.hardware)} /><span>${t('vault.hardware')}</span></label>
        <p class="small soft">${t('vault.hardware_means')}</p>`}
      ${error && html`<${Notice} alert><p>${error}</p></${Notice}>`}
      ${busy && html`<p role="status">${t('vault.busy')}</p>`}
      <button class="main big wide" data-act="vault" disabled=${busy}>${t(busy ? 'vault.making' : 'vault.do')}</button>
    </form>
    <ul class="stack tight">
      <li><button type="button" class="plain" data-act="protects" onClick=${onProtects}>${t('protects.title')}</button></li>
      <li><button type="button" class="plain" data-act="sign-out" onClick=${onSignOut}>${t('home.sign_out')}</button></li></ul>
  </${Frame}>`;
}
