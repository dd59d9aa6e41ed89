// Sign in. An error says what to do; what is unsent on the phone stays there.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field } from '../parts/fields.js';

export function SignIn({ busy, error, lastUser, offline, waiting, setup, otherLanguage, onLanguage, onUnlock, onSubmit }) {
  const [username, setUsername] = useState(lastUser || '');
  const [password, setPassword] = useState('');
  const [seen, setSeen] = useState(false);
  const submit = (e) => { e.preventDefault(); if (username && password) onSubmit({ username: username.trim(), password }); };
  return html`<${Frame} title=${t('signin.title')} push=${otherLanguage && html`<button type="button" class="plain" lang=${otherLanguage.code} onClick=${onLanguage}>${otherLanguage.name}</button>`}>
    <p>${t('signin.how')}</p>
    ${offline && html`<${Notice}><p>${t('signin.offline')}</p></${Notice}>`}
    ${waiting > 0 && html`<${Notice}><p>${t('signin.waiting', { n: waiting })}</p></${Notice}>`}
    <form class="stack" onSubmit=${submit}>
      <${Field} label=${t('signin.username')}><input name="username" autocomplete="username" autocapitalize="none" spellcheck=${false} required value=${username} onInput=${(e) => setUsername(e.currentTarget.value)} /></${Field}>
      <${Field} label=${t('signin.password')}><input name="password" type=${seen ? 'text' : 'password'} autocomplete="current-password" required value=${password} onInput=${(e) => setPassword(e.currentTarget.value)} /></${Field}>
      <label class="pick"><input type="checkbox" checked=${seen} onChange=${() => setSeen(!seen)} /><span>${t('signin.show')}</span></label>
      ${error && html`<${Notice} alert><p>${error}</p></${Notice}>`}
      <button class="main big wide" data-act="sign-in" disabled=${busy}>${t(busy ? 'signin.busy' : 'signin.do')}</button>
    </form>
    ${onUnlock && html`<p><button type="button" class="plain" data-act="back-to-unlock" onClick=${onUnlock}>${t('lock.back')}</button></p>`}
    <p class="small soft">${t('signin.help')}</p>
    <p class="small">${setup && html`<a class="button plain" data-act="first" href=${setup}>${t('signin.first')}</a>`}</p>
  </${Frame}>`;
}
