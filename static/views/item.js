// One item a screen. The answer is one tap; the concept note is one tap away;
// help and stop are always under the thumb; back loses nothing.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { TwoTexts } from '../parts/two-texts.js';
import { DangerBar } from '../parts/danger-bar.js';
import { ASKED, SEEN, Options, YesNo } from '../parts/answer-buttons.js';
import { Field, Pick, SearchList } from '../parts/fields.js';

// Oldest age that is taken; more is a typing slip.
const OLDEST = 120;

function Age({ value, bands, missing, ear, onAnswer }) {
  const known = /^\d+$/.test(value || '') ? value : '';
  const [typed, setTyped] = useState(known);
  const age = parseInt(typed, 10);
  const good = typed !== '' && age >= 0 && age <= OLDEST;
  const submit = (e) => { e.preventDefault(); if (good) onAnswer(String(age)); };
  return html`<div class="stack">
    <form class="row" onSubmit=${submit}>
      <${Field} label=${t('ask.age_years')}><input class="short" inputmode="numeric" autocomplete="off" maxlength="3" value=${typed}
        aria-invalid=${typed !== '' && !good ? 'true' : undefined} onInput=${(e) => setTyped(e.currentTarget.value.replace(/\D/g, ''))} /></${Field}>
      <button class="main big grow" style="align-self:end" data-act="age" disabled=${!good}>${t('ask.accept')}</button>
    </form>
    <h2>${t('ask.age_band')}</h2>
    <${Options} options=${[...bands, ...missing]} value=${value} ear=${ear} onAnswer=${onAnswer} />
  </div>`;
}

function Many({ options, missing, value, ear, onAnswer }) {
  const start = (value || '').split(',').filter((c) => options.some((o) => o.code === c));
  const [chosen, setChosen] = useState(start);
  return html`<div class="stack">
    <${Pick} many legend=${t('ask.choose_many')} name="many" options=${options} value=${chosen} ear=${ear} onPick=${setChosen} />
    <button type="button" class="main big wide" data-act="many" disabled=${!chosen.length} onClick=${() => onAnswer([...chosen].sort().join(','))}>${t('ask.accept')}</button>
    <${Options} options=${missing} value=${value} ear=${ear} onAnswer=${onAnswer} />
  </div>`;
}

// Lists longer than this get a search box.
const LONG_LIST = 12;

function Answers({ item, value, options, first, missing, person, ear, onAnswer }) {
  const observed = item.kind === 'observation';
  switch (item.type) {
    case 'yes_no':
      return html`<${YesNo} codes=${observed ? SEEN : ASKED} value=${value} observed=${observed} person=${person} ear=${ear} onAnswer=${onAnswer} />`;
    case 'none':
      return html`<button type="button" class="main big wide" data-answer="shown" onClick=${() => onAnswer('shown')}>${t('ask.read')}</button>`;
    case 'age':
      return html`<${Age} value=${value} bands=${options} missing=${missing} ear=${ear} onAnswer=${onAnswer} />`;
    case 'multi':
      return html`<${Many} options=${options} missing=${missing} value=${value} ear=${ear} onAnswer=${onAnswer} />`;
    default:
      return options.length > LONG_LIST
        ? html`<div class="stack"><${SearchList} label=${t('ask.search')} options=${options} first=${first} value=${value} onPick=${onAnswer} />
            <${Options} options=${missing} value=${value} ear=${ear} onAnswer=${onAnswer} /></div>`
        : html`<${Options} options=${[...options, ...missing]} value=${value} ear=${ear} onAnswer=${onAnswer} />`;
  }
}

// note: {asks, not, avoid, threshold, law:[...], figures:[...], title}: the agent's own reading.
export function ConceptNote({ note }) {
  const parts = [['asks', note.asks], ['not', note.not], ['avoid', note.avoid], ['threshold', note.threshold]];
  return html`<details><summary>${t('ask.note')}</summary><div class="in"><dl class="facts">
    ${parts.map(([id, text]) => text && html`<dt key=${id}>${t('ask.note_' + id)}</dt><dd lang=${note.locale}>${text}</dd>`)}
    ${note.law.length > 0 && html`<dt>${t('ask.note_law')}</dt><dd class="small">${note.law.join(' · ')}</dd>`}
    ${note.figures.map((f) => html`<dt key=${f.code}>${t('ask.note_figure')}</dt><dd class="small">${f.value} (${f.year}) · ${f.source}${f.verified ? '' : ' · ' + t('ask.figure_unverified')}</dd>`)}
  </dl></div></details>`;
}

// Shared: an answer that may be said for a group too, whoever is in it.
function Shared({ shared }) {
  return html`<section class="stack tight" data-shared><p class="small"><span lang=${shared.locale}>${shared.text}</span> <span class="strong">${shared.answer}</span></p>
    <p class="small soft">${t('ask.share')}</p>
    <p class="row wrap">${shared.letters.map((l) => html`<button key=${l.code} type="button" data-group=${l.code} aria-pressed=${l.on ? 'true' : 'false'} onClick=${() => shared.onShare(l.code)}>${t('encounter.group', { g: l.code })}</button>`)}</p></section>`;
}

export function Item(props) {
  const { item, asked, beside, fellBack, value, note, progress, failed, live } = props;
  const kind = t('ask.kind_' + item.kind);
  return html`<${Frame} title=${null} onBack=${props.onBack} live=${live}
      push=${html`<span class="small soft">${t('ask.progress', progress)}</span>`}
      dock=${props.onDanger ? html`<${DangerBar} onDanger=${props.onDanger} onStop=${props.onStop} />` : null}>
    <p class="small soft">${props.who} · ${kind}</p>
    <${TwoTexts} asked=${asked} beside=${beside} fellBack=${fellBack} focusKey=${item.id} />
    ${props.slot}
    ${failed && html`<${Notice} alert title=${t('ask.not_saved')}><p>${failed}</p><button type="button" onClick=${props.onRetry}>${t('ask.save_again')}</button></${Notice}>`}
    ${props.inherited && html`<${Notice} title=${t('ask.inherited', props.inherited)}><button type="button" data-act="ask-this" onClick=${props.inherited.onAsk}>${t('ask.ask_this')}</button></${Notice}>`}
    <div key=${item.id} class="stack"><${Answers} item=${item} value=${value} options=${props.options} first=${props.first} missing=${props.missing}
      person=${props.person} ear=${props.ear} onAnswer=${props.onAnswer} /></div>
    ${value && html`<button type="button" class="wide" data-act="forward" onClick=${props.onForward}>${t('ask.forward')} <span aria-hidden="true">→</span></button>`}
    ${props.shared && html`<${Shared} shared=${props.shared} />`}
    ${props.said > 0 && html`<button type="button" class="wide" data-act="said" onClick=${props.onSaid}>${t('ask.said', { n: props.said })}</button>`}
    ${props.onLanguage && html`<button type="button" class="wide" data-act="language" onClick=${props.onLanguage}>${t('person.language_is', { name: props.language })}</button>`}
    ${props.onCard && html`<button type="button" class="wide" data-act="card" onClick=${props.onCard}>${t('card.open')}</button>`}
    ${props.onHand && html`<button type="button" class="wide" data-act="hand" onClick=${props.onHand}>${t('hand.open')}</button>`}
    ${note && html`<${ConceptNote} key=${'note' + item.id} note=${note} />`}
  </${Frame}>`;
}
