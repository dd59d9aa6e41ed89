// Notice: something the agent should read before going on. Mark: a small word
// beside a text or a number that says how far it can be trusted.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';

export function Notice({ title, children, alert, work }) {
  return html`<div class=${'notice' + (work ? ' work' : '')} role=${alert ? 'alert' : undefined}>
    ${title && html`<p class="strong">${title}</p>`}${children}</div>`;
}

export function Mark({ children }) {
  return html`<span class="mark">${children}</span>`;
}

// StatusMark says the status of a text that was shown; a certified one needs no mark.
export function StatusMark({ status }) {
  if (!status || status === 'certified') return null;
  const known = ['draft', 'imported', 'reviewed', 'stale', 'fallback', 'published', 'source'];
  return html`<${Mark}>${t('text.status.' + (known.includes(status) ? status : 'draft'))}</${Mark}>`;
}
