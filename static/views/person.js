// Before the first question: the language of the person, who interprets, and
// whom of the list this person belongs with.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice, Mark } from '../parts/notice.js';
import { Pick, SearchList, Select } from '../parts/fields.js';

// Greeting: a published text in the person's language, cited, never a question.
function Greeting({ greeting }) {
  return html`<details><summary>${t('person.greeting')}</summary><figure class="card"><blockquote class="said long" lang=${greeting.locale} style="margin:0">${greeting.text}</blockquote>
    <figcaption class="small"><${Mark}>${t('person.greeting_mark')}</${Mark}> ${t('person.greeting_source')}</figcaption></figure></details>`;
}

export function Person(props) {
  const { number, draft, languages, first, language, interpreters, others } = props;
  const set = (field) => (value) => props.onChange({ [field]: value });
  return html`<${Frame} title=${t('encounter.person', { n: number })} onBack=${props.onBack}
      dock=${html`<button type="button" class="main big" data-act="begin-person" disabled=${!draft.language} onClick=${props.onBegin}>${t('person.begin')}</button>`}>
    <details open=${!draft.language}><summary>${language ? t('person.language_is', { name: language.text }) : t('person.language')}</summary>
      <div class="in"><${SearchList} label=${t('person.language_search')} options=${languages} first=${first} value=${draft.language} onPick=${set('language')} />
        <p class="small soft">${t('person.language_missing')}</p></div></details>
    ${props.onFinder && html`<button type="button" class="wide" data-act="finder" onClick=${props.onFinder}>${t('finder.open')}</button>`}
    ${language && language.code !== 'es-MX' && language.greeting && html`<${Greeting} greeting=${language.greeting} />`}
    ${language && !language.screening && html`<${Notice} title=${t('person.no_text')}><p>${t('person.no_text_how')}</p>
      <button type="button" data-act="interpreters" onClick=${props.onCalling}>${t('calling.open')}</button></${Notice}>`}
    <${Select} label=${t('person.interpreter')} value=${draft.interpreter} options=${interpreters} onPick=${set('interpreter')} />
    ${props.conflict && html`<${Notice} title=${t('card.conflict')}><p>${props.conflict}</p></${Notice}>`}
    ${language && language.code !== 'es-MX' && html`<p class="small">${t('person.interpreter_never')}</p>`}
    ${props.groups.length > 0 && html`<${Select} label=${t('person.group')} hint=${t('person.group_hint')} value=${draft.group} empty=${t('person.group_none')}
      options=${props.groups.map((g) => ({ code: g, text: t('encounter.group', { g }) }))} onPick=${set('group')} />`}
    ${props.said.length > 0 && html`<details><summary>${t('ask.said', { n: props.said.length })}</summary><div class="in"><ul class="lines">
      ${props.said.map((f) => html`<li key=${f.item}><span lang=${f.locale}>${f.text}</span> <span class="strong">${f.answer}</span> <span class="mark">${t('answers.said', { n: f.by })}</span></li>`)}</ul></div></details>`}
    ${others.length > 0 && html`<details open=${(draft.linked || []).length > 0}><summary>${t('person.linked')}</summary>
      <div class="in"><${Pick} many legend=${t('person.linked_how')} name="linked" value=${draft.linked} onPick=${set('linked')}
        options=${others.map((o) => ({ code: o.id, text: t('encounter.person', { n: o.number }) }))} /></div></details>`}
    <${Notice}><p class="strong">${t('person.alone')}</p><ul class="dots">
      <li>${t('person.alone_1')}</li><li>${t('person.alone_2')}</li><li>${t('person.alone_3')}</li></ul></${Notice}>
  </${Frame}>`;
}
