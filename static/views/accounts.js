// Accounts, as an administrator keeps them: who may sign in and as what, a new
// one, off and on again, a new password. A password is shown once, to whoever
// made it, and never again.
import { html, useEffect, useRef, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field, Select, plainText } from '../parts/fields.js';
import { Agencies, ChangeReading, Reading, readsRecords } from './reading.js';

// The server's rules (package auth), told before it has to refuse.
export const LONGEST_NAME = 120; // characters of a name: one line of a laptop's screen
const SHORTEST_PASSWORD = 12; // characters
const LONGEST_PASSWORD = 128; // characters
const USERNAME = '[A-Za-z0-9][A-Za-z0-9._\\-]{1,62}[A-Za-z0-9]'; // capitals are folded

// Cards drawn at once: more nobody reads, and a search box stands above them.
const SHOWN = 40;

export function Username({ value, onName }) {
  return html`<${Field} label=${t('signin.username')} hint=${t('accounts.username_hint')}>
    <input name="username" autocomplete="off" autocapitalize="none" spellcheck=${false} required pattern=${USERNAME} title=${t('accounts.username_hint')} value=${value} onInput=${(e) => onName(e.currentTarget.value.trim())} /></${Field}>`;
}

// Password: typed, or made by onMake; it can be read, because somebody else must be told it.
export function Password({ value, onPassword, onMake }) {
  return html`<${Field} label=${t('signin.password')} hint=${t('accounts.password_rule', { n: SHORTEST_PASSWORD })}>
      <input name="password" autocomplete="new-password" autocapitalize="none" spellcheck=${false} required minlength=${SHORTEST_PASSWORD} maxlength=${LONGEST_PASSWORD} value=${value} onInput=${(e) => onPassword(e.currentTarget.value)} /></${Field}>
    ${onMake && html`<button type="button" data-act="make-password" onClick=${() => onPassword(onMake())}>${t('accounts.make')}</button>`}`;
}

// Secret: the password that was just given, and the focus on it: it will not come again.
function Secret({ made, onSeen }) {
  const ref = useRef(/** @type {any} */ (null));
  useEffect(() => { ref.current.focus(); ref.current.scrollIntoView({ block: 'center' }); }, [made]);
  return html`<section class="notice work" aria-labelledby="secret"><h2 id="secret" ref=${ref} tabindex="-1">${t(made.isNew ? 'accounts.made' : 'accounts.changed', { name: made.username })}</h2>
    <p class="folio" data-secret>${made.password}</p><p>${t('accounts.once')}</p>
    <button type="button" data-act="secret-seen" onClick=${onSeen}>${t('accounts.seen')}</button></section>`;
}

const USUAL = { posts: [], regions: [], tasks: [] };

function Create({ kinds, posts, states, tasks, agencies, agency, busy, onCreate, onMake }) {
  const [reading, setReading] = useState(USUAL);
  const [form, setForm] = useState(() => ({ username: '', display: '', account: 'agent', post: '', agency, password: onMake() }));
  const set = (field) => (value) => setForm({ ...form, [field]: value });
  const isAgent = form.account === 'agent';
  const ready = !isAgent || form.post;
  const submit = (e) => { e.preventDefault(); if (ready) onCreate({ ...form, display: form.display.trim(), post: isAgent ? form.post : '', ...(readsRecords(form.account) ? reading : USUAL) }); };
  return html`<form class="in" onSubmit=${submit}>
    <${Username} value=${form.username} onName=${set('username')} />
    <${Field} label=${t('accounts.display')} hint=${t('accounts.display_hint')}><input name="display" autocomplete="off" maxlength=${LONGEST_NAME} value=${form.display} onInput=${(e) => set('display')(e.currentTarget.value)} /></${Field}>
    <${Select} label=${t('accounts.kind')} value=${form.account} options=${kinds} onPick=${set('account')} />
    ${isAgent && html`<${Select} label=${t('accounts.post')} value=${form.post} options=${posts} empty=${t('encounter.choose')} onPick=${set('post')} />`}
    ${agencies.length > 1 && html`<${Select} label=${t('accounts.agency')} value=${form.agency} options=${agencies} onPick=${set('agency')} />`}
    ${readsRecords(form.account) && html`<${Reading} value=${reading} posts=${posts} states=${states} tasks=${tasks} onReading=${setReading} />`}
    <${Password} value=${form.password} onPassword=${set('password')} onMake=${onMake} />
    <button class="main wide" data-act="create" disabled=${busy || !ready}>${t('accounts.create')}</button></form>`;
}

