// Home of an agent: what comes next under the thumb, and what this phone still
// holds. A bystander reads nothing here but counts.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';

// Row: a line that leads to another screen.
function Row({ label, detail, act, onClick }) {
  return html`<li><button type="button" class="link-row" data-act=${act} onClick=${onClick}>
    <span class="stack tight"><span class="strong">${label}</span><span class="small soft">${detail}</span></span>
    <span aria-hidden="true">→</span></button></li>`;
}

export function Home(props) {
  const { user, encounter, missing, outbox, sync, live } = props;
  const main = props.prepare
    ? html`<button type="button" class="main big" data-act="prepare" onClick=${props.onReady}>${t('home.prepare')}</button>`
    : encounter
    ? html`<button type="button" class="main big" data-act="continue" onClick=${props.onContinue}>${t('home.continue')}</button>`
    : html`<button type="button" class="main big" data-act="start" onClick=${props.onStart}>${t('home.start')}</button>`;
  return html`<${Frame} title=${t('home.title')} live=${live} dock=${main}
      push=${html`<button type="button" class="plain" data-act="language" lang=${props.otherLanguage.code} onClick=${props.onLanguage}>${props.otherLanguage.name}</button>`}>
    <p class="soft">${user.display}</p>
    ${encounter
      ? html`<${Notice} work title=${t('home.open')}><p>${encounter.setting} · ${encounter.place}</p>
          <p>${t('home.persons', { n: encounter.persons })}</p></${Notice}>`
      : html`<p>${t('home.none')}</p>`}
    ${missing > 0 && html`<${Notice} title=${t('home.not_ready')}><p>${t('home.missing', { n: missing })}</p></${Notice}>`}
    ${props.tripOver && html`<${Notice}><p>${t('trip.over')}</p></${Notice}>`}
    <ul class="stack">
      <${Row} act="ready" label=${t('home.ready')} onClick=${props.onReady}
        detail=${missing === null ? t('home.ready_unknown') : missing > 0 ? t('home.missing', { n: missing }) : t('home.ready_yes')} />
      <${Row} act="outbox" label=${t('home.outbox')} onClick=${props.onOutbox}
        detail=${t('home.outbox_counts', { waiting: outbox.waiting, problems: outbox.quarantined + outbox.refused })} />
      <${Row} act="addendum" label=${t('home.addendum')} detail=${t('home.addendum_detail')} onClick=${props.onAddendum} />
      ${props.onShift && html`<${Row} act="shift" label=${t('shift.title')} detail=${t('home.shift_detail')} onClick=${props.onShift} />`}
      <${Row} act="protects" label=${t('protects.title')} detail=${t('home.protects_detail')} onClick=${props.onProtects} />
      ${props.onQueue && html`<${Row} act="queue" label=${t('home.queue')} detail=${t('home.queue_detail')} onClick=${props.onQueue} />`}
    </ul>
    ${props.folios.length > 0 && html`<section class="stack tight"><h2>${t('home.folios')}</h2>
      <ul class="lines">${props.folios.map((f) => html`<li key=${f.id} class="split"><span class="strong nowrap">${f.folio}</span><span class="small soft">${f.at}</span></li>`)}</ul></section>`}
    <p class="small soft" role="status">${sync}</p>
    <p class="row wrap">${props.security && html`<a class="button plain" data-act="security" href=${props.security}>${t('security.title')}</a>`}
      <button type="button" class="plain" data-act="sign-out" onClick=${props.onSignOut}>${t('home.sign_out')}</button></p>
  </${Frame}>`;
}
