// In plain words: what protects the person whose answers are on this phone, what
// does not, and how to check that this page and the server are the right ones.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';

const DOES = ['locked', 'sealed', 'no_names', 'identity', 'hide', 'duress', 'server'];
const DOES_NOT = ['seen', 'forced', 'flash', 'switcher', 'network', 'phone', 'people'];

function List({ ids }) {
  return html`<ul class="dots">${ids.map((id) => html`<li key=${id}>${t('protects.' + id)}</li>`)}</ul>`;
}

function Print({ name, label, value, none }) {
  return html`<div class="stack tight"><dt class="strong">${label}</dt><dd class="print" data-print=${name}>${value || none}</dd></div>`;
}

/** @param {any} props version: of this page; server and reviewers: fingerprints this phone pinned, in groups */
export function Protects({ version, server, reviewers, onBack }) {
  return html`<${Frame} title=${t('protects.title')} onBack=${onBack}>
    <p>${t('protects.intro')}</p>
    <section class="stack"><h2>${t('protects.does')}</h2><${List} ids=${DOES} /></section>
    <section class="stack"><h2>${t('protects.does_not')}</h2><${List} ids=${DOES_NOT} /></section>
    <section class="stack"><h2>${t('protects.check')}</h2><p>${t('protects.check_how')}</p>
      <dl class="stack">
        <${Print} name="version" label=${t('protects.version')} value=${version} none=${t('protects.version_none')} />
        <${Print} name="server" label=${t('protects.server_print')} value=${server} none=${t('protects.print_none')} />
        <${Print} name="reviewers" label=${t('protects.reviewers_print')} value=${reviewers} none=${t('protects.print_none')} />
      </dl></section>
  </${Frame}>`;
}
