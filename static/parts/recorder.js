// A voice for one text: the level while somebody speaks, the take to be heard
// again, what is wrong with it, and a finished file in its place. Who records and
// who keeps stands in app/recorder.js.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Field } from './fields.js';
import { Notice } from './notice.js';

/** Seconds as they are read on a clock. @param {number} s */
const clockOf = (s) => Math.floor(s / 60) + ':' + String(Math.floor(s % 60)).padStart(2, '0');

/** What was recorded or chosen. take: {url, type, seconds, size, flaws, fit} */
function Take({ take, busy, onAgain, onUse }) {
  return html`<div class="stack tight" data-take>
    ${take.type === 'video/mp4' ? html`<video class="camera" controls playsinline src=${take.url}></video>`
      : html`<audio controls src=${take.url} aria-label=${t('record.replay')}></audio>`}
    <p class="small soft">${t('record.size', { s: take.seconds === null ? '–' : take.seconds.toFixed(1), kb: Math.ceil(take.size / 1024) })}</p>
    ${take.flaws.length > 0 && html`<${Notice} alert title=${t(take.fit ? 'record.listen' : 'record.unfit')}><ul class="dots">${take.flaws.map((f) => html`<li key=${f}>${t('record.flaw_' + f)}</li>`)}</ul></${Notice}>`}
    <div class="row"><button type="button" data-act="record-again" disabled=${busy} onClick=${onAgain}>${t('record.again')}</button>
      <button type="button" class="main" data-act="record-use" disabled=${busy || !take.fit} onClick=${onUse}>${t('record.use')}</button></div></div>`;
}

/** @param {any} props at: idle, asking, recording, working or take; files: whether a finished file is taken too */
export function Recorder({ at, level, seconds, take, failure, busy, files, onStart, onStop, onAgain, onFile, onUse }) {
  return html`<section class="stack tight" data-recorder=${at}>
    ${failure && html`<${Notice} alert title=${t('record.failure')}><p>${failure}</p></${Notice}>`}
    ${(at === 'idle' || at === 'asking') && html`<p class="small">${t('record.how')}</p>
      <p><button type="button" data-act="record-start" disabled=${busy || at === 'asking'} onClick=${onStart}><span aria-hidden="true">●</span> ${t('record.start')}</button></p>
      ${files && html`<${Field} label=${t('record.file')} hint=${t('record.file_hint')}><input type="file" accept=".mp3,.m4a,.mp4,audio/mpeg,audio/mp4,video/mp4" disabled=${busy}
        onChange=${(e) => e.currentTarget.files[0] && onFile(e.currentTarget.files[0])} /></${Field}>`}`}
    ${at === 'recording' && html`<p class="strong" role="status">${t('record.now')} <span aria-hidden="true">${clockOf(seconds)}</span></p>
      <label class="field"><span>${t('record.level')}</span><meter class="wide" min="0" max="1" low="0.08" high="0.95" optimum="0.5" value=${level.toFixed(2)}></meter></label>
      <p><button type="button" class="main" data-act="record-stop" onClick=${onStop}><span aria-hidden="true">■</span> ${t('record.stop')}</button></p>`}
    ${at === 'working' && html`<p role="status">${t('record.working')}</p>`}
    ${at === 'take' && take && html`<${Take} take=${take} busy=${busy} onAgain=${onAgain} onUse=${onUse} />`}
  </section>`;
}
