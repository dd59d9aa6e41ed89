// Records that the server keeps but could not read or accept: why, and what a
// supervisor can do. Nothing is discarded without a reason.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Select } from '../parts/fields.js';

function Entry({ entry, reasonsFor, busy, onDecide }) {
  const [form, setForm] = useState({ decision: '', reason: '' });
  const options = form.decision ? reasonsFor(form.decision) : [];
  const submit = (e) => { e.preventDefault(); if (form.decision && form.reason) onDecide(entry.key, form); };
  return html`<li class="card" data-key=${entry.key}><div class="split"><span class="strong">${entry.folio}</span><span class="small soft">${t('queue.received', { at: entry.at })}</span></div>
    <p class="small soft">${entry.from}</p>
    <ul class="dots">${entry.reasons.map((r) => html`<li key=${r.id}>${r.text}${r.path && html` <span class="small soft">${r.path}</span>`}</li>`)}</ul>
    ${entry.decided ? html`<p class="strong">${entry.decided}</p>`
      : html`<details><summary>${t('quarantine.decide')}</summary><form class="in" onSubmit=${submit}>
        <${Select} label=${t('detection.decision')} value=${form.decision} empty=${t('encounter.choose')} onPick=${(decision) => setForm({ decision, reason: '' })}
          options=${[{ code: 'release', text: t('quarantine.release') }, { code: 'discard', text: t('quarantine.discard') }]} />
        ${form.decision && html`<p class="small">${t('quarantine.' + form.decision + '_how')}</p>
          <${Select} label=${t('detection.reason')} value=${form.reason} options=${options} empty=${t('encounter.choose')} onPick=${(reason) => setForm({ ...form, reason })} />`}
        <button class="main wide" data-act="decide" disabled=${busy || !form.decision || !form.reason}>${t('detection.save')}</button></form></details>`}
  </li>`;
}

export function Quarantine(props) {
  const { entries, busy, failure, more, live } = props;
  return html`<${Frame} title=${t('quarantine.title')} wide live=${live} push=${props.top} nav=${props.nav}>
    <p>${t('quarantine.how')}</p>
    ${failure && html`<${Notice} alert title=${t('queue.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${!failure && !busy && entries.length === 0 && html`<p>${t('quarantine.none')}</p>`}
    <ul class="stack">${entries.map((e) => html`<${Entry} key=${e.key} entry=${e} reasonsFor=${props.reasonsFor} busy=${busy} onDecide=${props.onDecide} />`)}</ul>
    ${more && html`<button type="button" class="big wide" disabled=${busy} onClick=${props.onMore}>${t('queue.more')}</button>`}
  </${Frame}>`;
}
