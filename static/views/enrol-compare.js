// Compare: a code that was typed says nothing of the server, so a person
// compares its fingerprints with the screen of whoever made the code.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Print } from '../parts/print.js';

export function Compare({ busy, error, prints, onYes, onNo, onAgain, onSignOut }) {
  return html`<${Frame} title=${t('enrol.compare')} back=${t('home.sign_out')} onBack=${onSignOut}>
    <p>${t('enrol.compare_how')}</p>
    <div class="stack" aria-busy=${busy && !prints ? 'true' : 'false'}>${prints && html`
      <${Print} label=${t('enrol.print_server')} groups=${prints.server} />
      <${Print} label=${t('enrol.print_reviewers')} groups=${prints.reviewers} none=${t('enrol.print_none')} />`}</div>
    ${error && html`<${Notice} alert><p>${error}</p><button type="button" onClick=${onAgain}>${t('queue.again')}</button></${Notice}>`}
    <div class="stack"><button type="button" class="main big wide" data-act="same" disabled=${busy || !prints} onClick=${onYes}>${t('enrol.same')}</button>
      <button type="button" class="wide" data-act="differs" disabled=${busy || !prints} onClick=${onNo}>${t('enrol.differs')}</button></div>
  </${Frame}>`;
}

export function Differs({ onAgain, onSignOut }) {
  return html`<${Frame} title=${t('enrol.stop')} back=${t('home.sign_out')} onBack=${onSignOut}>
    <${Notice} alert title=${t('enrol.stop_what')}><p>${t('enrol.stop_how')}</p></${Notice}>
    <p><button type="button" data-act="enrol-anew" onClick=${onAgain}>${t('enrol.stop_again')}</button></p>
  </${Frame}>`;
}
