// Identity keys, as reviewers and administrators keep them: the own key, the
// agency's key and who has it, and what waits for a second person. No secret is
// drawn here; a passphrase leaves its field only into the callback.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field } from '../parts/fields.js';

/** Passphrase: one field, that password managers may fill. @param {any} props */
export function Passphrase({ label, hint, value, isNew, onInput }) {
  return html`<${Field} label=${label} hint=${hint}><input type="password" autocomplete=${isNew ? 'new-password' : 'current-password'} required value=${value} onInput=${(e) => onInput(e.currentTarget.value)} /></${Field}>`;
}

// OwnKey: made once, with a passphrase typed twice.
function OwnKey({ has, fingerprint, busy, problem, onMake }) {
  const [typed, setTyped] = useState({ first: '', second: '' });
  const differ = typed.second !== '' && typed.first !== typed.second;
  const submit = (e) => { e.preventDefault(); if (typed.first && typed.first === typed.second) onMake(typed.first).then((done) => done && setTyped({ first: '', second: '' })); };
  const form = html`<form class="in stack" onSubmit=${submit}>
    <p class="small">${t(has ? 'reviewers.own_again_how' : 'reviewers.own_how')}</p>
    <${Passphrase} isNew label=${t('reviewers.passphrase')} hint=${t('reviewers.passphrase_rule')} value=${typed.first} onInput=${(first) => setTyped({ ...typed, first })} />
    <${Passphrase} isNew label=${t('reviewers.passphrase_again')} value=${typed.second} onInput=${(second) => setTyped({ ...typed, second })} />
    ${differ && html`<p role="alert">${t('reviewers.passphrases_differ')}</p>`}
    ${problem && html`<${Notice} alert><p>${problem}</p></${Notice}>`}
    <button class="main wide" data-act="make-own" disabled=${busy || !typed.first || typed.first !== typed.second}>${t(busy ? 'reviewers.making' : 'reviewers.own_make')}</button></form>`;
  return html`<section class="card"><h2>${t('reviewers.own')}</h2>
    ${has ? html`<p>${t('reviewers.own_yes')}</p><p class="small soft">${t('reviewers.own_fingerprint')}</p><p class="folio small" data-fingerprint>${fingerprint}</p><details><summary>${t('reviewers.own_again')}</summary>${form}</details>` : form}</section>`;
}

// Key: the agency's, with its fingerprint in groups that people can read out.
function Key({ row }) {
  return html`<li class="card" data-kid=${row.kid}><div class="split"><h3>${row.made}</h3>${row.current && html`<span class="tag full">${t('reviewers.current')}</span>`}</div>
    <p class="small soft">${t('reviewers.fingerprint')}</p><p class="folio small" data-fingerprint>${row.fingerprint}</p>
    <p>${row.holders.length ? t('reviewers.holders', { names: row.holders.join(', ') }) : t('reviewers.holders_none')}</p></li>`;
}

// Unlock: what needs the key open asks for the passphrase each time.
function Unlock({ act, label, how, busy, problem, onDo, children }) {
  const [typed, setTyped] = useState('');
  const submit = (e) => { e.preventDefault(); if (typed) onDo(typed).then((done) => done && setTyped('')); };
  return html`<form class="in stack" onSubmit=${submit}><p class="small">${how}</p>${children}
    <${Passphrase} label=${t('reviewers.passphrase')} value=${typed} onInput=${setTyped} />
    ${problem && html`<${Notice} alert><p>${problem}</p></${Notice}>`}
    <button class="wide" data-act=${act} disabled=${busy || !typed}>${label}</button></form>`;
}

function Pending({ row, busy, onApprove, onRefuse }) {
  return html`<li class="card" data-share=${row.id}><p>${t('reviewers.proposal', { by: row.by, to: row.to, at: row.at })}</p>
    ${row.canApprove && html`<p class="small">${t('reviewers.approve_how')}</p>`}
    ${!row.canApprove && !row.canRefuse && html`<p class="small soft">${t('reviewers.approve_other')}</p>`}
    <p class="row wrap">${row.canApprove && html`<button type="button" class="main" data-act="approve" disabled=${busy} onClick=${() => onApprove(row.id)}>${t('reviewers.approve')}</button>`}
    ${row.canRefuse && html`<button type="button" data-act="refuse" disabled=${busy} onClick=${() => onRefuse(row.id)}>${t('reviewers.refuse')}</button>`}</p></li>`;
}

