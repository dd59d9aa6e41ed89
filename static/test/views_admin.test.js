// The screens of whoever runs a server: sound, and what they hand over is what
// was typed. A password is never lost and never shown twice.
import { html } from '../vendor/ui.js';
import { accountRows, figureQuery, figureTable, makePassword, wholeMonths } from '../app/admin.js';
import { deviceRows } from '../app/devices.js';
import { languageRows } from '../app/languages.js';
import { Accounts } from '../views/accounts.js';
import { Devices } from '../views/devices.js';
import { Figures } from '../views/figures.js';
import { Languages } from '../views/languages.js';
import { FirstAdmin } from '../views/setup.js';
import { SignIn } from '../views/sign-in.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { book } from './views.fixture.js';

const nothing = () => undefined;
const options = [{ code: 'agent', text: 'Agente' }, { code: 'analyst', text: 'Análisis' }];
const accounts = [
  { id: 'a', username: 'jefa', display: 'Jefa de sistemas', kind: 'Administración', own: true, disabled: false },
  { id: 'b', username: 'inspectora', display: 'Inspectora con un nombre muy largo de Aguascalientes', kind: 'Agente', post: 'Inspección', agency: 'Secretaría', own: false, disabled: false },
  { id: 'c', username: 'antes', display: 'Ángel', kind: 'Supervisión', own: false, disabled: true },
];
const accountProps = (/** @type {object} */ more = {}) => ({
  rows: accounts, kinds: options, posts: [{ code: 'labour_inspector', text: 'Inspección' }], agencies: [{ code: 'uno', text: 'Uno' }, { code: 'dos', text: 'Dos' }], agency: 'uno',
  states: [{ code: '25', text: 'Sinaloa' }], tasks: [{ code: 'children', text: 'Niñas y niños', note: 'Lee sus registros.' }], institutions: [], authorities: [{ code: 'police', text: 'Policía' }],
  made: null, onMake: () => 'una-clave-propuesta', onCreate: nothing, onPassword: nothing, onDisable: nothing, onEnable: nothing, onSeen: nothing, onAgain: nothing, ...more,
});
const devices = [{ id: 'd', name: 'Teléfono 12', who: 'Inspectora', enrolled: 'hoy', seen: 'ayer', revoked: null, trip: 'mañana' }, { id: 'e', name: 'Teléfono 3', who: 'Otra', enrolled: 'hoy', seen: null, revoked: 'ayer' }, { id: 'f', name: 'Teléfono 4', who: '', enrolled: 'hoy', seen: 'ayer', revoked: 'ayer', wiped: 'hoy' }];
const print = '0123456789abcdef'.repeat(4).match(/.{4}/g);
const code = { code: 'ABCD-EFGH-JKMN', qr: `UMBRAL:1:ABCD-EFGH-JKMN:${'a'.repeat(64)}:-`, until: 'hoy', server: print, reviewers: [] };
const want = { by: 'level', and: 'sex', from: '', to: '', training: false };
const table = { heads: ['Nivel', 'Sexo'], rows: [{ key: 'a', texts: ['Posible víctima', 'Mujer'], count: 12 }, { key: 'b', texts: ['No concluyente', 'Mujer'], count: null }], total: null, withheld: true, twice: true, more: 7 };
const figures = (/** @type {object} */ more = {}) => html`<${Figures} want=${want} dimensions=${[{ code: 'level', text: 'Nivel' }, { code: 'sex', text: 'Sexo' }]} table=${table} onWant=${nothing} onExport=${nothing} ...${more} />`;
const part = (/** @type {number} */ n, /** @type {number} */ all) => ({ n, all, statuses: n ? ['draft', 'imported'] : [] });

