// Retention: whose term is over, what was asked to be destroyed and what became
// of it, the terms. Nothing here acts without a reason and a second person.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Mark, Notice } from '../parts/notice.js';
import { Field, Select } from '../parts/fields.js';

const LONGEST_TERM = 36500; // days; the server's limit

// Reasoned: a form that does nothing without a reason of the list.
function Reasoned({ act, text, reasons, busy, ready = true, onSubmit, children }) {
  const [reason, setReason] = useState('');
  const submit = (e) => { e.preventDefault(); if (reason && ready) onSubmit(reason); };
  return html`<form class="in" onSubmit=${submit}>${children}
    <${Select} label=${t('retention.reason')} value=${reason} options=${reasons} empty=${t('retention.choose')} onPick=${setReason} />
    <button class="main wide" data-act=${act} disabled=${busy || !reason || !ready}>${text}</button></form>`;
}

function Due({ due, reasons, busy, onAsk }) {
  const free = due.rows.filter((r) => !r.held).length;
  return html`<section class="stack"><h2>${t('retention.due')}</h2>
    ${due.total === 0 ? html`<p>${t('retention.due_none')}</p>` : html`<p class="strong">${t('retention.due_n', { n: due.total })}</p>
      <details><summary>${t('retention.folios')}</summary><ul class="lines in">${due.rows.map((r) => html`<li key=${r.id} class="stack tight"><span class="folio">${r.folio}</span>
        <span class="small soft">${r.text}</span>${r.held && html`<${Mark}>${t('retention.held')}</${Mark}>`}</li>`)}</ul></details>`}
    ${onAsk && free > 0 && html`<${Reasoned} act="ask-due" text=${t('retention.ask_due')} reasons=${reasons} busy=${busy} onSubmit=${(reason) => onAsk({ due: true, reason })} />`}</section>`;
}

function AskSome({ reasons, busy, onAsk }) {
  const [text, setText] = useState('');
  const ids = text.split(/\s+/).filter(Boolean);
  return html`<details><summary>${t('retention.ask_some')}</summary>
    <${Reasoned} act="ask-some" text=${t('retention.ask')} reasons=${reasons} busy=${busy} ready=${ids.length > 0} onSubmit=${(reason) => onAsk({ ids, reason })}>
      <${Field} label=${t('retention.ask_ids')}><textarea rows="3" autocapitalize="none" spellcheck=${false} value=${text} onInput=${(e) => setText(e.currentTarget.value)}></textarea></${Field}>
    </${Reasoned}></details>`;
}

// Decide: who asked may only take it back.
function Decide({ request, busy, onDecide }) {
  const [sure, setSure] = useState(false);
  if (request.mine) return html`<p>${t('retention.mine')}</p>
    <button type="button" data-act="refuse" disabled=${busy} onClick=${() => onDecide(request.id, 'refuse')}>${t('retention.withdraw')}</button>`;
  return html`<label class="pick"><input type="checkbox" checked=${sure} onChange=${(e) => setSure(e.currentTarget.checked)} /><span>${t('retention.sure')}</span></label>
    <div class="row wrap"><button type="button" data-act="approve" disabled=${busy || !sure} onClick=${() => onDecide(request.id, 'approve')}>${t('retention.approve')}</button>
      <button type="button" data-act="refuse" disabled=${busy} onClick=${() => onDecide(request.id, 'refuse')}>${t('retention.refuse')}</button></div>`;
}

function Request({ request, busy, onDecide }) {
  return html`<li class="card" data-id=${request.id}><div class="split"><span class="strong">${t('retention.state_' + request.state)}</span><span class="small soft">${request.text}</span></div>
    ${request.lines.map((l) => html`<p key=${l} class="small soft">${l}</p>`)}
    <details><summary>${t('retention.folios')}</summary><ul class="lines in">${request.records.map((r) => html`<li key=${r.id} class="folio">${r.folio}</li>`)}</ul></details>
    ${request.state === 'pending' && html`<${Decide} request=${request} busy=${busy} onDecide=${onDecide} />`}</li>`;
}

function Terms({ terms, busy, onTerms }) {
  const [days, setDays] = useState(() => Object.fromEntries(terms.levels.map((l) => [l.code, String(l.days)])));
  const submit = (e) => { e.preventDefault(); onTerms(Object.fromEntries(Object.entries(days).map(([code, n]) => [code, Number(n) || 0]))); };
  return html`<section class="stack"><h2>${t('retention.terms')}</h2><p>${t('retention.terms_how')}</p>
    ${terms.own ? null : html`<p class="small soft">${t('retention.terms_default')}</p>`}
    ${onTerms ? html`<form class="in" onSubmit=${submit}>${terms.levels.map((l) => html`<${Field} key=${l.code} label=${t('retention.days', { level: l.text })}>
        <input type="number" name=${l.code} min="0" max=${LONGEST_TERM} inputmode="numeric" value=${days[l.code]} onInput=${(e) => setDays({ ...days, [l.code]: e.currentTarget.value })} /></${Field}>`)}
        <button class="main wide" data-act="terms" disabled=${busy}>${t('retention.terms_save')}</button></form>`
      : html`<ul class="lines">${terms.levels.map((l) => html`<li key=${l.code}>${t(l.days ? 'retention.days_line' : 'retention.keep', { level: l.text, n: l.days })}</li>`)}</ul>`}</section>`;
}

// due: {rows, total}; requests, terms: in words; onAsk and onTerms are absent where the account may not.
export function Retention(props) {
  const { due, requests, terms, reasons, busy, failure, live } = props;
  return html`<${Frame} title=${t('desk.nav_retention')} wide live=${live} push=${props.top} nav=${props.nav}>
    <p>${t('retention.how')}</p>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${due && html`<${Due} due=${due} reasons=${reasons} busy=${busy} onAsk=${props.onAsk} />`}
    ${due && props.onAsk && html`<${AskSome} reasons=${reasons} busy=${busy} onAsk=${props.onAsk} />`}
    ${requests && html`<section class="stack"><h2>${t('retention.requests')}</h2>${requests.length === 0 && html`<p>${t('retention.requests_none')}</p>`}
      <ul class="stack">${requests.map((r) => html`<${Request} key=${r.id} request=${r} busy=${busy} onDecide=${props.onDecide} />`)}</ul></section>`}
    ${terms && html`<${Terms} key=${terms.at} terms=${terms} busy=${busy} onTerms=${props.onTerms} />`}
  </${Frame}>`;
}

// Hold: what keeps a record from being destroyed, on its own screen.
export function Hold({ on, reasons, busy, onHold }) {
  return html`<details><summary>${t('hold.title')}</summary><div class="in"><p>${t('hold.how')}</p>
    <${Reasoned} key=${on} act="hold" text=${t(on ? 'hold.lift' : 'hold.set')} reasons=${reasons} busy=${busy} onSubmit=${(reason) => onHold(!on, reason)} /></div></details>`;
}
