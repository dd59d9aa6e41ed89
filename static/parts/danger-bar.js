// The two buttons that are always within the thumb's reach during a screening.
// Their words are quiet: a bystander must not learn what the screen is for.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';

export function DangerBar({ onDanger, onStop }) {
  return html`<button type="button" data-act="danger" onClick=${onDanger}><span aria-hidden="true">!</span> ${t('ask.help_now')}</button>
    <button type="button" data-act="stop" onClick=${onStop}><span aria-hidden="true">❚❚</span> ${t('ask.stop_here')}</button>`;
}
