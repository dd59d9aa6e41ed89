// One protocol as it runs: modules and items in order, levels, offences, acts by
// post; beside it what it can find, and a walk through it.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Condition } from '../parts/condition.js';
import { Select } from '../parts/fields.js';
import { Frame } from '../parts/frame.js';
import { Mark, Notice } from '../parts/notice.js';
import { Finds } from './finds.js';

const TABS = ['flow', 'try', 'coverage'];

function Tabs({ tab, onTab }) {
  return html`<div class="row wrap" role="group" aria-label=${t('library.views')}>${TABS.map((name) => html`<button type="button" key=${name} data-tab=${name} aria-pressed=${name === tab ? 'true' : 'false'} onClick=${() => onTab(name)}>${t('library.tab_' + name)}</button>`)}</div>`;
}

// Fold: drawn only when it is opened: a protocol has some hundred items.
function Fold({ title, lang, note, open, children }) {
  const [shown, setShown] = useState(Boolean(open));
  return html`<details open=${shown} onToggle=${(e) => setShown(e.currentTarget.open)}><summary><span><span lang=${lang}>${title}</span>${note && html` <span class="small soft">${note}</span>`}</span></summary>
    <div class="in">${shown && children()}</div></details>`;
}

// When: a condition under a label.
function When({ label, said }) {
  return html`<div class="small stack tight"><span class="strong">${label}</span><div><${Condition} said=${said} /></div></div>`;
}

function Answers({ item }) {
  return html`<ul class="dots small">${item.answers.map((a) => html`<li key=${a.code}><span class="strong">${a.text}</span>${a.meets && html` → ${a.meets.text} <span class="soft">(${a.meets.kind})</span>`}${a.ends && html` → ${t('library.ends')}`}</li>`)}
    ${item.from && html`<li class="soft">${item.from}</li>`}</ul>`;
}

function Item({ item }) {
  return html`<li class="card" data-item=${item.id}>
    <p class="row wrap" style="gap:.4rem"><span class="tag">${item.kind}</span>${item.marks.map((mark) => html`<span class="small soft" key=${mark}>${mark}</span>`)}</p>
    <p class="strong" lang=${item.text.locale}>${item.text.text}</p>
    ${item.child && html`<p><span class="small soft">${t('library.child')}: </span><span lang=${item.child.locale}>${item.child.text}</span></p>`}
    ${item.asked && html`<${When} label=${t('library.asked')} said=${item.asked} />`}
    ${(item.answers.length > 0 || item.from) && html`<${Answers} item=${item} />`}
    ${item.note.length > 0 && html`<dl class="facts small">${item.note.map((n) => html`<dt key=${n.part}>${n.label}</dt><dd lang=${n.locale}>${n.text}</dd>`)}</dl>`}
    ${item.law.length > 0 && html`<p class="small">${t('ask.note_law')}: ${item.law.join(' · ')}</p>`}
    ${item.source && html`<p class="small soft" lang="es-MX">${t('library.source')}: ${item.source}</p>`}</li>`;
}

function Modules({ modules, all }) {
  return html`${modules.map((m) => html`<${Fold} key=${m.id + all} open=${all} lang=${m.title.locale} title=${m.n + '. ' + m.title.text} note=${t('library.items', { n: m.items.length })}>${() => html`
    ${m.opens ? html`<${When} label=${t('library.opens')} said=${m.opens} />` : html`<p class="small soft">${t('library.opens_always')}</p>`}
    <ul class="stack">${m.items.map((item) => html`<${Item} key=${item.id} item=${item} />`)}</ul>`}</${Fold}>`)}`;
}

function Levels({ levels }) {
  return html`<ol class="stack">${levels.map((l) => html`<li key=${l.id} class="card"><p class="strong">${l.level}</p><p lang=${l.text.locale}>${l.text.text}</p>
    <${When} label=${t('library.holds')} said=${l.when} />${l.source && html`<p class="small soft" lang="es-MX">${l.source}</p>`}</li>`)}</ol>`;
}

function Offence({ offence }) {
  return html`<${When} label=${t('library.suggested')} said=${offence.when} />
    <ul class="lines">${offence.elements.map((e) => html`<li key=${e.code} class="stack tight"><span lang=${e.locale}>${e.text}</span>
      ${e.indicators.length > 0 ? html`<span class="small soft">${t('library.supported', { list: e.indicators.map((i) => i.text).join('; ') })}</span>` : html`<span class="small soft">${t('result.element_beyond')}</span>`}
      ${e.notNeeded && html`<${When} label=${t('library.not_needed')} said=${e.notNeeded} />`}</li>`)}</ul>
    ${offence.open.map((q) => html`<p class="small" key=${q}><${Mark}>${t('library.open_question')}</${Mark}> ${q}</p>`)}`;
}

