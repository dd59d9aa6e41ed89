// Call: one service of the directory. A verified or dated number can be called
// with one tap and without data; an unverified one is shown but never dialled.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Mark } from './notice.js';

// dialable keeps what a telephone link may hold: "*765", "800 55 33 000", "+52 ...".
export function dialable(phone) {
  return String(phone).replace(/[^0-9+*#]/g, '');
}

export function Call({ service, lang }) {
  const note = service.note && (service.note[lang] || service.note.es);
  const canCall = service.phone && service.status !== 'unverified';
  return html`<li class="stack tight">
    ${canCall
      ? html`<a class="button main big wide" href=${'tel:' + dialable(service.phone)}>
          <span>${service.name}: <span class="nowrap">${service.phone}</span></span></a>`
      : html`<p class="strong">${service.name}</p>`}
    ${service.for && html`<p class="small">${service.for[lang] || service.for.es}</p>`}
    ${service.hours && html`<p class="small soft">${service.hours[lang] || service.hours.es}</p>`}
    ${service.status === 'dated' && canCall && html`<p><${Mark}>${t('call.dated', { on: service.verified_on || '' })}</${Mark}></p>`}
    ${service.status === 'unverified' && html`<p><${Mark}>${t('call.unverified')}</${Mark}></p>`}
    ${service.web && html`<p class="small"><a class="button plain" href=${service.web} rel="noreferrer noopener" target="_blank">${service.web.replace(/^https?:\/\//, '')}</a></p>`}
    ${note && html`<p class="small soft">${note}</p>`}
  </li>`;
}

export function Calls({ services, lang }) {
  if (!services.length) return html`<p>${t('call.none')}</p>`;
  return html`<ul class="stack">${services.map((s) => html`<${Call} key=${s.id} service=${s} lang=${lang} />`)}</ul>`;
}