/** @type {Record<string, () => unknown>} */
const screens = {
  'sign in with a way to set up': () => html`<${SignIn} setup="#/setup" onSubmit=${nothing} />`,
  'first administrator': () => html`<${FirstAdmin} error="No" onSubmit=${nothing} onBack=${nothing} />`,
  accounts: () => html`<${Accounts} ...${accountProps({ failure: 'No' })} />`,
  devices: () => html`<${Devices} rows=${devices} failure="No" onRevoke=${nothing} />`,
  'no devices': () => html`<${Devices} rows=${[]} onRevoke=${nothing} />`,
  figures: () => figures({ failure: 'No' }),
  'no figures': () => figures({ table: { ...table, rows: [], total: 0, withheld: false } }),
  languages: () => html`<${Languages} rows=${[{ code: 'es-MX', name: 'español', autonym: '', gate: 'source', screens: part(9, 9), protocols: null, heard: 0 }, { code: 'tzo', name: 'tsotsil', autonym: 'bats’i k’op', gate: 'certified', screens: part(1, 9), protocols: { n: 0, all: 18 }, heard: 3 }, { code: 'fr', name: 'francés', autonym: 'français', gate: 'marked', screens: part(1, 9), protocols: { n: 0, all: 18 }, heard: 0 }]} states=${[{ code: '25', text: 'Sinaloa' }]} onWork=${nothing} onAdd=${nothing} onRaise=${nothing} onAgain=${nothing} />`,
};

for (const [name, screen] of Object.entries(screens)) test(`admin screen: ${name}`, async () => {
  const stage = await draw(screen());
  for (const d of stage.querySelectorAll('details')) d.open = true;
  await sound(stage);
});

/** @param {any} field @param {string} value @param {string} [event] */
async function fill(field, value, event = 'input') {
  field.value = value;
  field.dispatchEvent(new Event(event, { bubbles: true }));
  await new Promise((resolve) => { setTimeout(resolve, 20); });
}

test('setup: hands over what was typed, without the blanks of a copied code', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${FirstAdmin} onSubmit=${(/** @type {any} */ f) => got.push(f)} onBack=${nothing} />`);
  for (const [name, value] of Object.entries({ code: ' abcd-efgh ', agency: ' Inspección ', username: 'jefa', password: ' con espacios que cuentan ' })) await fill(find(stage, `[name=${name}]`), value);
  find(stage, '[data-act=set-up]').click();
  equal(got, [{ code: 'abcd-efgh', agency: 'Inspección', username: 'jefa', password: ' con espacios que cuentan ' }]);
});

test('setup: a name that the server would refuse is not sent', async () => {
  const stage = await draw(screens['first administrator']());
  const name = find(stage, '[name=username]');
  for (const [typed, fits] of /** @type {[string, boolean][]} */ ([['jefa', true], ['ana.lopez-2', true], ['Jefa', true], ['jé', false], ['jefa peña', false], ['-jefa', false], ['jefa.', false]])) {
    await fill(name, typed);
    equal(name.checkValidity(), fits, typed);
  }
});

test('accounts: an agent needs a post, the others have none', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${Accounts} ...${accountProps({ onCreate: (/** @type {any} */ f) => got.push(f) })} />`);
  const form = find(stage, 'details form');
  form.parentElement.open = true;
  await fill(find(form, '[name=username]'), 'nueva');
  equal(find(form, '[data-act=create]').disabled, true);
  const kind = () => form.querySelectorAll('select');
  await fill(kind()[1], 'labour_inspector', 'change');
  find(form, '[data-act=create]').click();
  await fill(kind()[0], 'analyst', 'change');
  find(form, '[data-act=create]').click();
  equal(got.map((f) => [f.username, f.account, f.post, f.agency, f.password]), [
    ['nueva', 'agent', 'labour_inspector', 'uno', 'una-clave-propuesta'], ['nueva', 'analyst', '', 'uno', 'una-clave-propuesta']]);
});

