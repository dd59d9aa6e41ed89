// One text at the translation desk: the Spanish with its context and note on one
// side, the language on the other, and every step that it took. Who may do what
// next the server decides; what it will refuse is not offered.
import { html, useEffect, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice, StatusMark } from '../parts/notice.js';
import { Field, Pick, Select } from '../parts/fields.js';
import { Recorder } from '../parts/recorder.js';

const NOTE = ['asks', 'not', 'avoid', 'threshold'];

function Source({ row }) {
  return html`<section class="card stack tight"><h2>${t('translate.spanish')}</h2><p class="aloud" lang="es-MX" data-raw>${row.spanish}</p>
    ${row.context && html`<p class="small soft">${row.context}</p>`}
    ${row.note && html`<dl class="stack tight small">${NOTE.filter((n) => row.note[n]).map((n) => html`<div key=${n}><dt class="strong">${t('ask.note_' + n)}</dt><dd lang="es-MX">${row.note[n]}</dd></div>`)}</dl>`}
    <p class="small">${t('translate.gate', { status: t('text.status.' + row.gate) })}</p></section>`;
}

function Editor({ row, code, busy, onTranslate }) {
  const [text, setText] = useState(row.text);
  const [loan, setLoan] = useState(false);
  useEffect(() => { setText(row.text); setLoan(false); }, [row.id, row.text_hash]);
  const same = text.trim() !== '' && text.trim() === row.spanish.trim();
  return html`<form class="stack tight" onSubmit=${(e) => { e.preventDefault(); onTranslate(text, loan); }}>
    <${Field} label=${t('translate.text')} hint=${t('translate.text_hint')}><textarea name="text" rows="4" lang=${code} spellcheck="false" autocapitalize="off" value=${text} onInput=${(e) => setText(e.currentTarget.value)}></textarea></${Field}>
    ${same && html`<label class="pick"><input type="checkbox" name="loan" checked=${loan} onChange=${(e) => setLoan(e.currentTarget.checked)} /><span>${t('translate.loan')}</span></label>`}
    <p><button type="submit" class="main" data-act="translate" disabled=${busy || !text.trim() || (same && !loan) || (text === row.text && !row.stale)}>${t('translate.save')}</button></p></form>`;
}

/** The next hands that a text needs. may: what this reader may do now */
function Hands({ row, may, competences, busy, onStep }) {
  const [competence, setCompetence] = useState('');
  const [why, setWhy] = useState('');
  useEffect(() => { setCompetence(''); setWhy(''); }, [row.id, row.state]);
  return html`<section class="stack tight">
    ${row.back_translation && html`<p>${t('translate.back')}: <span lang="es-MX">${row.back_translation}</span></p>`}
    ${may.accept && html`<p><button type="button" class="main" data-act="accept" disabled=${busy} onClick=${() => onStep({ do: 'accept' })}>${t('translate.accept')}</button></p>`}
    ${may.certify && html`<${Pick} legend=${t('translate.competence')} name="competence" options=${competences} value=${competence} onPick=${setCompetence} />
      <p><button type="button" class="main" data-act="certify" disabled=${busy || !competence} onClick=${() => onStep({ do: 'certify', competence })}>${t('translate.certify')}</button></p>`}
    ${may.return && html`<details><summary>${t('translate.return')}</summary><div class="in stack tight"><${Field} label=${t('translate.return_why')}><textarea name="why" rows="2" value=${why} onInput=${(e) => setWhy(e.currentTarget.value)}></textarea></${Field}>
      <p><button type="button" data-act="return" disabled=${busy || !why.trim()} onClick=${() => onStep({ do: 'return', text: why })}>${t('translate.return_do')}</button></p></div></details>`}
    ${row.text && may.whose && html`<p class="small soft">${may.whose}</p>`}</section>`;
}

/** A plain answer in words to one step. */
function Say({ name, label, hint, act, busy, onSay }) {
  const [text, setText] = useState('');
  return html`<form class="stack tight" onSubmit=${(e) => { e.preventDefault(); onSay(text); setText(''); }}>
    <${Field} label=${label} hint=${hint}><textarea name=${name} rows="2" value=${text} onInput=${(e) => setText(e.currentTarget.value)}></textarea></${Field}>
    <p><button type="submit" data-act=${name} disabled=${busy || !text.trim()}>${act}</button></p></form>`;
}

