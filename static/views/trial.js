// A walk through a protocol as practice: the question, its answers, and beside
// them what the answers mean so far and why.
import { html, useEffect, useRef, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Field, Pick, Select } from '../parts/fields.js';
import { Notice } from '../parts/notice.js';
import { Acts, Offences, Why } from '../parts/reasons.js';

// Answers that lie on buttons; more than this are chosen from a list.
const MOST_BUTTONS = 8;

function Buttons({ options, onAnswer }) {
  return html`<div class="row wrap">${options.map((o) => html`<button type="button" key=${o.code} data-answer=${o.code} lang=${o.locale} onClick=${() => onAnswer(o.code)}>${o.text}</button>`)}</div>`;
}

function Chosen({ face, onAnswer }) {
  const [value, setValue] = useState('');
  const submit = (e) => { e.preventDefault(); if (value) onAnswer(value); };
  return html`<form class="stack" onSubmit=${submit}><${Select} label=${t('library.answer')} value=${value} options=${face.options} empty=${t('encounter.choose')} onPick=${setValue} />
    <button data-act="answer" disabled=${!value}>${t('library.answer_do')}</button></form>`;
}

function Several({ face, onAnswer }) {
  const [codes, setCodes] = useState(/** @type {string[]} */ ([]));
  const submit = (e) => { e.preventDefault(); onAnswer(codes.length ? [...codes].sort().join(',') : 'no'); };
  return html`<form class="stack" onSubmit=${submit}><${Pick} many legend=${t('library.answer')} name="several" options=${face.options} value=${codes} onPick=${setCodes} />
    <button data-act="answer">${codes.length ? t('library.answer_do') : t('answer.none_of_these')}</button></form>`;
}

function Age({ onAnswer }) {
  const [value, setValue] = useState('');
  const submit = (e) => { e.preventDefault(); if (value) onAnswer(String(Number(value))); };
  return html`<form class="row wrap" style="align-items:flex-end" onSubmit=${submit}><${Field} label=${t('library.age')}><input class="short" type="text" inputmode="numeric" pattern="[0-9]{1,3}" autocomplete="off" value=${value} onInput=${(e) => setValue(e.currentTarget.value.replace(/\D/g, ''))} /></${Field}>
    <button data-act="answer" disabled=${!value}>${t('library.answer_do')}</button></form>`;
}

function Answers({ face, onAnswer }) {
  const own = face.type === 'yes_no' ? html`<${Buttons} options=${['yes', 'no'].map((code) => ({ code, text: t('answer.' + code) }))} onAnswer=${onAnswer} />`
    : face.type === 'none' ? html`<${Buttons} options=${[{ code: 'shown', text: t('answer.shown') }]} onAnswer=${onAnswer} />`
    : face.type === 'age' ? html`<${Age} onAnswer=${onAnswer} />`
    : face.type === 'multi' ? html`<${Several} face=${face} onAnswer=${onAnswer} />`
    : face.options.length > MOST_BUTTONS ? html`<${Chosen} face=${face} onAnswer=${onAnswer} />` : html`<${Buttons} options=${face.options} onAnswer=${onAnswer} />`;
  return html`${own}${face.missing.length > 0 && html`<${Buttons} options=${face.missing} onAnswer=${onAnswer} />`}`;
}

// Asked: the question takes the focus when it changes, as the next screen would.
function Asked({ face, n, onAnswer }) {
  const ref = useRef(/** @type {any} */ (null));
  useEffect(() => { if (n > 0 && ref.current) ref.current.focus(); }, [face.id, n]);
  return html`<section class="card" data-asked=${face.id}><p class="row wrap" style="gap:.4rem"><span class="tag">${face.kind}</span>${face.child && html`<span class="small soft">${t('library.child')}</span>`}</p>
    <h2 class="said long" tabindex="-1" ref=${ref} lang=${face.said.locale}>${face.said.text}</h2>
    <${Answers} key=${face.id + n} face=${face} onAnswer=${onAnswer} /></section>`;
}

function Trace({ trace }) {
  return html`<details><summary>${t('library.trace', { n: trace.length })}</summary><div class="in"><ol class="lines small">${trace.map((r) => html`<li key=${r.id} class="stack tight"><span class="strong">${r.text}</span>
    ${r.items.length > 0 && html`<ul class="dots">${r.items.map((i) => html`<li key=${i.id}><span lang=${i.locale}>${i.text}</span> <span class="strong">${i.answer}</span></li>`)}</ul>`}
    ${r.indicators.length > 0 && html`<span class="soft">${r.indicators.join('; ')}</span>`}</li>`)}</ol></div></details>`;
}

function Means({ told, trace, ended }) {
  return html`<section class="stack" aria-labelledby="means"><h2 id="means">${t(ended ? 'library.result' : 'library.so_far')}</h2>
    <p class="level" data-level=${told.level} role="status">${told.levelText}</p>
    ${told.danger.length > 0 && html`<${Notice} work title=${t('result.first')}><ul class="dots">${told.danger.map((d) => html`<li key=${d.code}>${d.text}</li>`)}</ul></${Notice}>`}
    <${Why} told=${told} says /><${Offences} told=${told} />
    <${Acts} title=${t('result.do')} acts=${told.acts.do} by=${() => ''} /><${Acts} title=${t('result.tell')} acts=${told.acts.tell} by=${() => ''} /><${Acts} title=${t('result.never')} acts=${told.acts.never} by=${() => ''} never />
    <${Trace} trace=${trace} /></section>`;
}

// face: the item that is asked, or null at the end.
export function Trial(props) {
  const { face, n, stopped, told, trace, answers, role, setting } = props;
  return html`<${Notice} title=${t('library.practice')}><p>${t('library.practice_how')}</p></${Notice}>
    <div class="filters"><${Select} label=${t('library.role')} value=${role} options=${props.roles} onPick=${(v) => props.onStart(v, setting)} />
      <${Select} label=${t('fact.setting')} value=${setting} options=${props.settings} onPick=${(v) => props.onStart(role, v)} /></div>
    <div class="columns"><div class="stack">
      <p class="small soft">${t('library.answered', { n })}</p>
      ${face ? html`<${Asked} face=${face} n=${n} onAnswer=${props.onAnswer} />` : html`<p class="strong" role="status">${t(stopped ? 'library.stopped' : 'library.ended')}</p>`}
      <div class="row wrap"><button type="button" data-act="undo" disabled=${!props.onUndo} onClick=${props.onUndo || undefined}>${t('library.undo')}</button>
        <button type="button" data-act="restart" disabled=${n === 0} onClick=${() => props.onStart(role, setting)}>${t('library.restart')}</button></div>
      ${answers.length > 0 && html`<details><summary>${t('detection.answers', { n: answers.length })}</summary><div class="in"><ul class="lines small">${answers.map((a) => html`<li key=${a.id}><span lang=${a.locale}>${a.text}</span> <span class="strong">${a.answer}</span></li>`)}</ul></div></details>`}
    </div><${Means} told=${told} trace=${trace} ended=${!face} /></div>`;
}
