// The answers of an item as large buttons. A yes/no item always carries a shape
// beside the word, because volunteer words for yes and no were found inverted.
import { html } from '../vendor/ui.js';
import { message, t } from '../text/messages.js';

const SHAPES = { yes: '✓', no: '✕', unknown: '?', declined: '–', no_information: '○', not_applicable: '∅' };

// What may be answered to a yes/no item: the person can not know or not want to
// say; the agent who looks can only not have been able to see.
export const ASKED = ['yes', 'no', 'unknown', 'declined'];
export const SEEN = ['yes', 'no', 'no_information', 'not_applicable'];

// wordOf gives the label of an answer: the person's own word where their pack
// has it, with the agent's under it.
function wordOf(code, observed, person) {
  const id = 'answer.' + (observed && code === 'no_information' ? 'not_seen' : code);
  const own = message(id);
  const theirs = person && person.code !== own.locale && (person.messages || {})[id];
  return theirs ? { text: theirs.text, locale: person.code, too: own.text } : { text: own.text, locale: own.locale };
}

// ear, where there is one, puts what can be heard of an answer beside its button (app/hear.js).
export function YesNo({ codes, value, observed, person, ear, onAnswer }) {
  return html`<div class="answers" role="group" aria-label=${t('ask.answers')}>
    ${codes.map((code) => {
      const w = wordOf(code, observed, person);
      const minor = code !== 'yes' && code !== 'no';
      const button = html`<button type="button" key=${code} data-answer=${code} class=${'yesno' + (minor ? ' minor' : '')}
          style=${codes.length % 2 && code === codes[codes.length - 1] ? 'grid-column: 1 / -1' : undefined}
          aria-pressed=${value === code ? 'true' : 'false'} onClick=${() => onAnswer(code)}>
        <span class="shape" aria-hidden="true">${SHAPES[code]}</span>
        <span class="of" lang=${w.locale}>${w.text}</span>
        ${w.too && html`<span class="too" lang=${message('answer.' + code).locale}>${w.too}</span>`}
      </button>`;
      return ear ? ear({ code, ...w }, button) : button;
    })}
  </div>`;
}

// Options: one tap is the answer. Each option has {code, text, locale?, too?}.
export function Options({ options, value, ear, onAnswer }) {
  return html`<div class="answers one" role="group" aria-label=${t('ask.answers')}>
    ${options.map((o) => {
      const button = html`<button type="button" key=${o.code} data-answer=${o.code} class="big"
        aria-pressed=${value === o.code ? 'true' : 'false'} onClick=${() => onAnswer(o.code)}>
      <span class=${o.missing ? '' : 'strong'} lang=${o.locale}>${o.text}</span>
      ${o.too && html`<span class="too" lang="es-MX">${o.too}</span>`}
    </button>`;
      return ear ? ear(o, button) : button;
    })}
  </div>`;
}
