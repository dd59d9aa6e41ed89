// One detection as a supervisor sees it: what the answers say and why, what the
// phone said, what was decided, and the next decision. Nothing here changes
// what the agent sealed.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Acts, Offences, Why } from '../parts/reasons.js';
import { Field, Pick, Select } from '../parts/fields.js';
import { Coverage } from './coverage.js';
import { Flags } from './queue.js';

function Facts({ facts }) {
  return html`<dl class="facts">${facts.map((f) => f.text && html`<dt key=${f.label}>${f.label}</dt><dd>${f.text}</dd>`)}</dl>`;
}

// Decide: one decision, its coded reason, a level where it moves one, a service
// where it refers.
function Decide({ decisions, reasonsFor, levelsFor, services, urgencies, consents, busy, failure, onDecide }) {
  const [form, setForm] = useState({ decision: '', reason: '', level: '', service: '', urgency: 'today', consent: '' });
  const set = (field) => (value) => setForm({ ...form, [field]: value, ...(field === 'decision' ? { reason: '', level: '' } : {}) });
  const reasons = form.decision ? reasonsFor(form.decision) : { needed: false, options: [] };
  const levels = form.decision ? levelsFor(form.decision) : [];
  const refers = form.decision === 'refer';
  const ready = form.decision && (!reasons.needed || form.reason) && (!levels.length || form.level) && (!refers || (form.service && form.consent));
  const submit = (e) => { e.preventDefault(); if (ready) onDecide(form); };
  return html`<form class="card" onSubmit=${submit}><h2 id="decide" tabindex="-1">${t('detection.decide')}</h2>
    <${Pick} legend=${t('detection.decision')} name="decision" options=${decisions} value=${form.decision} onPick=${set('decision')} />
    ${levels.length > 0 && html`<${Pick} legend=${t('detection.new_level')} name="level" options=${levels} value=${form.level} onPick=${set('level')} />`}
    ${reasons.options.length > 0 && html`<${Select} label=${t(reasons.needed ? 'detection.reason' : 'detection.reason_optional')} value=${form.reason} options=${reasons.options} empty=${t('encounter.choose')} onPick=${set('reason')} />`}
    ${refers && html`<${Select} label=${t('detection.service')} value=${form.service} options=${services} empty=${t('encounter.choose')} onPick=${set('service')} />
      <${Select} label=${t('detection.urgency')} value=${form.urgency} options=${urgencies} onPick=${set('urgency')} />
      <${Pick} legend=${t('detection.consent')} name="consent" options=${consents} value=${form.consent} onPick=${set('consent')} />`}
    ${failure && html`<${Notice} alert title=${failure.title}><p>${failure.text}</p></${Notice}>`}
    <button class="main big wide" data-act="decide" disabled=${!ready || busy}>${t(busy ? 'detection.saving' : 'detection.save')}</button></form>`;
}

function Note({ busy, onNote }) {
  const [text, setText] = useState('');
  const submit = async (e) => { e.preventDefault(); if (text.trim() && (await onNote(text))) setText(''); };
  return html`<form class="card" onSubmit=${submit}><${Field} label=${t('detection.note')} hint=${t('detection.note_hint')}>
    <textarea rows="3" value=${text} onInput=${(e) => setText(e.currentTarget.value)}></textarea></${Field}>
    <button disabled=${!text.trim() || busy}>${t('detection.note_add')}</button></form>`;
}

// Versions: the same folio came with two contents; both are kept and shown.
function Versions({ conflicts }) {
  if (!conflicts.length) return null;
  return html`<section class="stack"><h2>${t('detection.conflict')}</h2><p>${t('detection.conflict_how')}</p>
    ${conflicts.map((c) => html`<div class="card" key=${c.sha256}><p class="small soft">${t('queue.received', { at: c.at })}</p>
      <table class="versions"><caption class="hidden">${t('detection.conflict')}</caption><thead><tr><th scope="col">${t('detection.what')}</th><th scope="col">${t('detection.shown')}</th><th scope="col">${t('detection.other')}</th></tr></thead>
      <tbody>${c.differs.map((d) => html`<tr key=${d.id}><th scope="row">${d.label}</th><td>${d.here}</td><td>${d.there}</td></tr>`)}</tbody></table>
      ${c.differs.length === 0 && html`<p>${t('detection.conflict_small')}</p>`}</div>`)}</section>`;
}