test('accounts: the password that was made is shown with the focus, until it is handed over', async () => {
  let seen = 0;
  const made = { id: 'b', username: 'inspectora', password: 'abcde-fghjk', isNew: true };
  const stage = await draw(html`<${Accounts} ...${accountProps({ made, onSeen: () => { seen++; } })} />`);
  equal(find(stage, '[data-secret]').textContent, 'abcde-fghjk');
  equal(document.activeElement?.id, 'secret');
  find(stage, '[data-act=secret-seen]').click();
  equal(seen, 1);
  equal((await draw(screens.accounts())).querySelector('[data-secret]'), null);
});

test('accounts: nobody disables themselves; the disabled can be enabled', async () => {
  const got = /** @type {string[]} */ ([]);
  const say = (/** @type {string} */ what) => (/** @type {any} */ row) => got.push(what + ' ' + row.id);
  const stage = await draw(html`<${Accounts} ...${accountProps({ onDisable: say('off'), onEnable: say('on'), onFactors: say('factors') })} />`);
  equal(stage.querySelector('[data-id=a] [data-act=disable]'), null);
  find(stage, '[data-id=b] [data-act=disable]').click();
  find(stage, '[data-id=c] [data-act=enable]').click();
  equal(stage.querySelector('[data-id=a] [data-act=factors-reset]'), null, 'nobody takes off their own by this way');
  find(stage, '[data-id=b] [data-act=factors-reset]').click();
  equal(got, ['off b', 'on c', 'factors b']);
  equal(find(stage, '[data-id=b] [data-act=disable]').checkVisibility(), false, 'off is one tap, without a warning');
});

test('accounts: a name is found without its accents', async () => {
  const stage = await draw(html`<${Accounts} ...${accountProps()} />`);
  await fill(find(stage, 'input[type=search]'), 'angel');
  equal([...stage.querySelectorAll('[data-id]')].map((c) => c.getAttribute('data-id')), ['c']);
});

test('devices: a new code takes the focus, in words and as a picture', async () => {
  const stage = await draw(html`<${Devices} rows=${devices} made=${code} onSeen=${nothing} />`);
  await sound(stage, '#code-title');
  equal([document.activeElement?.id, find(stage, '.code').innerText, stage.querySelectorAll('svg.qr').length], ['code-title', 'ABCD-EFGH-JKMN', 1]);
  equal([...stage.querySelectorAll('.print span')].map((e) => /** @type {any} */ (e).innerText).join(''), '0123456789abcdef'.repeat(4));
});

test('devices: one that was revoked cannot be revoked again', async () => {
  const got = /** @type {string[]} */ ([]);
  const stage = await draw(html`<${Devices} rows=${devices} onRevoke=${(/** @type {string} */ id) => got.push(id)} />`);
  const buttons = stage.querySelectorAll('[data-act=revoke]');
  equal([buttons.length, buttons[0].checkVisibility()], [1, false], 'revoking is one tap, without a warning');
  /** @type {any} */ (buttons[0]).click();
  equal(got, ['d']);
});

test('figures: a small count is a mark, never a number, and no total betrays it', async () => {
  const stage = await draw(figures());
  const cells = [...stage.querySelectorAll('tbody tr')].map((r) => r.lastElementChild?.textContent);
  equal(cells, ['12', 'figures.few']);
  ok(!stage.textContent?.includes('figures.total'), 'a total stands beside a count that is withheld');
  ok(stage.textContent?.includes('figures.few_how'));
});

test('figures: who may not count everything is told so, also where there is nothing to count', async () => {
  for (const rows of [table.rows, []]) {
    for (const narrowed of [true, false]) {
      const stage = await draw(figures({ table: { ...table, rows, narrowed } }));
      equal(Boolean(stage.querySelector('[data-narrowed]')), narrowed);
    }
  }
  equal(figureTable({ by: ['level'], cells: [], total: 0, withheld: false, narrowed: true }, book()).narrowed, true);
});

