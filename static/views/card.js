// The interpreter's card: one item as the human who interprets needs it, there or
// on the telephone. The question first and large, then what it asks and what it
// does not, in sentences that can be read aloud.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { TwoTexts } from '../parts/two-texts.js';

/**
 * @param {any} props interpreter: {text, conflict}; back: whether it was said back, or null where nothing is asked;
 * onRecord: null where the voice of whoever interprets is of no use
 */
export function Card(props) {
  const { item, asked, beside, fellBack, options, note, interpreter, back } = props;
  const parts = note ? [['asks', note.asks], ['not', note.not], ['avoid', note.avoid], ['threshold', note.threshold]].filter(([, text]) => text) : [];
  return html`<${Frame} title=${null} onBack=${props.onBack} live=${props.live}>
    <p class="small soft">${props.who} · ${t('card.who', { who: interpreter.text })}</p>
    <${TwoTexts} asked=${asked} beside=${beside} fellBack=${fellBack} focusKey=${item.id} />
    ${interpreter.conflict && html`<${Notice} title=${t('card.conflict')}><p>${interpreter.conflict}</p></${Notice}>`}
    <button type="button" class="wide" data-act="interpreters" onClick=${props.onCalling}>${t('calling.open')}</button>
    ${item.options && html`<section class="stack tight"><h2>${t('card.options')}</h2><ul class="dots">
      ${options.map((o) => html`<li key=${o.code}><span lang=${o.locale}>${o.text}</span>${o.too && html` <span class="soft" lang="es-MX">${o.too}</span>`}</li>`)}</ul></section>`}
    <p>${t('card.how')}</p>
    ${parts.map(([id, text]) => html`<section key=${id} class="stack tight"><h2>${t('ask.note_' + id)}</h2><p class="aloud" lang=${note.locale}>${text}</p></section>`)}
    ${back !== null && html`<section class="stack tight"><h2>${t('card.back')}</h2><p class="aloud">${t('card.back_say')}</p>
      <label class="pick"><input type="checkbox" name="back" checked=${back} onChange=${(e) => props.onSaidBack(e.currentTarget.checked)} /><span>${t('card.back_done')}</span></label>
      <p class="small soft">${t('card.back_if_not')}</p></section>`}
    ${props.onRecord && html`<p><button type="button" data-act="voice" onClick=${props.onRecord}>${t('voice.record')}</button></p>`}
  </${Frame}>`;
}