// On a phone the form stands below the reasons: one tap leads there.
function toDecide() {
  const heading = document.getElementById('decide');
  heading?.scrollIntoView();
  heading?.focus({ preventScroll: true });
}

export function Detection(props) {
  const { row, told, level, flags, facts, visit, answers, addenda, reviews, referrals, notes, conflicts, live } = props;
  const aside = html`<div class="aside stack">
    ${props.identity}
    ${props.decisions.length > 0 && html`<${Decide} key=${props.lastReview} ...${props} />`}
    <section class="stack"><h2>${t('detection.reviews')}</h2>
      ${reviews.length === 0 && html`<p class="soft">${t('detection.no_reviews')}</p>`}
      <ul class="lines">${reviews.map((r) => html`<li key=${r.id} class="stack tight"><span class="strong">${r.text}</span><span class="small soft">${r.detail}</span></li>`)}</ul></section>
    ${referrals.length > 0 && html`<section class="stack"><h2>${t('detection.referrals')}</h2><ul class="lines">${referrals.map((r) => html`<li key=${r.id} class="stack tight"><span>${r.text}</span><span class="small soft">${r.detail}</span></li>`)}</ul></section>`}
    <section class="stack"><h2>${t('detection.notes')}</h2><ul class="lines">${notes.map((n) => html`<li key=${n.id} class="stack tight"><span>${n.text}</span><span class="small soft">${n.detail}</span></li>`)}</ul>
      ${props.onNote && html`<${Note} busy=${props.busy} onNote=${props.onNote} />`}</section>${props.hold}</div>`;
  return html`<${Frame} title=${row.levelText} wide back=${t('queue.title')} onBack=${props.onBack} live=${live}
      dock=${props.decisions.length > 0 && html`<button type="button" class="main big" data-act="to-decide" onClick=${toDecide}>${t('detection.decide')}</button>`}>
    <p class="row wrap"><span class="folio">${row.folio}</span><span class="tag">${t('status.' + row.status)}</span><${Flags} flags=${[]} synthetic=${row.synthetic} mode=${row.mode} /></p>
    <p>${t('result.screening_only')}</p>
    <div class="columns"><div class="stack" style="gap:1.25rem">
      ${told && told.danger.length > 0 && html`<${Notice} work title=${t('result.first')}><ul class="dots">${told.danger.map((d) => html`<li key=${d.code}>${d.text}</li>`)}</ul></${Notice}>`}
      ${level.notes.length > 0 && html`<${Notice} title=${t('detection.levels')}>${level.notes.map((n) => html`<p key=${n}>${n}</p>`)}</${Notice}>`}
      ${flags.length > 0 && html`<${Notice} title=${t('detection.flags')}><ul class="dots">${flags.map((f) => html`<li key=${f.code}><span class="strong">${f.text}.</span> ${f.why}</li>`)}</ul></${Notice}>`}
      <${Versions} conflicts=${conflicts} />
      ${told ? html`<${Why} told=${told} says /><${Offences} told=${told} /><${Acts} title=${t('result.do')} acts=${told.acts.do} by=${props.by} />` : html`<p>${t('detection.no_assessment')}</p>`}
      <section class="stack"><h2>${t('detection.facts')}</h2><${Facts} facts=${facts} /></section>
      <section class="stack"><h2>${t('detection.visit')}</h2>${visit ? html`<${Facts} facts=${visit.facts} /><${Coverage} of=${visit.covered} />
        ${visit.seen.length > 0 && html`<details><summary>${t('encounter.observe')}</summary><div class="in"><ul class="lines">${visit.seen.map((s) => html`<li key=${s.id}>${s.text} <span class="strong">${s.answer}</span></li>`)}</ul></div></details>`}` : html`<p>${t('detection.visit_missing')}</p>`}</section>
      <details><summary>${t('detection.answers', { n: answers.length })}</summary><div class="in"><ul class="lines">${answers.map((a) => html`<li key=${a.id}><span lang=${a.locale}>${a.text}</span> <span class="strong">${a.answer}</span>${a.forGroup && html` <span class="mark">${t('detection.for_group')}</span>`}</li>`)}</ul></div></details>
      ${addenda.length > 0 && html`<section class="stack"><h2>${t('detection.addenda')}</h2><ul class="lines">${addenda.map((a) => html`<li key=${a.id} class="stack tight"><span class="strong">${a.what}</span><span>${a.codes}</span><span class="small soft">${a.at}</span></li>`)}</ul></section>`}
    </div>${aside}</div>
  </${Frame}>`;
}
