// Empty: what a phone shows that was told to hand over and empty itself. It
// says nothing of what was here, nor that anything is being done.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Heading } from '../parts/frame.js';

export function Empty() {
  return html`<main class="frame"><${Heading} focusKey="empty">${t('app.name')}</${Heading}><p>${t('empty.nothing')}</p></main>`;
}
