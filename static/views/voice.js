// An interpreter lends a voice to an item, where the screening is: first what for
// and whether they agree, then the microphone.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Recorder } from '../parts/recorder.js';
import { TwoTexts } from '../parts/two-texts.js';

/** @param {any} props recorder: see app/recorder.js; waiting: voices on this phone that the server does not have */
export function Voice({ who, item, asked, beside, fellBack, interpreter, recorder, waiting, busy, failure, live, onKeep, onSend, onBack }) {
  const [consent, setConsent] = useState(false);
  return html`<${Frame} title=${null} onBack=${onBack} live=${live}>
    <p class="small soft">${who} · ${t('card.who', { who: interpreter.text })}</p>
    <${TwoTexts} asked=${asked} beside=${beside} fellBack=${fellBack} focusKey=${item.id} />
    <h2>${t('voice.title')}</h2>
    ${failure && html`<${Notice} alert title=${t('voice.failure')}><p>${failure}</p></${Notice}>`}
    ${live && html`<p class="strong" aria-hidden="true">${live}</p>`}
    <ul class="dots"><li>${t('voice.how_1')}</li><li>${t('voice.how_2')}</li><li>${t('voice.how_3')}</li></ul>
    <label class="pick"><input type="checkbox" name="consent" checked=${consent} onChange=${(e) => setConsent(e.currentTarget.checked)} /><span>${t('voice.consent')}</span></label>
    ${consent && html`<${Recorder} key=${item.id} ...${recorder} busy=${busy} onUse=${onKeep} />`}
    ${waiting > 0 && html`<section class="stack tight"><p>${t('voice.waiting', { n: waiting })}</p><p><button type="button" data-act="send-voices" disabled=${busy} onClick=${onSend}>${t('voice.send')}</button></p></section>`}
  </${Frame}>`;
}
