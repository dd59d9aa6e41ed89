// Texts and recordings of a language that were withdrawn, whom they reached, and
// how one more is withdrawn.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field, Select } from '../parts/fields.js';

function Recall({ row, onOpen }) {
  return html`<li class="card stack tight" data-recall=${row.id}><h2><code>${row.what}</code></h2>
    <p>${row.reason} <span class="small soft">${row.at}</span></p>
    <p class="strong">${t('recalls.total', { n: row.total })}</p>
    ${row.detections && row.detections.length > 0 && html`<ul class="lines">${row.detections.map((d) => html`<li key=${d.id}><button type="button" class="link-row" data-id=${d.id} onClick=${() => onOpen(d.id)}>
      <span class="stack tight start"><span class="strong">${d.folio}</span><span class="small">${d.text}</span><span class="small soft">${t('recalls.items', { items: d.items.join(', ') })}</span></span></button></li>`)}</ul>`}</li>`;
}

/** What is withdrawn is a message's text, or a text or a recording by its hash. */
function Withdraw({ reasons, busy, onWithdraw }) {
  const [form, setForm] = useState({ kind: 'id', what: '', reason: '' });
  const [sure, setSure] = useState(false);
  const put = (field, value) => { setSure(false); setForm((f) => ({ ...f, [field]: value })); };
  return html`<details class="card"><summary>${t('recalls.withdraw')}</summary><form class="in stack tight" onSubmit=${(e) => { e.preventDefault(); onWithdraw(form); setSure(false); }}>
    <p class="small">${t('recalls.how')}</p>
    <${Select} label=${t('recalls.kind')} value=${form.kind} options=${['id', 'text_hash', 'audio_sha256'].map((code) => ({ code, text: t('recalls.kind_' + code) }))} onPick=${(kind) => put('kind', kind)} />
    <${Field} label=${t('recalls.what')} hint=${t('recalls.what_' + form.kind)}><input name="what" autocomplete="off" autocapitalize="off" spellcheck="false" value=${form.what} onInput=${(e) => put('what', e.currentTarget.value)} /></${Field}>
    <${Select} label=${t('recalls.reason')} value=${form.reason} empty=${t('record.choose')} options=${reasons} onPick=${(reason) => put('reason', reason)} />
    <label class="pick"><input type="checkbox" name="sure" checked=${sure} onChange=${(e) => setSure(e.currentTarget.checked)} /><span>${t('recalls.sure')}</span></label>
    <p><button type="submit" data-act="withdraw" disabled=${busy || !form.what.trim() || !form.reason || !sure}>${t('recalls.withdraw')}</button></p></form></details>`;
}

/** @param {any} props languages: those to choose from; rows: what was withdrawn, null before it is known; onWithdraw: null for who may only read */
export function Recalls({ languages, code, rows, reasons, busy, failure, live, top, nav, onAgain, onCode, onOpen, onWithdraw }) {
  return html`<${Frame} title=${t('recalls.title')} wide live=${live} push=${top} nav=${nav}>
    <p>${t('recalls.why')}</p>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${onAgain}>${t('queue.again')}</button></${Notice}>`}
    <${Select} label=${t('recalls.language')} value=${code} options=${languages} onPick=${onCode} />
    ${onWithdraw && html`<${Withdraw} key=${code} reasons=${reasons} busy=${busy} onWithdraw=${onWithdraw} />`}
    <div aria-busy=${busy ? 'true' : 'false'}>${rows && rows.length === 0 && html`<p>${t('recalls.none')}</p>`}
      <ul class="stack">${(rows || []).map((r) => html`<${Recall} key=${r.id} row=${r} onOpen=${onOpen} />`)}</ul></div>
  </${Frame}>`;
}
