// The book, and the limits of who reads: sound, in words, and what is handed over
// is what was chosen.
import { html } from '../vendor/ui.js';
import { readingText } from '../app/admin.js';
import { ACTS, actText, auditQuery, auditRows } from '../app/audit.js';
import { folio } from '../crypto/folio.js';
import { Audit } from '../views/audit.js';
import { Agencies, ChangeReading, Reading } from '../views/reading.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { book } from './views.fixture.js';

const nothing = () => undefined;
const head = '{"seq":12,"hash":"' + 'ab'.repeat(32) + '","at":"2026-03-01T09:00:00Z","root_kid":"0011223344556677","signature":"' + 'x'.repeat(86) + '"}';
const rows = [
  { seq: 12, at: 'hoy', who: 'Jefa de sistemas', what: 'Leyó un registro', about: 'AAAA-BBBB-C', detail: '' },
  { seq: 11, at: 'ayer', who: 'El servidor', what: 'login_of_a_later_server', about: 'f'.repeat(64), detail: 'state=25&level=possible_victim&' + 'x'.repeat(200) },
];
const audit = (/** @type {object} */ more = {}) => html`<${Audit} want=${{}} rows=${rows} head=${head} more people=${[{ code: 'a', text: 'Jefa' }]} acts=${[{ code: 'login', text: 'Inició sesión' }]}
  onWant=${nothing} onOlder=${nothing} onNewest=${nothing} onCopy=${nothing} onAgain=${nothing} ...${more} />`;
const codes = { posts: [{ code: 'labour_inspector', text: 'Inspección' }, { code: 'police_officer', text: 'Policía' }], states: [{ code: '25', text: 'Sinaloa' }, { code: '02', text: 'Baja California' }],
  tasks: [{ code: 'children', text: 'Niñas y niños', note: 'Lee sus registros.' }, { code: 'identity', text: 'Contacto', note: 'Lo abre.' }] };
const institutions = [{ id: 'uno', name: 'Una institución con un nombre muy largo', authority: '' }, { id: 'dos', name: 'Dos', authority: 'police' }];
const authorities = [{ code: 'police', text: 'Policía' }, { code: 'labour', text: 'Trabajo' }];
const wait = () => new Promise((resolve) => { setTimeout(resolve, 20); });

for (const [name, screen] of Object.entries({
  full: () => audit({ want: { cursor: '5' }, failure: 'No' }), empty: () => audit({ rows: [], head: null, more: false }),
})) test(`audit screen: ${name}`, async () => sound(await draw(screen())));

test('audit: a new filter begins at the newest, and the proof is there to copy by hand', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(audit({ want: { who: 'a', cursor: '9' }, onWant: (/** @type {any} */ w) => got.push(w), onOlder: () => got.push('older'), onNewest: () => got.push('newest'), onCopy: () => got.push('copy') }));
  const what = stage.querySelectorAll('select')[1];
  what.value = 'login';
  what.dispatchEvent(new Event('change', { bubbles: true }));
  for (const act of ['older', 'newest', 'copy-head']) find(stage, `[data-act=${act}]`).click();
  equal(got, [{ who: 'a', what: 'login', cursor: '' }, 'older', 'newest', 'copy']);
  equal(find(stage, '[data-head]').textContent, head);
});

test('audit: entries in words, records by their folio, and a code where there is no word', async () => {
  const id = '01936a10-7c2e-7a31-8f00-000000000001';
  const e = (/** @type {string} */ who, /** @type {string} */ what, /** @type {string} */ about, detail = '') => ({ seq: 1, at: '2026-03-01T09:00:00Z', who, what, id: about, detail });
  const known = { accounts: [{ id: 'a', display: 'Jefa' }, { id: 'b', display: 'Inspectora' }], agencies: [{ id: 'uno', name: 'Uno' }], book: book() };
  const out = await auditRows([e('a', 'read_detection', id), e('system', 'login_failed', 'b'), e('gone', 'of_a_later_server', 'x'), e('a', 'agency_authority', 'uno', 'nobody'), e('a', 'login', id)], known);
  equal(out.map((r) => [r.who, r.what, r.about, r.detail]), [
    ['Jefa', 'audit.what_read_detection', await folio(id), ''], ['audit.system', 'audit.what_login_failed', 'Inspectora', ''],
    ['gone', 'of_a_later_server', 'x', ''], ['Jefa', 'audit.what_agency_authority', 'Uno', 'nobody'], ['Jefa', 'audit.what_login', id, '']]);
  equal(actText('constructor'), 'constructor');
  equal(new Set(ACTS).size, ACTS.length);
});

