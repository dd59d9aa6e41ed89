// Whose records an account reads, what it is named for, and what authority each
// institution is: the three things that decide what anybody sees.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Field, Pick, Select } from '../parts/fields.js';

const ALL = '*';
const SOME = 'some';

// LONGEST_NAME is the server's, as of an account.
const LONGEST_NAME = 120; // characters

/** Whether this kind of account reads records at all. @param {string} kind */
export const readsRecords = (kind) => kind === 'supervisor' || kind === 'analyst';

// Extent: those of the institution, all, or some that are picked.
function Extent({ name, codes, options, onCodes }) {
  const [some, setSome] = useState(codes.length > 0 && !codes.includes(ALL));
  const value = some ? SOME : codes.includes(ALL) ? ALL : '';
  const choose = (v) => { setSome(v === SOME); onCodes(v === ALL ? [ALL] : []); };
  return html`<${Select} label=${t('reading.' + name)} hint=${t('reading.' + name + '_how')} value=${value} empty=${t('reading.' + name + '_usual')} onPick=${choose}
      options=${[{ code: ALL, text: t('reading.' + name + '_all') }, { code: SOME, text: t('reading.some') }]} />
    ${some && html`<${Pick} many legend=${t('reading.' + name + '_some')} name=${name} options=${options} value=${codes} onPick=${onCodes} />`}`;
}

// value: {posts, regions, tasks}.
export function Reading({ value, posts, states, tasks, onReading }) {
  const set = (field) => (codes) => onReading({ ...value, [field]: codes });
  return html`<${Extent} name="posts" codes=${value.posts} options=${posts} onCodes=${set('posts')} />
    <${Extent} name="regions" codes=${value.regions} options=${states} onCodes=${set('regions')} />
    <${Pick} many legend=${t('reading.tasks')} name="tasks" options=${tasks} value=${value.tasks} onPick=${set('tasks')} />`;
}

export function ChangeReading({ row, posts, states, tasks, busy, onReading }) {
  const [value, setValue] = useState(row.reading);
  const submit = (e) => { e.preventDefault(); onReading(row, value); };
  return html`<details><summary>${t('reading.change')}</summary><form class="in" onSubmit=${submit} data-reading>
    <p class="small">${t('reading.change_how')}</p>
    <${Reading} value=${value} posts=${posts} states=${states} tasks=${tasks} onReading=${setValue} />
    <button class="main wide" data-act="reading" disabled=${busy}>${t('reading.change_do')}</button></form></details>`;
}

function Agency({ row, authorities, busy, onAuthority }) {
  const [authority, setAuthority] = useState(row.authority);
  const submit = (e) => { e.preventDefault(); onAuthority(row, authority); };
  return html`<li class="card" data-agency=${row.id}><h3>${row.name}</h3><form class="stack" onSubmit=${submit}>
    <${Select} label=${t('agencies.authority')} value=${authority} options=${authorities} empty=${t('agencies.nobody_said')} onPick=${setAuthority} />
    <button data-act="authority" disabled=${busy || authority === row.authority}>${t('agencies.save')}</button></form></li>`;
}

function NewAgency({ authorities, states, busy, onAgency }) {
  const [form, setForm] = useState({ name: '', authority: '', region: '' });
  const set = (field) => (value) => setForm({ ...form, [field]: value });
  const submit = (e) => { e.preventDefault(); if (form.authority) onAgency({ ...form, name: form.name.trim() }); };
  return html`<details><summary>${t('agencies.new')}</summary><form class="in" onSubmit=${submit} data-new-agency>
    <${Field} label=${t('agencies.name')}><input name="agency-name" autocomplete="off" required maxlength=${LONGEST_NAME} value=${form.name} onInput=${(e) => set('name')(e.currentTarget.value)} /></${Field}>
    <${Select} label=${t('agencies.authority')} value=${form.authority} options=${authorities} empty=${t('encounter.choose')} onPick=${set('authority')} />
    <${Select} label=${t('agencies.region')} value=${form.region} options=${states} empty=${t('agencies.whole_country')} onPick=${set('region')} />
    <button class="main wide" data-act="create-agency" disabled=${busy || !form.authority}>${t('agencies.create')}</button></form></details>`;
}

export function Agencies(props) {
  return html`<section class="stack" aria-labelledby="agencies"><h2 id="agencies">${t('agencies.title')}</h2><p>${t('agencies.how')}</p>
    <ul class="stack">${props.institutions.map((row) => html`<${Agency} key=${row.id + row.authority} ...${props} row=${row} />`)}</ul>
    <${NewAgency} key=${'new' + props.institutions.length} ...${props} /></section>`;
}
