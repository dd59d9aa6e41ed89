// How much of a visit was covered, and that of the others nothing is known.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';

export function Coverage({ of }) {
  return of && html`<p data-coverage class="strong">${t('close.coverage', of)}</p>
    ${of.rest > 0 && html`<p>${t('close.coverage_rest', { n: of.rest })}</p>`}`;
}
