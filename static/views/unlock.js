// What stands on a locked phone: whose it is by a label of their own choice, the
// keys, and how many sealed records wait. Nothing on it tells what the app is for.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Pick } from '../parts/fields.js';
import { Keypad, SecretField } from '../parts/keypad.js';

/** @param {any} props wait: seconds until the next try, 0: now */
export function Unlock(props) {
  const { vaults, chosen, busy, wait, problem, waiting, otherLanguage } = props;
  const [secret, setSecret] = useState('');
  const [words, setWords] = useState(false);
  const shut = busy || wait > 0;
  const submit = async (e) => {
    e?.preventDefault();
    if (shut || !secret) return;
    const typed = secret;
    setSecret('');
    await props.onUnlock(chosen, typed);
  };
  return html`<${Frame} title=${t('lock.title')} live=${busy ? t('lock.opening') : ''}
      push=${html`<button type="button" class="plain" data-act="language" lang=${otherLanguage.code} onClick=${props.onLanguage}>${otherLanguage.name}</button>`}>
    <form class="stack" onSubmit=${submit}>
      ${vaults.length > 1 && html`<${Pick} legend=${t('lock.whose')} name="vault" value=${chosen} onPick=${props.onChoose} options=${vaults.map((v) => ({ code: v.id, text: v.label }))} />`}
      ${vaults.length === 1 && html`<p class="soft">${vaults[0].label}</p>`}
      <${SecretField} name="pin" label=${t(words ? 'lock.phrase' : 'lock.pin')} value=${secret} words=${words} disabled=${busy} invalid=${!!problem} onInput=${setSecret} />
      <div role="alert">${problem && html`<p class="strong">${problem}</p>`}</div>
      ${wait > 0 && html`<p role="status" class="strong" data-wait=${wait}>${t('lock.wait', { n: wait })}</p>`}
      ${words
        ? html`<button class="main big wide" data-act="unlock" disabled=${shut || !secret}>${t(busy ? 'lock.opening' : 'lock.open')}</button>`
        : html`<${Keypad} disabled=${shut} ready=${secret.length > 0} done=${t('lock.open')} onDone=${submit} onDigit=${(d) => setSecret((s) => s + d)} onErase=${() => setSecret((s) => s.slice(0, -1))} />`}
    </form>
    ${waiting > 0 && html`<p class="small soft">${t('lock.waiting', { n: waiting })}</p>`}
    <ul class="stack tight">
      <li><button type="button" class="plain" data-act="words" onClick=${() => { setWords(!words); setSecret(''); }}>${t(words ? 'lock.use_pin' : 'lock.use_phrase')}</button></li>
      <li><button type="button" class="plain" data-act="forgot" onClick=${props.onForgot}>${t('lock.forgot')}</button></li>
      <li><button type="button" class="plain" data-act="other" onClick=${props.onOther}>${t('lock.other')}</button></li>
    </ul>
  </${Frame}>`;
}

/** Forgot: what is lost with a PIN, said before it is done. @param {any} props */
export function Forgot({ label, busy, problem, onForget, onBack }) {
  return html`<${Frame} title=${t('forgot.title')} onBack=${onBack}
      dock=${html`<button type="button" class="main big" data-act="forget" disabled=${busy} onClick=${onForget}>${t('forgot.do')}</button>`}>
    <p class="soft">${label}</p>
    <p>${t('forgot.nobody')}</p>
    <ul class="dots"><li>${t('forgot.sealed')}</li><li>${t('forgot.open')}</li><li>${t('forgot.sign_in')}</li></ul>
    ${problem && html`<${Notice} alert><p>${problem}</p></${Notice}>`}
  </${Frame}>`;
}

/** Blank: nothing to see; any touch or key leads to the lock. @param {{onWake: () => void}} props */
export function Blank({ onWake }) {
  return html`<main class="blank"><h1 class="hidden" tabindex="-1">${t('app.name')}</h1><button type="button" data-act="wake" onClick=${onWake}>${t('app.name')}</button></main>`;
}
