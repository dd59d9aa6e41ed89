// A folio large enough to copy, with the name of its last sign where that is no
// letter or digit: it must be sayable on the phone.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';

const SIGNS = { '*': 'star', '~': 'tilde', $: 'dollar', '=': 'equals' };

export function Folio({ folio }) {
  const sign = SIGNS[folio.slice(-1)];
  return html`<p class="folio">${folio}</p>${sign && html`<p class="small soft">${t('folio.sign_' + sign)}</p>`}`;
}
