// Enrol: makes this phone known to the server, once, with a network.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field } from '../parts/fields.js';

// Longest name of a device that the server keeps, in letters.
const LONGEST_NAME = 60;

export function Enrol({ busy, error, needCode, defaultName, onSubmit, onSignOut }) {
  const [name, setName] = useState(defaultName || '');
  const [code, setCode] = useState('');
  const submit = (e) => { e.preventDefault(); if (name.trim()) onSubmit(needCode ? { name: name.trim(), code: code.trim() } : { name: name.trim() }); };
  return html`<${Frame} title=${t('enrol.title')} back=${t('home.sign_out')} onBack=${onSignOut}>
    <p>${t('enrol.how')}</p>
    <form class="stack" onSubmit=${submit}>
      <${Field} label=${t('enrol.name')} hint=${t('enrol.name_hint')}><input name="device" autocomplete="off" required maxlength=${LONGEST_NAME} value=${name} onInput=${(e) => setName(e.currentTarget.value)} /></${Field}>
      ${needCode && html`<${Field} label=${t('enrol.code')} hint=${t('enrol.code_hint')}><input name="code" autocomplete="one-time-code" required value=${code} onInput=${(e) => setCode(e.currentTarget.value)} /></${Field}>`}
      ${error && html`<${Notice} alert><p>${error}</p></${Notice}>`}
      <button class="main big wide" data-act="enrol" disabled=${busy}>${t(busy ? 'enrol.busy' : 'enrol.do')}</button>
    </form>
  </${Frame}>`;
}
