// One question in two languages: the person's large, Spanish beside it; or
// Spanish alone, large. Each with its own lang attribute and, where nobody has
// reviewed it, a mark that says so.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Heading } from './frame.js';
import { StatusMark, Mark } from './notice.js';

// Above this many letters the question gets the smaller of the large sizes.
const LONG = 130;

const markOf = ({ locale, status }) => html`<${StatusMark} status=${locale === 'es-MX' ? 'source' : status} />`;

// asked and beside: {text, locale, status}; beside is null where one text is enough,
// and says like the other how far it was reviewed.
// `fellBack`: the name of the person's language, when it has no text to show.
export function TwoTexts({ asked, beside, fellBack, focusKey }) {
  return html`<div class="stack tight">
    <${Heading} focusKey=${focusKey} lang=${asked.locale} class=${'said' + (asked.text.length > LONG ? ' long' : '')}>${asked.text}</${Heading}>
    <p class="row wrap">${fellBack ? html`<${Mark}>${t('ask.in_spanish', { language: fellBack })}</${Mark}>` : markOf(asked)}</p>
    ${beside && html`<p class="beside" lang=${beside.locale}>${beside.text}</p><p>${markOf(beside)}</p>`}
  </div>`;
}