test('audit: what is not chosen is not asked', () => {
  equal(auditQuery({}), '');
  equal(auditQuery({ who: 'a', to: '2026-01-02', cursor: '7', other: 'x' }), 'who=a&to=2026-01-02&cursor=7');
});

test('reading: all, some or the usual, and what each task means stands beside it', async () => {
  const got = /** @type {any[]} */ ([]);
  const row = { id: 'b', reading: { posts: ['police_officer'], regions: ['*'], tasks: ['identity'] } };
  const stage = await draw(html`<main><h1 tabindex="-1">x</h1><${ChangeReading} row=${row} ...${codes} onReading=${(/** @type {any} */ r, /** @type {any} */ v) => got.push([r.id, v])} /></main>`);
  find(stage, 'details').open = true;
  find(stage, 'h1').focus();
  await sound(stage);
  ok(stage.textContent?.includes('Lee sus registros.'));
  find(stage, '[data-act=reading]').click();
  find(stage, '[value=labour_inspector]').click();
  await wait();
  find(stage, '[value=children]').click();
  await wait();
  find(stage, '[data-act=reading]').click();
  const [posts, regions] = stage.querySelectorAll('select');
  for (const [select, value] of /** @type {[any, string][]} */ ([[posts, ''], [regions, 'some']])) { select.value = value; select.dispatchEvent(new Event('change', { bubbles: true })); await wait(); }
  find(stage, '[value="25"][type=checkbox]').click();
  await wait();
  find(stage, '[data-act=reading]').click();
  equal(got.map(([id, v]) => [id, v.posts, v.regions, v.tasks]), [['b', ['police_officer'], ['*'], ['identity']], ['b', ['police_officer', 'labour_inspector'], ['*'], ['identity', 'children']], ['b', [], ['25'], ['identity', 'children']]]);
});

test('reading: a new account starts with the usual and no task', async () => {
  const stage = await draw(html`<${Reading} value=${{ posts: [], regions: [], tasks: [] }} ...${codes} onReading=${nothing} />`);
  equal([...stage.querySelectorAll('select')].map((s) => s.value), ['', '']);
  equal([...stage.querySelectorAll('input')].filter((i) => i.checked).length, 0);
});

test('reading: one line says it, and of who reads no record nothing', () => {
  equal(readingText({ account: 'agent', posts: [], regions: [], tasks: [] }, book()), '');
  equal(readingText({ account: 'supervisor', posts: ['labour_inspector'], regions: ['*'], tasks: [] }, book()),
    'reading.posts: Inspección · reading.regions: reading.regions_all · reading.tasks: reading.no_tasks');
  ok(readingText({ account: 'analyst', posts: [], regions: [], tasks: ['children'] }, book()).includes('reading.task_children'));
});

test('agencies: an authority is changed and a new agency never lacks one', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<main><h1 tabindex="-1">x</h1><${Agencies} institutions=${institutions} authorities=${authorities} states=${codes.states}
    onAuthority=${(/** @type {any} */ r, /** @type {string} */ a) => got.push([r.id, a])} onAgency=${(/** @type {any} */ f) => got.push(f)} /></main>`);
  for (const d of stage.querySelectorAll('details')) d.open = true;
  find(stage, 'h1').focus();
  await sound(stage);
  const pick = async (/** @type {any} */ select, /** @type {string} */ value) => { select.value = value; select.dispatchEvent(new Event('change', { bubbles: true })); await wait(); };
  ok(find(stage, '[data-agency=uno] [data-act=authority]').disabled);
  await pick(find(stage, '[data-agency=uno] select'), 'labour');
  find(stage, '[data-agency=uno] [data-act=authority]').click();
  const form = find(stage, '[data-new-agency]');
  const name = find(form, 'input');
  name.value = ' Nueva ';
  name.dispatchEvent(new Event('input', { bubbles: true }));
  await wait();
  ok(find(form, '[data-act=create-agency]').disabled, 'it has no authority yet');
  await pick(find(form, 'select'), 'police');
  find(form, '[data-act=create-agency]').click();
  equal(got, [['uno', 'labour'], { name: 'Nueva', authority: 'police', region: '' }]);
});
