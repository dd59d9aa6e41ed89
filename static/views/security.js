// Security of one's own account: the second step, the codes for paper, the open
// sessions and the password. A secret or a code is shown once and never again.
import { html, useEffect, useRef, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field } from '../parts/fields.js';
import { Qr } from '../parts/qr.js';

// The server's rules (package auth), told before it has to refuse.
const LONGEST_NAME = 120; // characters
const SHORTEST_PASSWORD = 12; // characters
const LONGEST_PASSWORD = 128; // characters
const GROUP = 4; // signs of a secret between blanks, so that it can be typed

export const grouped = (secret) => (secret.match(new RegExp(`.{1,${GROUP}}`, 'g')) || []).join(' ');

function Own({ label, hint, value, fresh, onValue }) {
  return html`<${Field} label=${label} hint=${hint}><input name=${fresh ? 'new-password' : 'password'} type="password" autocomplete=${fresh ? 'new-password' : 'current-password'} required
    minlength=${fresh ? SHORTEST_PASSWORD : undefined} maxlength=${LONGEST_PASSWORD} value=${value} onInput=${(e) => onValue(e.currentTarget.value)} /></${Field}>`;
}

// Sure: a form that asks the password again where there is something to protect.
function Sure({ summary, how, act, does, ask, busy, danger, children, onDo }) {
  const [password, setPassword] = useState('');
  const submit = (e) => { e.preventDefault(); onDo(password); setPassword(''); };
  return html`<details><summary>${summary}</summary><form class="in" onSubmit=${submit}>
    ${how && html`<p class="small">${how}</p>`}${children}
    ${ask && html`<${Own} label=${t('security.again')} value=${password} onValue=${setPassword} />`}
    <button class=${danger ? 'wide' : 'main wide'} data-act=${act} disabled=${busy}>${does}</button></form></details>`;
}

// Focused: a card that takes the focus: what it says will not come again.
function Focused({ id, title, children }) {
  const ref = useRef(/** @type {any} */ (null));
  useEffect(() => { ref.current.focus(); ref.current.scrollIntoView({ block: 'center' }); }, []);
  return html`<section class="notice work" aria-labelledby=${id}><h2 id=${id} ref=${ref} tabindex="-1">${title}</h2>${children}</section>`;
}

function Codes({ codes, onCopy, onPrint, onSeen }) {
  return html`<${Focused} id="codes" title=${t('security.codes_title')}><p>${t('security.codes_how')}</p>
    <ol class="lines" data-codes>${codes.map((c) => html`<li key=${c} class="folio">${c}</li>`)}</ol>
    <div class="row wrap"><button type="button" data-act="codes-copy" onClick=${onCopy}>${t('security.copy')}</button>
      <button type="button" data-act="codes-print" onClick=${onPrint}>${t('security.print')}</button></div>
    <button type="button" class="main wide" data-act="codes-seen" onClick=${onSeen}>${t('security.codes_seen')}</button></${Focused}>`;
}

function Secret({ secret, busy, onConfirm, onCancel }) {
  const [code, setCode] = useState('');
  const submit = (e) => { e.preventDefault(); onConfirm(code.trim()); };
  return html`<${Focused} id="secret" title=${t('security.secret_title')}><p>${t('security.secret_how')}</p>
    <${Qr} text=${secret.uri} label=${t('security.qr')} />
    <p class="small">${t('security.secret_type')}</p><p class="folio" data-secret>${grouped(secret.secret)}</p>
    <form class="stack" onSubmit=${submit}>
      <${Field} label=${t('second.code')}><input name="otp" autocomplete="one-time-code" inputmode="numeric" spellcheck=${false} required value=${code} onInput=${(e) => setCode(e.currentTarget.value)} /></${Field}>
      <button class="main wide" data-act="totp-confirm" disabled=${busy}>${t('security.confirm')}</button>
      <button type="button" class="plain" data-act="totp-cancel" onClick=${onCancel}>${t('security.cancel')}</button></form></${Focused}>`;
}

function App({ me, ask, busy, onStart, onRemove }) {
  return html`<li class="card"><div class="split"><h3>${t('security.app')}</h3><span class="tag">${t(me.factors.totp ? 'security.on' : 'security.off')}</span></div>
    <p class="small">${t('security.app_how')}</p>
    <${Sure} summary=${t(me.factors.totp ? 'security.app_replace' : 'security.app_set')} act="totp-start" does=${t('security.begin')} ask=${ask} busy=${busy} onDo=${onStart} />
    ${me.factors.totp && html`<${Sure} summary=${t('security.app_remove')} act="totp-remove" does=${t('security.remove')} ask busy=${busy} danger onDo=${onRemove} />`}</li>`;
}

