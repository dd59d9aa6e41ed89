// The second step of signing in: a code, a passkey, or a code from paper.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field } from '../parts/fields.js';

export function SecondStep({ methods, busy, error, onCode, onPasskey, onBack }) {
  const [paper, setPaper] = useState(!methods.includes('totp') && !methods.includes('passkey'));
  const [code, setCode] = useState('');
  const submit = (e) => { e.preventDefault(); if (code.trim()) onCode(code.trim()); };
  const asksCode = paper || methods.includes('totp');
  return html`<${Frame} title=${t('second.title')} back=${t('signin.title')} onBack=${onBack}>
    <p>${t(paper ? 'second.paper_how' : asksCode ? 'second.how' : 'second.passkey_how')}</p>
    ${error && html`<${Notice} alert><p>${error}</p></${Notice}>`}
    ${asksCode && html`<form class="stack" onSubmit=${submit}>
      <${Field} label=${t(paper ? 'second.paper' : 'second.code')}>
        <input key=${paper} name="otp" autocomplete="one-time-code" autocapitalize="characters" spellcheck=${false} inputmode=${paper ? 'text' : 'numeric'} required value=${code} onInput=${(e) => setCode(e.currentTarget.value)} /></${Field}>
      <button class="main big wide" data-act="second-code" disabled=${busy}>${t(busy ? 'signin.busy' : 'signin.do')}</button>
    </form>`}
    ${methods.includes('passkey') && html`<p><button type="button" class=${asksCode ? 'wide' : 'main big wide'} data-act="second-passkey" disabled=${busy} onClick=${onPasskey}>${t('second.passkey')}</button></p>`}
    ${methods.includes('recovery') && !paper && html`<p><button type="button" class="plain" data-act="second-paper" onClick=${() => { setPaper(true); setCode(''); }}>${t('second.use_paper')}</button></p>`}
    <p class="small soft">${t('second.help')}</p>
  </${Frame}>`;
}
