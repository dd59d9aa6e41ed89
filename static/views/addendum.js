// Addendum: a later fact, a correction, a withdrawal or an error about a record
// that this phone sealed and cannot open again. Codes only, no free text.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Folio } from '../parts/folio.js';
import { Notice } from '../parts/notice.js';
import { Field, Pick, SearchList } from '../parts/fields.js';

export function Addendum(props) {
  const { draft, recent, kinds, codes, problem, done, busy } = props;
  if (done) {
    return html`<${Frame} title=${t('addendum.done')} onBack=${props.onBack} back=${t('home.title')}>
      <${Folio} folio=${done.folio} /><p>${t('addendum.done_how', { about: done.about })}</p></${Frame}>`;
  }
  const set = (field) => (value) => props.onChange({ [field]: value });
  const needsCodes = draft.what === 'new_fact' || draft.what === 'correction';
  const toggle = (code) => set('codes')(draft.codes.includes(code) ? draft.codes.filter((c) => c !== code) : [...draft.codes, code]);
  return html`<${Frame} title=${t('addendum.title')} onBack=${props.onBack}
      dock=${html`<button type="button" class="main big" data-act="seal-addendum" disabled=${busy} onClick=${props.onSeal}>${t('addendum.seal')}</button>`}>
    <p>${t('addendum.how')}</p>
    <${Field} label=${t('addendum.about')} hint=${t('addendum.about_hint')}>
      <input autocomplete="off" autocapitalize="characters" spellcheck=${false} value=${draft.about} onInput=${(e) => set('about')(e.currentTarget.value)} /></${Field}>
    ${recent.length > 0 && html`<details><summary>${t('addendum.recent')}</summary><div class="in"><ul class="stack tight">
      ${recent.map((r) => html`<li key=${r.id}><button type="button" class="link-row" onClick=${() => set('about')(r.folio)}><span class="strong">${r.folio}</span><span class="small soft">${r.at}</span></button></li>`)}</ul></div></details>`}
    <${Pick} legend=${t('addendum.what')} name="what" options=${kinds} value=${draft.what} onPick=${set('what')} />
    ${needsCodes && html`<section class="stack"><h2>${t('addendum.codes')}</h2>
      ${draft.codes.length > 0 && html`<ul class="row wrap">${draft.codes.map((c) => html`<li key=${c}><button type="button" onClick=${() => toggle(c)} ><span class="hidden">${t('addendum.remove')}: </span>${codes.find((o) => o.code === c)?.text} <span aria-hidden="true">✕</span></button></li>`)}</ul>`}
      <${SearchList} key=${draft.codes.length} label=${t('addendum.search')} options=${codes.filter((c) => !draft.codes.includes(c.code))} onPick=${toggle} /></section>`}
    ${problem && html`<${Notice} alert><p>${problem}</p></${Notice}>`}
  </${Frame}>`;
}