/** speakers: kinds of who lends a voice; heard: the address of the recording that is kept, once it was fetched */
function Voice({ row, may, speakers, recorder, heard, busy, onHear, onKeep, onStep }) {
  const [speaker, setSpeaker] = useState('');
  const [consent, setConsent] = useState(false);
  useEffect(() => { setSpeaker(''); setConsent(false); }, [row.id]);
  return html`<section class="card stack tight"><h2>${t('translate.voice')}</h2>
    ${row.recording && html`<p><span class="tag">${t('translate.recording_' + row.recording.state)}</span></p>
      ${row.recording.text_hash !== row.text_hash && html`<p class="strong">${t('translate.recording_old')}</p>`}
      ${heard ? (row.recording.type === 'video/mp4' ? html`<video class="camera" controls playsinline src=${heard}></video>` : html`<audio controls src=${heard} aria-label=${t('translate.voice')}></audio>`)
        : html`<p><button type="button" data-act="hear" disabled=${busy} onClick=${onHear}>${t('translate.hear')}</button></p>`}
      ${may.certifyRecording && html`<div class="row"><button type="button" class="main" data-act="certify-recording" disabled=${busy || !heard} onClick=${() => onStep({ do: 'certify_recording', recording: row.recording.sha256 })}>${t('translate.certify_recording')}</button>
        <button type="button" data-act="refuse-recording" disabled=${busy} onClick=${() => onStep({ do: 'refuse_recording', recording: row.recording.sha256 })}>${t('translate.refuse_recording')}</button></div>`}`}
    <${Select} label=${t('record.speaker')} value=${speaker} empty=${t('record.choose')} options=${speakers} onPick=${setSpeaker} />
    <label class="pick"><input type="checkbox" name="consent" checked=${consent} onChange=${(e) => setConsent(e.currentTarget.checked)} /><span>${t('record.consent')}</span></label>
    ${speaker && consent ? html`<${Recorder} ...${recorder} files busy=${busy} onUse=${() => onKeep(speaker)} />` : html`<p class="small soft">${t('record.first')}</p>`}</section>`;
}

function Steps({ steps }) {
  return html`<details><summary>${t('translate.steps', { n: steps.length })}</summary><ol class="stack tight">${steps.map((s) => html`<li key=${s.id}>
    <span class="strong">${t('translate.did_' + s.do)}</span> <span class="small soft">${s.at} · ${s.who}</span>${s.competence && html`<br /><span class="small">${s.competence}</span>`}${s.text && html`<br /><span>${s.text}</span>`}</li>`)}</ol></details>`;
}

/** @param {any} props row: the text; blind: only the language is shown, to be translated back; may: see app/translate.js */
export function TranslateText(props) {
  const { row, code, name, blind, may, steps, busy, failure, live, onStep } = props;
  return html`<${Frame} title=${html`<code>${row.id}</code>`} focusKey=${row.id} wide live=${live} back=${t('translate.list')} onBack=${props.onBack} push=${null}>
    <p class="small soft">${name} · ${t('translate.state_' + row.state)} ${row.state === 'outside' && html`<${StatusMark} status=${row.status} />`}</p>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p></${Notice}>`}
    ${row.stale && html`<${Notice} title=${t('text.status.stale')}><p>${t('translate.stale')}</p></${Notice}>`}
    <div class="sides">${!blind && html`<${Source} row=${row} />`}
      <section class="card stack tight"><h2>${name}</h2>
        ${row.text && (blind || !may.translate) && html`<p class="aloud" lang=${code} data-raw>${row.text}</p>`}
        ${!blind && may.translate && html`<${Editor} row=${row} code=${code} busy=${busy} onTranslate=${(text, loan) => onStep({ do: 'translate', text, loan })} />`}
        ${blind && may.back && html`<${Say} name="back_translate" label=${t('translate.back')} hint=${t('translate.back_hint')} act=${t('translate.back_save')} busy=${busy} onSay=${(text) => onStep({ do: 'back_translate', text })} />`}
        ${!blind && html`<${Hands} row=${row} may=${may} competences=${props.competences} busy=${busy} onStep=${onStep} />`}</section></div>
    ${!blind && may.translate && row.text && html`<${Voice} row=${row} may=${may} speakers=${props.speakers} recorder=${props.recorder} heard=${props.heard} busy=${busy} onHear=${props.onHear} onKeep=${props.onKeep} onStep=${onStep} />`}
    <${Say} name="comment" label=${t('translate.comment')} act=${t('translate.comment_save')} busy=${busy} onSay=${(text) => onStep({ do: 'comment', text })} />
    <${Steps} steps=${steps} />
    <div class="row"><button type="button" data-act="previous" disabled=${!props.onPrevious} onClick=${props.onPrevious}>${t('translate.previous')}</button><button type="button" data-act="next" disabled=${!props.onNext} onClick=${props.onNext}>${t('translate.next')}</button></div>
  </${Frame}>`;
}
