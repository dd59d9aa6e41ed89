// The first start of a server: makes the first administrator and their agency,
// with the code that the server printed. An error says what to do.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field } from '../parts/fields.js';
import { LONGEST_NAME, Password, Username } from './accounts.js';

export function FirstAdmin({ busy, error, onSubmit, onBack }) {
  const [form, setForm] = useState({ code: '', agency: '', username: '', password: '' });
  const set = (field) => (value) => setForm({ ...form, [field]: value });
  const typed = (field) => (e) => set(field)(e.currentTarget.value);
  const submit = (e) => { e.preventDefault(); onSubmit({ ...form, code: form.code.trim(), agency: form.agency.trim() }); };
  return html`<${Frame} title=${t('setup.title')} back=${t('signin.title')} onBack=${onBack}>
    <p>${t('setup.how')}</p>
    <form class="stack" onSubmit=${submit}>
      <${Field} label=${t('setup.code')} hint=${t('setup.code_hint')}><input name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck=${false} required value=${form.code} onInput=${typed('code')} /></${Field}>
      <${Field} label=${t('setup.agency')}><input name="agency" autocomplete="organization" required maxlength=${LONGEST_NAME} value=${form.agency} onInput=${typed('agency')} /></${Field}>
      <${Username} value=${form.username} onName=${set('username')} />
      <${Password} value=${form.password} onPassword=${set('password')} />
      ${error && html`<${Notice} alert><p>${error}</p></${Notice}>`}
      <button class="main big wide" data-act="set-up" disabled=${busy}>${t(busy ? 'signin.busy' : 'setup.do')}</button>
    </form>
  </${Frame}>`;
}
