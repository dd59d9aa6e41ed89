// The encounter: where it is set up, and its list of persons by number, never by name.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field, Pick, SearchList, Select } from '../parts/fields.js';
import { Coverage } from './coverage.js';
import { Many } from './many.js';

// Guide: the protocol of a visit. A base one says that it is not complete.
function Guide({ guide, named }) {
  if (!named && !guide.base && !guide.budget) return null;
  return html`<div class="stack tight">${named && html`<p class="small soft">${t('encounter.protocol')}: <span lang=${guide.locale}>${guide.text}</span></p>`}
    ${guide.base && html`<p><span class="mark">${t('encounter.base')}</span> <span class="small">${t('encounter.base_how')}</span></p>`}
    ${guide.budget && html`<p class="small soft">${guide.budget}</p>`}</div>`;
}

// Setup: one short form. `place` searches the municipalities where this phone has them.
export function Setup(props) {
  const { draft, settings, protocols, states, municipalities, languages, modes, problems } = props;
  const set = (field) => (value) => props.onChange({ [field]: value });
  return html`<${Frame} title=${t('encounter.setup')} onBack=${props.onBack}
      dock=${html`<button type="button" class="main big" data-act="begin" onClick=${props.onBegin}>${t('encounter.begin')}</button>`}>
    ${problems.length > 0 && html`<${Notice} alert title=${t('encounter.fill')}><ul class="dots">${problems.map((p) => html`<li key=${p}>${t('encounter.fill_' + p)}</li>`)}</ul></${Notice}>`}
    <${Select} label=${t('encounter.setting')} value=${draft.setting} options=${settings} empty=${t('encounter.choose')} onPick=${set('setting')} />
    ${draft.setting && (protocols.length > 0
      ? html`<${Select} label=${t('encounter.protocol')} value=${draft.protocol} onPick=${set('protocol')}
            options=${protocols.map((p) => ({ code: p.code, text: p.text + (p.base ? ' · ' + t('encounter.base') : '') }))} />
          <${Guide} guide=${protocols.find((p) => p.code === draft.protocol) || protocols[0]} />`
      : html`<${Notice}><p>${t('encounter.no_protocol')}</p></${Notice}>`)}
    ${props.unusualRole && html`<${Notice}><p>${t('encounter.unusual_role')}</p></${Notice}>`}
    <${Select} label=${t('encounter.state')} value=${draft.state} options=${states} empty=${t('encounter.choose')} onPick=${set('state')} />
    ${draft.state && municipalities && html`<details open=${!!draft.municipality}>
      <summary>${draft.municipality ? props.municipalityName : t('encounter.municipality')}</summary>
      <div class="in"><${SearchList} label=${t('encounter.municipality_search')} options=${municipalities} value=${draft.municipality} onPick=${set('municipality')} />
      <p class="small soft">${props.municipalitySource}</p></div></details>`}
    ${draft.state && !municipalities && html`<p class="small soft">${t('encounter.municipality_absent')}</p>`}
    <${Select} label=${t('encounter.language')} hint=${t('encounter.language_hint')} value=${draft.language} options=${languages} onPick=${set('language')} />
    <details open=${draft.mode !== 'live'}><summary>${t('encounter.mode_more')}</summary><div class="in">
      <${Pick} legend=${t('encounter.mode')} name="mode" options=${modes} value=${draft.mode} onPick=${set('mode')} />
      ${draft.mode === 'paper' && html`<${Field} label=${t('encounter.occurred')} hint=${t('encounter.occurred_hint')}>
        <input type="datetime-local" value=${draft.occurred} max=${props.nowLocal} onInput=${(e) => set('occurred')(e.currentTarget.value)} /></${Field}>`}
    </div></details>
  </${Frame}>`;
}

// PersonRow: state is going_on, paused, finished, sealed, refused or not_reached.
function PersonRow({ person, onOpen }) {
  const open = person.state === 'going_on' || person.state === 'finished';
  const body = html`<span class="stack tight">
      <span class="strong">${t('encounter.person', { n: person.number })}</span>
      <span class="small soft">${t('encounter.state_' + person.state)}${person.linked.length ? ' · ' + t('encounter.with', { list: person.linked.join(', ') }) : ''}${person.group ? ' · ' + t('encounter.group', { g: person.group }) : ''}</span>
      ${person.left && html`<span class="small soft">${t('encounter.left', { n: person.left })}</span>`}
    </span><span class="nowrap strong">${person.folio || ''}</span>`;
  return html`<li>${open
    ? html`<button type="button" class="link-row" data-person=${person.number} onClick=${() => onOpen(person.id, person.state)}>${body}</button>`
    : html`<div class="card"><div class="link-row">${body}</div></div>`}</li>`;
}

export function Encounter(props) {
  const { setting, place, persons, observed, mode, live } = props;
  const bar = html`<button type="button" data-act="close" onClick=${props.onClose}>${t('encounter.close')}</button>
    <button type="button" class="main big" data-act="next" onClick=${props.onNext}>${t(persons.length ? 'encounter.next' : 'encounter.first')}</button>`;
  return html`<${Frame} title=${t('encounter.title')} back=${t('home.title')} onBack=${props.onBack} dock=${bar} live=${live}>
    <p class="soft">${setting} · ${place}</p>
    <${Guide} guide=${props.guide} named />
    ${mode !== 'live' && html`<p><span class="mark">${t('encounter.mode_' + mode)}</span></p>`}
    ${observed.total > 0 && html`<button type="button" class=${'link-row' + (observed.done < observed.total && !persons.length ? ' main' : '')} data-act="observe" onClick=${props.onObserve}>
      <span>${t('encounter.observe')}</span><span class="nowrap">${observed.done} / ${observed.total}</span></button>`}
    <${Many} ...${props.many} />
    <${Coverage} of=${props.covered} />
    <section class="stack"><h2>${t('encounter.persons')}</h2>
      ${persons.length === 0 && html`<p>${t('encounter.nobody')}</p>`}
      ${props.hidden > 0 && html`<button type="button" class="wide" data-act="all" onClick=${props.onAll}>${t('encounter.all', { n: props.hidden })}</button>`}
      <ul class="stack">${persons.map((p) => html`<${PersonRow} key=${p.id} person=${p} onOpen=${props.onOpen} />`)}</ul>
    </section>
    <p class="small soft">${t('encounter.numbers')}</p>
  </${Frame}>`;
}
