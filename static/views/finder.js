// Language finder: the person sees the names of languages, their own name first
// and large, and touches the one they understand. Those of this visit and of
// this state stand on top; all others are found by their people or by typing.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Eared } from '../parts/ear.js';
import { Field, plainText } from '../parts/fields.js';

// A state with more variants than this is shown by its peoples.
const FEW = 12;
// Rows shown at once: more than this nobody reads, and old phones get slow.
const SHOWN = 60;

// What says a language by ear: its greeting, else its word for language. To hear it is not to choose it.
const GREETINGS = ['greeting.udhr4', 'chrome.language'];

function Tongues({ rows, value, ears, onPick }) {
  return html`<ul class="stack tight">${rows.slice(0, SHOWN).map((o) => {
    const button = html`<button type="button" class="wide start tongue" data-answer=${o.code} aria-pressed=${value === o.code ? 'true' : 'false'} onClick=${() => onPick(o.code)}>
      <span class="own" lang=${o.code.startsWith('variant:') ? undefined : o.code}>${o.own}</span>
      <span class="small">${[o.name !== o.own && o.name, o.where].filter(Boolean).join(' · ')}</span></button>`;
    const said = ears && ears.any(o.code) && GREETINGS.map((id) => (o.messages || {})[id]).find(Boolean);
    return html`<li key=${o.code}>${said ? html`<${Eared} ears=${ears} ids=${GREETINGS} said=${{ text: said.text, locale: o.code }}>${button}</${Eared}>` : button}</li>`;
  })}</ul>
    ${rows.length > SHOWN && html`<p class="small soft">${t('list.more', { n: rows.length - SHOWN })}</p>`}`;
}

function Peoples({ names, onPeople }) {
  return html`<div class="tiles">${names.map((p) => html`<button key=${p} type="button" data-people=${p} onClick=${() => onPeople(p)}>${p}</button>`)}</div>`;
}

const peoplesOf = (rows) => [...new Set(rows.map((o) => o.people).filter(Boolean))].sort((a, b) => a.localeCompare(b, 'es'));

/** @param {any} props options: {code, own, name, people, where, near, find}; near: of this state; here: codes of this visit; ears: what can be heard, see app/hear.js */
export function Finder({ options, here, place, value, ears, onPick, onBack }) {
  const [typed, setTyped] = useState('');
  const [people, setPeople] = useState('');
  const want = plainText(typed.trim());
  const near = options.filter((o) => o.near);
  const found = want ? options.filter((o) => o.find.includes(want))
    : people ? options.filter((o) => o.people === people).sort((a, b) => Number(b.near) - Number(a.near)) : null;
  const section = (title, rows, by) => rows.length > 0 && html`<section class="stack tight"><h2>${title}</h2>
    ${by && rows.length > FEW ? html`<${Peoples} names=${peoplesOf(rows)} onPeople=${setPeople} />` : html`<${Tongues} rows=${rows} value=${value} ears=${ears} onPick=${onPick} />`}</section>`;
  return html`<${Frame} title=${t('finder.title')} onBack=${people && !want ? () => setPeople('') : onBack}>
    <${Field} label=${t('person.language_search')} hint=${t('finder.how')}>
      <input type="search" autocomplete="off" enterkeyhint="search" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} /></${Field}>
    <p class="hidden" role="status">${found ? t('list.found', { n: found.length }) : ''}</p>
    ${found ? html`${found.length ? section(want ? t('list.found', { n: found.length }) : people, found) : html`<p>${t('list.none')}</p>`}`
      : html`${section(t('finder.here'), here.map((code) => options.find((o) => o.code === code)).filter(Boolean))}
        ${section(t('finder.near', { place }), near, true)}
        ${section(t('finder.others'), options.filter((o) => !o.people))}
        <section class="stack tight"><h2>${t('finder.peoples')}</h2><${Peoples} names=${peoplesOf(options)} onPeople=${setPeople} /></section>`}
  </${Frame}>`;
}
