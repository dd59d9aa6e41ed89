// One question in two languages: the person's large, Spanish beside it; or
// Spanish alone, large. Each with its own lang attribute and, where nobody has
// reviewed it, a mark that says so.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Heading } from './frame.js';
import { StatusMark, Mark } from './notice.js';

// Above this many letters the question gets the smaller of the large sizes.
const LONG = 130;

// asked and beside: {text, locale, status}; beside is null where one text is enough.
// `fellBack`: the name of the person's language, when it has no text to show.
export function TwoTexts({ asked, beside, fellBack, focusKey }) {
  return html`<div class="stack tight">
    <${Heading} focusKey=${focusKey} lang=${asked.locale} class=${'said' + (asked.text.length > LONG ? ' long' : '')}>${asked.text}</${Heading}>
    ${beside && html`<p class="beside" lang=${beside.locale}>${beside.text}</p>`}
    <p class="row wrap">
      ${fellBack && html`<${Mark}>${t('ask.in_spanish', { language: fellBack })}</${Mark}>`}
      ${!fellBack && html`<${StatusMark} status=${asked.locale === 'es-MX' ? 'source' : asked.status} />`}
    </p>
  </div>`;
}