function Offences({ offences, law, lawyer }) {
  return html`${!lawyer && html`<p><${Mark}>${t('result.no_lawyer')}</${Mark}></p>`}
    ${law.text && html`<p class="small soft" lang="es-MX">${law.text}${law.source && ' · ' + law.source}</p>`}
    ${offences.map((o) => html`<${Fold} key=${o.code} title=${o.text}>${() => html`<${Offence} offence=${o} />`}</${Fold}>`)}`;
}

function Acts({ roles, role, actions, onRole }) {
  return html`<${Select} label=${t('library.role')} value=${role} options=${roles} empty=${t('encounter.choose')} onPick=${onRole} />
    ${actions.map((part) => html`<section class="stack" key=${part.kind}><h3>${part.title}</h3><ul class="stack">${part.acts.map((a) => html`<li key=${a.code} class="card"><p lang=${a.locale}>${a.text}</p>
      ${(a.to || a.by) && html`<p class="small strong">${[a.to, a.by].filter(Boolean).join(' · ')}</p>`}
      <${Fold} title=${t('library.holds')}>${() => html`<div class="small"><${Condition} said=${a.when} /></div>`}</${Fold}>
      ${a.law.length > 0 && html`<p class="small soft">${a.law.join(' · ')}</p>`}</li>`)}</ul></section>`)}`;
}

function Flow({ flow, lawyer, role, actions, onRole }) {
  const [all, setAll] = useState(false);
  return html`<section class="stack" aria-labelledby="modules"><h2 id="modules">${t('library.modules')}</h2>
      <p class="small soft">${t('library.modules_how')}</p>
      <p><button type="button" data-act="unfold" onClick=${() => setAll(!all)}>${t(all ? 'library.fold' : 'library.unfold')}</button></p>
      <${Modules} modules=${flow.modules} all=${all} /></section>
    <section class="stack"><h2>${t('library.child_path')}</h2><${When} label=${t('library.child_path_when')} said=${flow.child.path} /><${When} label=${t('library.child_words_when')} said=${flow.child.words} /></section>
    <section class="stack"><h2>${t('library.levels')}</h2><p class="small soft">${t('library.levels_how')}</p><${Levels} levels=${flow.levels} /></section>
    <section class="stack"><h2>${t('result.offences')}</h2><${Offences} offences=${flow.offences} law=${flow.law} lawyer=${lawyer} /></section>
    <section class="stack"><h2>${t('library.acts')}</h2><${Acts} roles=${flow.roles} role=${role} actions=${actions} onRole=${onRole} /></section>`;
}

function Head({ head }) {
  return html`<p class="row wrap" style="gap:.4rem"><span class="small soft">${t('library.version', { n: head.version })}</span>${head.base && html`<${Mark}>${t('library.base')}</${Mark}>`}${!head.lawyer && html`<${Mark}>${t('result.no_lawyer')}</${Mark}>`}</p>
    <p class="small">${t('library.places', { list: head.places.join(', ') })}</p><p class="small">${t('library.posts', { list: head.posts.join(', ') })}</p>
    ${head.budget && html`<p class="small">${t('library.budget', head.budget)}</p>`}`;
}

// head: {title, version, base, lawyer, places, posts, budget}; of flow, trial and coverage the one whose tab is open.
export function Protocol(props) {
  const { head, tab, flow, trial, coverage, busy, failure, live } = props;
  return html`<${Frame} title=${head ? head.title.text : t('desk.nav_protocols')} wide back=${t('desk.nav_protocols')} onBack=${props.onBack} live=${live}>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    <div class="stack" style="gap:1.25rem" aria-busy=${busy ? 'true' : 'false'}>${head && html`<${Head} head=${head} /><${Tabs} tab=${tab} onTab=${props.onTab} />
      ${flow && html`<${Flow} flow=${flow} lawyer=${head.lawyer} role=${props.role} actions=${props.actions} onRole=${props.onRole} />`}
      ${trial}
      ${coverage && html`<${Finds} coverage=${coverage} by=${props.by} onBy=${props.onBy} />`}`}</div>
  </${Frame}>`;
}
