// Stop: a neutral screen with the reasons as codes. Nothing on it tells a
// bystander what was going on.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Options } from '../parts/answer-buttons.js';
import { Notice } from '../parts/notice.js';

export function Stop({ reasons, onPick, onBack, onPause }) {
  return html`<${Frame} title=${t('stop.title')} onBack=${onBack} back=${t('stop.go_on')}>
    <p>${t('stop.how')}</p>
    <${Options} options=${reasons} onAnswer=${onPick} />
    <button type="button" class="wide" data-act="pause" onClick=${onPause}>${t('stop.pause')}</button>
    <p class="small soft">${t('stop.after')}</p>
  </${Frame}>`;
}

// Refused: nothing of the person is kept, only a count, but for danger or a minor.
// kept: null (ask whether a minor), 'danger' or 'minor' (why a record is kept).
export function Refused({ kept, counted, busy, onMinor, onAdult, onKeep, onBack }) {
  if (kept) {
    return html`<${Frame} title=${t('refused.kept')} onBack=${onBack}
        dock=${html`<button type="button" class="main big" data-act="keep" disabled=${busy} onClick=${onKeep}>${t('refused.to_result')}</button>`}>
      <p>${t('refused.kept_' + kept)}</p><p>${t('refused.kept_say')}</p></${Frame}>`;
  }
  return html`<${Frame} title=${t('refused.title')} onBack=${onBack}>
    <p>${t('refused.thanks')}</p>
    <${Notice}><p>${t('refused.nothing_' + counted)}</p></${Notice}>
    <h2>${t('refused.minor')}</h2>
    <div class="answers one">
      <button type="button" class="main big" data-act="adult" disabled=${busy} onClick=${onAdult}>${t('refused.adult')}</button>
      <button type="button" class="big" data-act="minor" disabled=${busy} onClick=${onMinor}>${t('refused.maybe_minor')}</button>
    </div>
  </${Frame}>`;
}