/** @param {any} props */
export function Reviewers(props) {
  const { view, busy, failure, live, problems } = props;
  return html`<${Frame} title=${t('desk.nav_keys')} wide live=${live} push=${props.top} nav=${props.nav}>
    <p>${t('reviewers.what')}</p>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${view && html`
      ${view.reviews && html`<${OwnKey} has=${view.hasOwn} fingerprint=${view.ownFingerprint} busy=${busy} problem=${problems.own} onMake=${props.onOwn} />`}
      <section class="stack"><h2>${t('reviewers.keys')}</h2>
        ${view.keys.length === 0 && html`<p>${t('reviewers.keys_none')}</p>`}
        <ul class="stack">${view.keys.map((row) => html`<${Key} key=${row.kid} row=${row} />`)}</ul>
        ${view.mayMakeFirst && html`<div class="card"><${Unlock} act="make-key" label=${t('reviewers.first_make')} how=${t('reviewers.first_how')} busy=${busy} problem=${problems.first} onDo=${props.onFirst} /></div>`}
        ${view.lacksShare && html`<${Notice}><p>${t('reviewers.lacks_share')}</p></${Notice}>`}
        ${view.mayRotate && html`<details class="card"><summary>${t('reviewers.rotate')}</summary>
          <${Unlock} act="rotate" label=${t('reviewers.rotate_do')} how=${t('reviewers.rotate_how')} busy=${busy} problem=${problems.rotate} onDo=${props.onRotate} /></details>`}</section>
      ${view.candidates.length > 0 && html`<section class="stack"><h2>${t('reviewers.share')}</h2>
        ${view.candidates.map((c) => html`<details class="card" key=${c.user} data-user=${c.user}><summary>${c.display}</summary>
          <${Unlock} act="propose" label=${t('reviewers.propose', { name: c.display })} how=${t('reviewers.propose_how', { name: c.display })} busy=${busy} problem=${problems[c.user]} onDo=${(p) => props.onPropose(c, p)}>
            <p class="small">${t('reviewers.compare', { name: c.display })}</p><p class="folio small" data-fingerprint>${c.fingerprint}</p></${Unlock}></details>`)}</section>`}
      ${view.pending.length > 0 && html`<section class="stack"><h2>${t('reviewers.pending')}</h2>
        <ul class="stack">${view.pending.map((row) => html`<${Pending} key=${row.id} row=${row} busy=${busy} onApprove=${props.onApprove} onRefuse=${props.onRefuse} />`)}</ul></section>`}`}
  </${Frame}>`;
}

// IdentityCard: on a detection. Closed until a purpose and a passphrase open it;
// it closes by itself. Nothing offers to copy or print it.
/** @param {any} props */
export function IdentityCard({ has, purposes, shown, busy, problem, onOpen, onHide }) {
  const [purpose, setPurpose] = useState('');
  const [typed, setTyped] = useState('');
  if (!has) return html`<section class="card" data-identity="none"><h2>${t('identity.card')}</h2><p class="soft">${t('identity.card_none')}</p></section>`;
  const submit = (e) => { e.preventDefault(); if (purpose && typed) onOpen(purpose, typed).then((done) => done && setTyped('')); };
  if (shown) {
    return html`<section class="card" data-identity="open"><h2>${t('identity.card')}</h2>
      <dl class="facts">${shown.map((f) => f.text && html`<dt key=${f.label}>${f.label}</dt><dd>${f.text}</dd>`)}</dl>
      <p class="small soft">${t('identity.card_closes')}</p><button type="button" class="wide" data-act="hide-identity" onClick=${onHide}>${t('identity.card_hide')}</button></section>`;
  }
  return html`<section class="card" data-identity="closed"><h2>${t('identity.card')}</h2><p>${t('identity.card_closed')}</p>
    <details><summary>${t('identity.card_open')}</summary><form class="in stack" onSubmit=${submit}>
      <fieldset class="stack tight"><legend>${t('identity.purpose')}</legend>${purposes.map((o) => html`<label class="pick" key=${o.code}>
        <input type="radio" name="purpose" value=${o.code} checked=${purpose === o.code} onChange=${() => setPurpose(o.code)} /><span lang=${o.locale}>${o.text}</span></label>`)}</fieldset>
      <${Passphrase} label=${t('reviewers.passphrase')} value=${typed} onInput=${setTyped} />
      ${problem && html`<${Notice} alert><p>${problem}</p></${Notice}>`}
      <p class="small soft">${t('identity.card_written')}</p>
      <button class="wide" data-act="open-identity" disabled=${busy || !purpose || !typed}>${t(busy ? 'identity.card_opening' : 'identity.card_open_do')}</button></form></details></section>`;
}
