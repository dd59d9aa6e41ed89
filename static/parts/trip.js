// The stronger protection of a trip, and after how long this phone locks: two
// settings of "Ready for the field".
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Notice } from './notice.js';
import { Field, Select } from './fields.js';

/** Days that a trip may have; the server takes no more. */
export const MOST_DAYS = 30;
const USUAL_DAYS = 7;

/** @param {any} props until: text of a time, or empty; over: a trip has ended */
export function Trip({ until, over, busy, failure, onStart }) {
  const [days, setDays] = useState(String(USUAL_DAYS));
  const n = Number(days);
  const good = Number.isInteger(n) && n >= 1 && n <= MOST_DAYS;
  const submit = (e) => { e.preventDefault(); if (good && !busy) onStart(n); };
  return html`<section class="stack"><h2>${t('trip.title')}</h2>
    <p>${t('trip.means')}</p>
    ${until && html`<p class="strong" data-trip="until">${t('trip.until', { at: until })}</p>`}
    ${over && html`<${Notice}><p>${t('trip.over')}</p></${Notice}>`}
    ${failure && html`<${Notice} alert title=${t('trip.failed')}><p>${failure}</p></${Notice}>`}
    <form class="row" onSubmit=${submit} style="align-items:end">
      <${Field} label=${t('trip.days')}><input class="short" name="days" inputmode="numeric" autocomplete="off" maxlength="2" value=${days} aria-invalid=${good ? undefined : 'true'}
        onInput=${(e) => setDays(e.currentTarget.value.replace(/\D/g, ''))} /></${Field}>
      <button class="grow" data-act="trip" disabled=${!good || busy}>${t(until ? 'trip.renew' : 'trip.start')}</button></form>
    <p class="small soft">${t('trip.days_hint', { most: MOST_DAYS })}</p></section>`;
}

/** @param {any} props choices: seconds */
export function LockAfter({ choices, value, onPick }) {
  const words = (s) => (s < 60 ? t('lock.after_seconds', { n: s }) : s === 60 ? t('lock.after_minute') : t('lock.after_minutes', { n: s / 60 }));
  return html`<${Select} label=${t('lock.after')} hint=${t('lock.after_hint')} value=${String(value)} options=${choices.map((s) => ({ code: String(s), text: words(s) }))} onPick=${(s) => onPick(Number(s))} />`;
}