function Reset({ row, busy, onPassword, onMake }) {
  const [password, setPassword] = useState('');
  const submit = (e) => { e.preventDefault(); onPassword(row, password); };
  return html`<details><summary>${t('accounts.reset')}</summary><form class="in" onSubmit=${submit}>
    <p class="small">${t(row.own ? 'accounts.reset_own' : 'accounts.reset_how')}</p>
    <${Password} value=${password} onPassword=${setPassword} onMake=${onMake} />
    <button class="main wide" data-act="reset" disabled=${busy}>${t('accounts.reset_do')}</button></form></details>`;
}

function Card({ row, posts, states, tasks, busy, onMake, onPassword, onReading, onDisable, onEnable, onFactors }) {
  return html`<li class="card" data-id=${row.id}><div class="split"><h2>${row.display}</h2>
      <span class="row wrap" style="gap:.4rem">${row.own && html`<span class="tag">${t('accounts.own')}</span>`}${row.disabled && html`<span class="tag full">${t('accounts.disabled')}</span>`}</span></div>
    <p class="small soft">${[row.username, row.kind, row.post, row.agency].filter(Boolean).join(' · ')}</p>
    ${row.reads && html`<p class="small" data-reads>${row.reads}</p><${ChangeReading} key=${row.reads} row=${row} posts=${posts} states=${states} tasks=${tasks} busy=${busy} onReading=${onReading} />`}
    <${Reset} row=${row} busy=${busy} onPassword=${onPassword} onMake=${onMake} />
    ${row.disabled ? html`<button type="button" data-act="enable" disabled=${busy} onClick=${() => onEnable(row)}>${t('accounts.enable')}</button>`
      : !row.own && html`<details><summary>${t('accounts.disable')}</summary><div class="in"><p class="small">${t('accounts.disable_how')}</p>
        <button type="button" data-act="disable" disabled=${busy} onClick=${() => onDisable(row)}>${t('accounts.disable_do')}</button></div></details>`}
    ${!row.own && html`<details><summary>${t('accounts.factors')}</summary><div class="in"><p class="small">${t('accounts.factors_how')}</p>
      <button type="button" data-act="factors-reset" disabled=${busy} onClick=${() => onFactors(row)}>${t('accounts.factors_do')}</button></div></details>`}</li>`;
}

export function Accounts(props) {
  const { rows, made, failure, live } = props;
  const [typed, setTyped] = useState('');
  const want = plainText(typed.trim());
  const found = rows.filter((r) => plainText(r.display + ' ' + r.username).includes(want));
  return html`<${Frame} title=${t('desk.nav_accounts')} wide live=${live} push=${props.top} nav=${props.nav}>
    <p>${t('accounts.no_cases')}</p>
    ${made && html`<${Secret} made=${made} onSeen=${props.onSeen} />`}
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${rows.length > 0 && html`<details class="card" key=${'new' + rows.length}><summary>${t('accounts.new')}</summary><${Create} ...${props} /></details>
      <${Field} label=${t('accounts.find')}><input type="search" autocomplete="off" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} /></${Field}>
      <p role="status">${t('list.found', { n: found.length })}</p>`}
    <ul class="stack" aria-busy=${props.busy ? 'true' : 'false'}>${found.slice(0, SHOWN).map((r) => html`<${Card} key=${r.id + (made && made.id === r.id ? '+' : '')} ...${props} row=${r} />`)}</ul>
    ${found.length > SHOWN && html`<p>${t('list.more', { n: found.length - SHOWN })}</p>`}
    ${props.institutions.length > 0 && html`<${Agencies} institutions=${props.institutions} authorities=${props.authorities} states=${props.states} busy=${props.busy} onAuthority=${props.onAuthority} onAgency=${props.onAgency} />`}
  </${Frame}>`;
}
