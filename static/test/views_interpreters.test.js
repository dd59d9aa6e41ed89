// Whom to call to interpret: on the phone, from the vault and without a network, and
// in the office, over a server that is made up.
import { html } from '../vendor/ui.js';
import { fetchInterpreters, InterpretersScreen, nearness, ReadyInterpreters, sameLanguage } from '../app/capture-interpreters.js';
import { CardScreen } from '../app/capture-help.js';
import { append, setFields } from '../app/capture-store.js';
import { PersonScreen } from '../app/capture-visit.js';
import { bodyOf, formOf, Interpreters, listOf } from '../app/interpreters.js';
import { Problem } from '../text/problem.js';
import { CallInterpreter } from '../views/call-interpreter.js';
import { Line } from '../views/ready.js';
import { beginPerson, beginVisit, realApp } from './capture.fixture.js';
import { newVault } from './fixture.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { book, directory, protocol } from './views.fixture.js';

/** Waits until something holds. @param {() => unknown} so @param {string} what */
async function until(so, what) {
  for (let i = 0; i < 400; i++) {
    if (so()) return;
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
  throw new Error(what + ' did not come about: ' + document.getElementById('stage')?.innerText.slice(0, 400));
}

const MIDDLE = 'mixteco de Guerrero del este medio';
const ELSEWHERE = 'mixteco de otro lugar';

/** @param {string} id @param {string} name @param {any[]} languages @param {object} [more] */
const somebody = (id, name, languages, more = {}) => ({ id, agency: 'a-1', name, phone: '9511234567', languages, kind: 'none_needed', states: ['20'], hours: 'de 8 a 20', note: 'habla despacio', revision: 1, updated_at: '2026-11-20T10:00:00Z', ...more });

const OFELIA = somebody('i-1', 'Ofelia', [{ code: 'mxv', variant: '' }, { code: 'es-MX', variant: '' }]);
const LUZ = somebody('i-2', 'Luz', [{ code: '', variant: ELSEWHERE }], { phone: '+12135550123', kind: 'relative' });
const ANA = somebody('i-3', 'Ana', [{ code: 'tzh', variant: '' }], { states: [], hours: '', note: '' });

test('interpreters: one language is the same variant, or the same exact code where one names no variant', () => {
  const cases = [
    [{ code: 'mxv', variant: '' }, { code: 'mxv', variant: MIDDLE }, true], [{ code: 'mxv', variant: MIDDLE }, { code: 'mxv', variant: ELSEWHERE }, false],
    [{ code: '', variant: MIDDLE }, { code: 'mis', variant: MIDDLE }, true], [{ code: '', variant: MIDDLE }, { code: '', variant: '' }, false],
    [{ code: 'mxv', variant: '' }, { code: 'mis', variant: ELSEWHERE }, false],
  ];
  for (const [a, b, want] of cases) equal(sameLanguage(a, b), want, JSON.stringify([a, b]));
  const person = { code: 'mxv', variant: '' };
  equal([OFELIA, LUZ, ANA].map((i) => nearness(book(), person, i.languages)), ['yours', 'kin', 'other']);
  equal(nearness(book(), { code: 'mis', variant: ELSEWHERE }, OFELIA.languages), 'kin');
  equal(nearness(book(), { code: 'xx', variant: '' }, [{ code: 'yy', variant: '' }]), 'other', 'no people is nobody\'s kin');
});

/** A person in hand who speaks a language; the screens go nowhere, and say where they would. @param {object} [fields] */
async function begun(fields = {}) {
  await newVault();
  const { app, sha256 } = await realApp(protocol());
  /** @type {any[]} */
  const went = [];
  app.go = app.replace = (/** @type {string} */ name, params = {}) => { went.push([name, params]); };
  const first = await beginPerson(app, await append(app, await beginVisit(app, sha256), { do: 'answer', item: 'obs_gate', value: 'no' }), 1);
  const person = await setFields(app, first.person, { interpreter: 'relative', ...fields });
  return { app, went, person };
}

/** The server's list, or what it answers instead. @param {any} app @param {any} answer */
function serves(app, answer) {
  app.api = async (/** @type {string} */ _method, /** @type {string} */ path) => {
    equal(path, '/interpreters');
    if (answer instanceof Problem) throw answer;
    return { items: answer };
  };
}

const show = (/** @type {any} */ app, /** @type {any} */ screen, params = {}) => draw(html`<${screen} key=${Math.random()} app=${app} params=${params} />`);
const names = (/** @type {HTMLElement} */ stage, /** @type {string} */ section) => [...stage.querySelectorAll(`[data-section=${section}] h3`)].map((e) => e.textContent);

test('interpreters: the person\'s language first, another variant marked as such, then all others; one tap calls', async () => {
  const { app, went, person } = await begun({ language: 'mis', variant: ELSEWHERE });
  serves(app, [OFELIA, LUZ, ANA]);
  await fetchInterpreters(app);
  serves(app, new Problem('offline'));
  const stage = await show(app, InterpretersScreen, { id: person.id, item: 'core_debt' });
  await until(() => stage.querySelector('[data-interpreter]'), 'the list');
  await sound(stage);
  equal(['yours', 'kin', 'others'].map((s) => names(stage, s)), [['Luz'], ['Ofelia'], ['Ana']]);
  equal([...stage.querySelectorAll('[data-act=call]')].map((a) => a.getAttribute('href')), ['tel:+12135550123', 'tel:9511234567', 'tel:9511234567']);
  ok(find(stage, '[data-section=yours]').textContent.includes('Puede callar.'), 'why care is due with this one');
  ok(find(stage, '[data-section=kin]').textContent.includes('calling.kin_how') && find(stage, '[data-section=kin] .mark').textContent === 'calling.kin_mark', 'that it is another variant');
  const first = find(stage, '[data-act=call]');
  ok(find(stage, 'ol').compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING, 'what to say stands before the first number');
  equal(stage.querySelectorAll('ol li').length, 6);
  ok(first.getBoundingClientRect().height >= 48 && !stage.textContent?.includes('calling.none'));
  const input = find(stage, 'input[type=search]');
  const type = async (/** @type {string} */ text) => { input.value = text; input.dispatchEvent(new Event('input', { bubbles: true })); await new Promise((resolve) => { setTimeout(resolve, 20); }); };
  await type('OTRO lugar');
  equal([names(stage, 'found'), stage.querySelectorAll('[data-section]').length], [['Luz'], 1]);
  await type('oaxáca');
  equal(names(stage, 'found'), ['Ofelia', 'Luz']);
  await type('zzz');
  ok(stage.textContent?.includes('list.none'));
  find(stage, '[data-act=back]').click();
  equal(went, [['card', { id: person.id, item: 'core_debt' }]]);
});

test('interpreters: none of the language, an empty list and no list are each said, with what to do', async () => {
  const services = [...directory().services.slice(0, 1)];
  const screen = (/** @type {any} */ props) => draw(html`<${CallInterpreter} key=${Math.random()} language="mam" services=${services} lang="es" at="hoy" absent="Faltó" ...${props} onBack=${() => undefined} />`);
  const shown = { id: 'x', name: 'Ana', phone: '911', languages: ['tseltal'], kind: 'k', conflict: '', states: '', hours: '', note: '', find: 'ana' };
  for (const [rows, title] of /** @type {[any, string][]} */ ([[[{ ...shown, near: 'other' }], 'calling.none'], [[], 'calling.empty'], [null, 'calling.no_list']])) {
    const stage = await screen({ rows });
    await sound(stage);
    const notice = find(stage, '.notice');
    ok(notice.textContent.startsWith(title) && notice.textContent.includes('calling.none_how'), notice.textContent);
    ok(stage.textContent?.includes('Fiscalía'), 'the service of the directory');
    equal(Boolean(stage.querySelector('[data-act=call]')), rows !== null && rows.length > 0);
  }
  const stage = await screen({ rows: [{ ...shown, near: 'other' }], language: '' });
  equal([find(stage, '[data-section=others] h2').textContent, stage.querySelector('.notice')], ['calling.all', null]);
});

test('interpreters: one tap from the card, and from a person whose language has no text', async () => {
  const { app, went, person } = await begun({ language: 'mis', variant: ELSEWHERE });
  let stage = await show(app, CardScreen, { id: person.id, item: 'core_debt' });
  await until(() => stage.querySelector('[data-act=interpreters]'), 'the way from the card');
  find(stage, '[data-act=interpreters]').click();
  const now = JSON.stringify({ language: 'variant:' + ELSEWHERE, interpreter: 'needed_not_available', group: '', linked: [] });
  stage = await show(app, PersonScreen, { now });
  await until(() => stage.querySelector('[data-act=interpreters]'), 'the way from the person');
  find(stage, '[data-act=interpreters]').click();
  equal(went.map(([name]) => name), ['calling', 'calling']);
  equal([went[0][1], JSON.parse(went[1][1].now).language], [{ id: person.id, item: 'core_debt' }, 'variant:' + ELSEWHERE]);
  serves(app, [OFELIA, LUZ]);
  await fetchInterpreters(app);
  stage = await show(app, InterpretersScreen, went[1][1]);
  await until(() => stage.querySelector('[data-interpreter]'), 'the list');
  equal([names(stage, 'yours'), names(stage, 'kin')], [['Luz'], ['Ofelia']]);
  find(stage, '[data-act=back]').click();
  equal(went[2], ['person', went[1][1]]);
});

test('interpreters: Ready says how many and of when; what cannot be fetched leaves the list of before', async () => {
  const { app } = await begun();
  const line = async (/** @type {number} */ turn) => {
    const stage = await draw(html`<ul key=${Math.random()}><${ReadyInterpreters} ...${{ app, turn, Line }} /></ul>`);
    await until(() => stage.querySelector('li'), 'the line');
    return find(stage, 'li');
  };
  serves(app, new Problem('offline'));
  equal((await line(1)).dataset.ok, 'part');
  serves(app, [OFELIA, LUZ]);
  equal((await line(0)).dataset.ok, 'part', 'nothing is fetched without being asked');
  equal((await line(1)).dataset.ok, 'yes');
  serves(app, new Problem('offline'));
  equal((await line(1)).dataset.ok, 'yes');
  equal((await app.vault.get('interpreters')).items.map((/** @type {any} */ i) => i.name), ['Ofelia', 'Luz']);
});

/** The office's codebook: some kinds can be listed. */
const officeBook = () => ({ ...book(), interpreters: book().interpreters.map((/** @type {any} */ r) => (r.code === 'needed_not_available' ? r : { ...r, listed: 'yes' })) });
const LOCALES = [{ code: 'es-MX', name: 'español', autonym: 'español', variant: '', states: [] }, { code: 'mxv', name: 'mixteco de Metlatónoc', autonym: 'tu’un savi', variant: MIDDLE, states: [] }];

test('interpreters: the office sends languages as the server keeps them, and shows them again as they were chosen', () => {
  const { options, kinds, rows } = listOf([OFELIA, LUZ], officeBook(), LOCALES);
  equal(kinds.map((k) => k.code), ['none_needed', 'relative']);
  equal(rows.map((r) => r.form.languages), [['mxv', 'es-MX'], ['variant:' + ELSEWHERE]]);
  const { id, agency, updated_at, ...sent } = LUZ; // eslint-disable-line no-unused-vars
  equal(bodyOf(formOf(LUZ, options), options), { ...sent, consent: true });
  equal(bodyOf(formOf(OFELIA, options), options).languages, OFELIA.languages);
});

/** The office's screen over a server that is made up. @param {(method: string, path: string, body: any) => any} answer */
async function office(answer) {
  /** @type {any[]} */
  const sent = [];
  const app = { session: () => ({ user: { account: 'supervisor', display: 'S' } }), href: (/** @type {string} */ n) => '#/' + n, asProblem: (/** @type {any} */ e) => e,
    content: { codebook: async () => officeBook(), locales: async () => LOCALES },
    api: async (/** @type {string} */ method, /** @type {string} */ path, /** @type {any} */ body) => { if (method === 'POST') sent.push([path, body]); return answer(method, path, body); } };
  const stage = await draw(html`<${Interpreters} app=${app} />`);
  await until(() => stage.querySelector('[data-act=new]'), 'the list');
  return { stage, sent };
}

/** The screen draws what was written before the next tap. */
const drawn = () => new Promise((resolve) => { setTimeout(resolve, 50); });

/** @param {any} input @param {string} text */
function write(input, text) {
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

test('interpreters: the office adds somebody; what the server does not take is said at its field, with the focus there', async () => {
  const problem = (/** @type {string} */ field) => new Problem('x', { status: 400, detail: 'mal: ' + field, args: { field } });
  const refusals = ['phone', 'languages', 'kind', 'consent', ''];
  let items = [OFELIA];
  const { stage, sent } = await office((method) => {
    if (method === 'GET') return { items };
    const refused = refusals.shift();
    if (refused !== undefined) throw problem(refused);
    items = [OFELIA, ANA];
    return ANA;
  });
  await sound(stage);
  find(stage, '[data-act=new]').click();
  await until(() => stage.querySelector('form'), 'the form');
  await until(() => document.activeElement?.matches('[name=name]'), 'the focus on the name');
  await sound(stage, '[name=name]');
  write(find(stage, '[name=name]'), 'Ana');
  write(find(stage, '[name=phone]'), '951 123 4567');
  find(stage, '[data-answer="mxv"]').click();
  await until(() => stage.querySelector('[data-language=mxv]'), 'the language');
  for (const [field, focused] of [['phone', '[name=phone]'], ['languages', '[data-field=languages]'], ['kind', '[data-field=kind] select'], ['consent', '[name=consent]'], ['', '[data-wrong=""]']]) {
    find(stage, '[data-act=save]').click();
    await until(() => stage.querySelector(`[data-wrong="${field}"]`), 'the refusal of ' + field);
    await until(() => document.activeElement?.matches(focused), 'the focus on ' + focused);
    ok(find(stage, `[data-wrong="${field}"]`).textContent.includes('mal: ' + field));
    equal(stage.querySelectorAll('[data-wrong]').length, 1);
  }
  write(find(stage, '[data-field=kind] select'), 'relative');
  await until(() => stage.textContent?.includes('Puede callar.'), 'why care is due');
  find(stage, '[name=consent]').click();
  await drawn();
  find(stage, '[data-act=save]').click();
  await until(() => stage.querySelector('[data-id=i-3]') && !stage.querySelector('form'), 'the list with her');
  const [path, body] = sent.at(-1);
  equal([path, body.name, body.phone, body.languages, body.kind, body.consent, body.revision], ['/interpreters', 'Ana', '951 123 4567', [{ code: 'mxv', variant: '' }], 'relative', true, 0]);
  await sound(stage);
});

test('interpreters: the office changes what it saw, and takes out only who was confirmed', async () => {
  let items = [OFELIA, LUZ];
  const { stage, sent } = await office((method, path) => {
    if (path.endsWith('/remove')) items = [OFELIA];
    return method === 'GET' ? { items } : null;
  });
  find(stage, '[data-id=i-1] [data-act=change]').click();
  await until(() => stage.querySelector('form'), 'the form');
  equal([find(stage, '[name=name]').value, find(stage, '[name=consent]').checked, [...stage.querySelectorAll('[data-language]')].length], ['Ofelia', true, 2]);
  find(stage, '[data-language=es-MX] [data-act=drop-language]').click();
  await until(() => stage.querySelectorAll('[data-language]').length === 1, 'one language less');
  write(find(stage, '[name=hours]'), 'tardes');
  await drawn();
  find(stage, '[data-act=save]').click();
  await until(() => !stage.querySelector('form'), 'the list');
  await until(() => document.activeElement === stage.querySelector('[data-id=i-1] h2'), 'the focus on who was changed');
  equal([sent[0][0], sent[0][1].revision, sent[0][1].hours, sent[0][1].languages], ['/interpreters/i-1', 1, 'tardes', [{ code: 'mxv', variant: '' }]]);
  const out = find(stage, '[data-id=i-2] [data-act=remove]');
  ok(!out.checkVisibility(), 'not without a confirmation');
  find(stage, '[data-id=i-2] summary').click();
  out.click();
  await until(() => !stage.querySelector('[data-id=i-2]'), 'her out of the list');
  await until(() => document.activeElement === stage.querySelector('h1'), 'the focus at the top');
  equal(sent[1][0], '/interpreters/i-2/remove');
});
