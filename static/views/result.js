// The result of one screening: what the answers say, in words; what to do now,
// whom to call and by when; the folio. Never a legal qualification.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Calls } from '../parts/call.js';
import { Folio } from '../parts/folio.js';
import { Acts, Offences, Why } from '../parts/reasons.js';
import { Pick, Select } from '../parts/fields.js';

// Others: who is present with the person, by relation, age band and sex; no names.
function Others({ others, relations, bands, sexes, onChange }) {
  const set = (i, field, value) => onChange(others.map((o, j) => (j === i ? { ...o, [field]: value } : o)));
  const add = () => onChange([...others, { relation: relations[0].code, age_group: 'no_information', sex: 'no_information', needs: [] }]);
  return html`<div class="stack">${others.map((o, i) => html`<div class="card" key=${i}>
      <${Select} label=${t('result.relation')} value=${o.relation} options=${relations} onPick=${(v) => set(i, 'relation', v)} />
      <${Select} label=${t('result.other_age')} value=${o.age_group} options=${bands} onPick=${(v) => set(i, 'age_group', v)} />
      <${Select} label=${t('result.other_sex')} value=${o.sex} options=${sexes} onPick=${(v) => set(i, 'sex', v)} />
      <button type="button" onClick=${() => onChange(others.filter((_, j) => j !== i))}>${t('result.other_remove')}</button></div>`)}
    <button type="button" class="wide" data-act="add-other" onClick=${add}>${t('result.other_add')}</button></div>`;
}

// Raise: the agent may set a higher level, with a coded reason; never a lower one.
function Raise({ levels, reasons, raised, onRaise }) {
  const [level, setLevel] = useState(raised ? raised.level : '');
  const [reason, setReason] = useState(raised ? raised.reason : '');
  return html`<div class="stack"><p class="small soft">${t('result.raise_how')}</p>
    <${Pick} legend=${t('result.raise_to')} name="raise" options=${levels} value=${level} onPick=${setLevel} />
    <${Pick} legend=${t('result.raise_reason')} name="raise-reason" options=${reasons} value=${reason} onPick=${setReason} />
    <button type="button" class="wide" data-act="raise" disabled=${!level || !reason} onClick=${() => onRaise({ level, reason })}>${t('result.raise_do')}</button>
    ${raised && html`<button type="button" class="wide" onClick=${() => onRaise(null)}>${t('result.raise_undo')}</button>`}</div>`;
}

// chosen: what was picked stands in the summary, so that the list can stay folded.
function chosen(id, list) {
  const words = list.options.filter((o) => list.value.includes(o.code)).map((o) => o.text);
  return t(id) + (words.length ? ': ' + words.join(', ') : '');
}