function Passkeys({ me, ask, busy, can, onAdd, onRemove }) {
  const [name, setName] = useState('');
  return html`<li class="card"><div class="split"><h3>${t('security.passkeys')}</h3><span class="tag">${t(me.factors.passkeys.length ? 'security.on' : 'security.off')}</span></div>
    <p class="small">${t(can ? 'security.passkeys_how' : 'security.passkeys_none')}</p>
    ${me.factors.passkeys.map((p) => html`<${Sure} key=${p.id} summary=${t('security.passkey_of', { name: p.name, at: p.at })} act="passkey-remove" does=${t('security.remove')} ask busy=${busy} danger onDo=${(password) => onRemove(p, password)} />`)}
    ${can && html`<${Sure} key=${'add' + me.factors.passkeys.length} summary=${t('security.passkey_add')} act="passkey-add" does=${t('security.begin')} ask=${ask} busy=${busy} onDo=${(password) => onAdd(name.trim(), password)}>
      <${Field} label=${t('security.passkey_name')} hint=${t('security.passkey_name_hint')}><input name="passkey" autocomplete="off" required maxlength=${LONGEST_NAME} value=${name} onInput=${(e) => setName(e.currentTarget.value)} /></${Field}></${Sure}>`}</li>`;
}

function Sessions({ rows, busy, onEnd }) {
  return html`<section class="stack tight"><h2>${t('security.sessions')}</h2><p class="small">${t('security.sessions_how')}</p>
    <ul class="stack">${rows.map((s) => html`<li key=${s.id} class="card" data-id=${s.id}><div class="split"><span class="strong">${s.device || t('security.session_nameless')}</span>${s.current && html`<span class="tag">${t('security.session_here')}</span>`}</div>
      <p class="small soft">${t('security.session_times', { created: s.created, used: s.used })}</p>
      ${!s.current && html`<button type="button" data-act="session-end" disabled=${busy} onClick=${() => onEnd(s)}>${t('security.session_end')}</button>`}</li>`)}</ul></section>`;
}

function Change({ busy, onChange }) {
  const [form, setForm] = useState({ old: '', next: '' });
  const submit = (e) => { e.preventDefault(); onChange(form); };
  return html`<details class="card"><summary>${t('security.password')}</summary><form class="in" onSubmit=${submit}>
    <p class="small">${t('security.password_how')}</p>
    <${Own} label=${t('security.password_old')} value=${form.old} onValue=${(old) => setForm({ ...form, old })} />
    <${Own} label=${t('security.password_new')} hint=${t('accounts.password_rule', { n: SHORTEST_PASSWORD })} fresh value=${form.next} onValue=${(next) => setForm({ ...form, next })} />
    <button class="main wide" data-act="password-change" disabled=${busy}>${t('security.password_do')}</button></form></details>`;
}

export function Security(props) {
  const { me, secret, codes, busy, failure, live } = props;
  const ask = me && (me.factors.totp || me.factors.passkeys.length > 0);
  return html`<${Frame} title=${t('security.title')} wide live=${live} push=${props.top} nav=${props.nav} back=${props.back} onBack=${props.onBack}>
    ${me && me.limited && html`<${Notice} work title=${t('security.limited')}><p>${t('security.limited_why')}</p></${Notice}>`}
    ${failure && html`<${Notice} alert title=${t('security.failure')}><p>${failure}</p>${!me && html`<button type="button" onClick=${props.onAgain}>${t('queue.again')}</button>`}</${Notice}>`}
    ${codes ? html`<${Codes} codes=${codes} onCopy=${props.onCopy} onPrint=${props.onPrint} onSeen=${props.onSeen} />`
      : secret ? html`<${Secret} secret=${secret} busy=${busy} onConfirm=${props.onConfirm} onCancel=${props.onCancel} />`
      : me && html`<section class="stack tight"><h2>${t('security.second')}</h2><p>${t(me.needed ? 'security.second_needed' : 'security.second_free')}</p>
        <ul class="stack"><${App} me=${me} ask=${ask} busy=${busy} onStart=${props.onStart} onRemove=${props.onRemoveApp} />
          <${Passkeys} me=${me} ask=${ask} busy=${busy} can=${props.canPasskeys} onAdd=${props.onAddPasskey} onRemove=${props.onRemovePasskey} /></ul>
        ${ask && html`<div class="card"><p>${t('security.codes_left', { n: me.factors.recovery_left })}</p>
          <${Sure} summary=${t('security.codes_new')} how=${t('security.codes_new_how')} act="codes-new" does=${t('security.codes_make')} ask busy=${busy} onDo=${props.onNewCodes} /></div>`}</section>
        ${!me.limited && html`<${Sessions} rows=${props.sessions} busy=${busy} onEnd=${props.onEnd} />`}
        <${Change} busy=${busy} onChange=${props.onChange} />`}
  </${Frame}>`;
}