test('figures: codes become words in the order of the codebook', () => {
  const cells = [{ key: ['none_found', '2026-02'], count: 1 }, { key: ['possible_victim', '2026-03'], count: null }, { key: ['possible_victim', '2026-02'], count: 12 }];
  const { rows, heads } = figureTable({ by: ['level', 'month'], cells, total: null, withheld: true, narrowed: false }, book());
  equal(rows.map((r) => [r.texts[0], r.count]), [['Posible víctima', 12], ['Posible víctima', null], ['Sin indicios hoy', 1]]);
  equal(heads, ['queue.level', 'figures.month']);
  equal(figureTable({ by: ['group'], cells: [{ key: ['none'], count: 2 }, { key: ['indigenous'], count: 1 }], total: 3, withheld: false, narrowed: false }, book()).rows.map((r) => r.texts[0]), ['Indígena', 'figures.no_one']);
});

test('figures: what is not chosen is not asked', () => {
  equal(figureQuery({ from: '', to: '', training: false }), '');
  equal(figureQuery({ from: '2026-01-01', to: '', training: true }), 'from=2026-01-01&training=true');
});

test('figures: who may not read the cases chooses whole months', () => {
  equal(wholeMonths({ by: 'level', from: '2026-02-14', to: '2028-02-03' }), { by: 'level', from: '2026-02-01', to: '2028-02-29' });
  equal(wholeMonths({ from: '', to: '2026-12-31' }), { from: '', to: '2026-12-31' });
  equal(wholeMonths({ from: '', to: '0202-11-03' }), { from: '', to: '0202-11-03' });
});

test('accounts: rows in words, the disabled last', () => {
  const all = ['z', 'a', 'm'].map((id) => ({ id, username: id, display: id, account: 'agent', post: 'labour_inspector', agency: 'uno', disabled: id === 'a' }));
  const rows = accountRows({ accounts: all, agencies: [{ id: 'uno', name: 'Uno' }], book: book() }, 'z');
  equal(rows.map((r) => [r.id, r.post, r.agency, r.own]), [['m', 'Inspección', '', false], ['z', 'Inspección', '', true], ['a', 'Inspección', '', false]]);
});

test('devices: those that were not heard of come first, the revoked last', () => {
  const d = (/** @type {string} */ id, /** @type {string|null} */ seen, /** @type {string|null} */ revoked) => ({ id, name: id, user: 'u', enrolled: '2026-11-01T00:00:00Z', seen, revoked });
  const rows = deviceRows({ devices: [d('new', '2026-11-20T00:00:00Z', null), d('gone', null, '2026-11-02T00:00:00Z'), d('old', '2026-11-03T00:00:00Z', null), d('never', null, null)], accounts: [{ id: 'u', display: 'Inspectora' }] });
  equal(rows.map((r) => r.id), ['never', 'old', 'new', 'gone']);
  equal(rows[0].who, 'Inspectora');
});

test('languages: what is missing is counted', () => {
  const [es, tzo] = languageRows([
    { code: 'es-MX', name: 'español', autonym: 'español', gate: 'source', interface: { draft: 9 }, protocols: { farm: {} }, missing: {}, screening: [] },
    { code: 'tzo', name: 'tsotsil', autonym: 'bats’i k’op', interface: { imported: 1 }, protocols: { farm: { draft: 2, imported: 0 }, home: {} }, missing: { interface: 8, farm: 5, home: 3 }, screening: ['home'], heard: 4 },
  ]);
  equal([es.autonym, es.screens, es.protocols], ['', { n: 9, all: 9, statuses: ['draft'] }, null]);
  equal([tzo.screens, tzo.protocols, tzo.heard], [{ n: 1, all: 9, statuses: ['imported'] }, { n: 1, all: 2 }, 4]);
});

test('passwords: long enough, no signs that look alike, never the same', () => {
  const made = Array.from({ length: 200 }, makePassword);
  equal(new Set(made).size, made.length);
  ok(made.every((p) => /^[2-9a-hjkmnp-z]{5}(-[2-9a-hjkmnp-z]{5}){3}$/.test(p)), made[0]);
  equal(new Set(made.join('')).size, 32, 'a sign never comes');
});