export function Result(props) {
  const { told, raised, folio, by, calls, fill, sealAt, busy, failed, lang, live } = props;
  const bar = html`<button type="button" data-act="correct" onClick=${props.onAnswers}>${t('result.correct')}</button>
    <button type="button" class="main big" data-act="seal" disabled=${busy} onClick=${props.onSeal}>${t('result.seal')}</button>`;
  return html`<${Frame} title=${t('result.title', { who: props.who })} back=${t('encounter.title')} onBack=${props.onBack} dock=${bar} live=${live}>
    <div class="card"><p class="level">${raised ? raised.text : told.levelText}</p>
      ${told.because && html`<p lang=${told.because.locale}>${told.because.text}</p>`}
      <p class="small soft">${t('result.screening_only')}</p></div>
    ${raised && html`<p>${t('result.raised', { from: told.levelText, reason: raised.reasonText })}</p>`}
    ${told.level === 'none_found' && !raised && html`<${Notice}><p>${t('result.none_means')}</p></${Notice}>`}
    ${props.observed && html`<${Notice} title=${t('result.observed')}><p>${t('result.observed_means')}</p></${Notice}>`}
    ${told.level === 'inconclusive' && !raised && !props.observed && html`<${Notice}><p>${t('result.inconclusive_means')}</p></${Notice}>`}
    ${failed && html`<${Notice} alert title=${t('result.not_sealed')}><p>${failed}</p></${Notice}>`}
    ${told.danger.length > 0 && html`<${Notice} work title=${t('result.first')}><ul class="dots">${told.danger.map((d) => html`<li key=${d.code}>${d.text}</li>`)}</ul></${Notice}>`}
    <section class="card"><h2>${t('result.folio')}</h2><${Folio} folio=${folio} /><p class="small soft">${t('result.folio_how')}</p></section>
    <button type="button" class="wide" data-act="next" onClick=${props.onNext}>${t('encounter.next')} <span aria-hidden="true">→</span></button>
    <${Acts} title=${t('result.do')} acts=${told.acts.do} by=${by} />
    ${calls.length > 0 && html`<section class="stack"><h2>${t('result.calls')}</h2><${Calls} services=${calls} lang=${lang} /></section>`}
    <${Acts} title=${t('result.tell')} acts=${told.acts.tell} by=${by} />
    <${Acts} title=${t('result.never')} acts=${told.acts.never} by=${by} never />
    <${Why} told=${told} />
    <${Offences} told=${told} />
    ${props.identity && html`<button type="button" class="link-row" data-act="identity" onClick=${props.onIdentity}>
      <span class="stack tight"><span class="strong">${t('result.identity')}</span><span class="small soft">${t(props.identity.given ? 'result.identity_yes' : 'result.identity_no')}</span></span><span aria-hidden="true">→</span></button>`}
    <section class="stack"><h2>${t('result.complete')}</h2>
      <details><summary>${chosen('result.needs', fill.needs)}</summary><div class="in"><${Pick} many legend=${t('result.needs_which')} name="needs" options=${fill.needs.options} value=${fill.needs.value} onPick=${(v) => props.onFill({ needs: v })} /></div></details>
      <details><summary>${chosen('result.referrals', fill.referrals)}</summary><div class="in"><p class="small soft">${t('result.referrals_how')}</p><${Pick} many legend=${t('result.referrals_which')} name="referrals" options=${fill.referrals.options} value=${fill.referrals.value} onPick=${(v) => props.onFill({ referrals: v })} /></div></details>
      ${fill.linked.options.length > 0 && html`<details><summary>${chosen('person.linked', fill.linked)}</summary><div class="in"><${Pick} many legend=${t('person.linked_how')} name="linked" options=${fill.linked.options} value=${fill.linked.value} onPick=${(v) => props.onFill({ linked: v })} /></div></details>`}
      <details open=${fill.others.length > 0}><summary>${t('result.others')}</summary><div class="in"><p class="small soft">${t('result.others_how')}</p>
        <${Others} others=${fill.others} relations=${fill.relations} bands=${fill.bands} sexes=${fill.sexes} onChange=${(v) => props.onFill({ others: v })} /></div></details>
      ${props.higher.length > 0 && html`<details open=${!!raised}><summary>${t('result.raise')}</summary><div class="in"><${Raise} levels=${props.higher} reasons=${props.raiseReasons} raised=${raised} onRaise=${props.onRaise} /></div></details>`}
    </section>
    <p class="small soft">${t('result.seal_when', { at: sealAt })}</p>
  </${Frame}>`;
}

// Sealed: all that remains on the phone is a folio.
export function Sealed({ number, folio, onNext, onList }) {
  return html`<${Frame} title=${t('sealed.title', { n: number })} back=${t('encounter.title')} onBack=${onList}
      dock=${html`<button type="button" data-act="list" onClick=${onList}>${t('sealed.list')}</button><button type="button" class="main big" data-act="next" onClick=${onNext}>${t('encounter.next')}</button>`}>
    <${Folio} folio=${folio} /><p>${t('sealed.how')}</p><p class="soft">${t('sealed.addendum')}</p></${Frame}>`;
}

// Answers: everything that was answered, to read over and correct until sealed.
export function Answers({ who, parts, onOpen, onBack }) {
  return html`<${Frame} title=${t('answers.title')} onBack=${onBack}>
    <p class="soft">${who}</p><p>${t('answers.how')}</p>
    ${parts.map((part) => html`<section class="stack" key=${part.id}><h2>${part.title}</h2>
      <ul class="stack tight">${part.rows.map((r) => html`<li key=${r.id}><button type="button" class="link-row" data-item=${r.id} onClick=${() => onOpen(r.id)}>
        <span lang=${r.locale}>${r.text}</span><span class="strong">${r.answer}${r.by && html` <span class="mark">${t('answers.said', { n: r.by })}</span>`}</span></button></li>`)}</ul></section>`)}
  </${Frame}>`;
}
