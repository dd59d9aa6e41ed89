// The translation desk: sound, what is offered to whom, and what is handed over is
// what was typed. Recalls: whom a wrong text reached.
import { html } from '../vendor/ui.js';
import { recallRows } from '../app/recalls.js';
import { mayOf, stepLines } from '../app/translate.js';
import { Frame } from '../parts/frame.js';
import { Recorder } from '../parts/recorder.js';
import { Recalls } from '../views/recalls.js';
import { STATES, Translate } from '../views/translate.js';
import { TranslateText } from '../views/translate-text.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { book } from './views.fixture.js';

const nothing = () => undefined;
const hash = 'ab'.repeat(32);
const row = (/** @type {object} */ more = {}) => ({
  id: 'item.core_debt', gate: 'certified', why: 'una pregunta equivocada pone en riesgo', spanish: '¿Debe dinero a su patrón?', context: 'pregunta', note: { asks: 'Una deuda', not: 'Un préstamo', avoid: 'enganche', threshold: '' },
  source_hash: hash, text: '⟦xal⟧ texto de prueba', text_hash: hash, status: 'draft', state: 'translated', stale: false, translator: 'ana', back_translation: '', back_translator: '', reviewer: '', certifier: '', comments: 2, recording: null, ...more,
});
const list = (/** @type {object} */ more = {}) => html`<${Translate} name="lengua de prueba" code="xal" parts=${[{ code: 'interface', text: 'Palabras' }]} part="interface" counts=${{ translated: 1, certified: 3 }} blind=${false}
  rows=${[row(), row({ id: 'item.new', text: '', state: 'untranslated' }), row({ id: 'item.old', stale: true, state: 'certified', recording: { state: 'draft' } })]} onPart=${nothing} onBlind=${nothing} onOpen=${nothing} onLanguages=${nothing} onFile=${nothing} onExport=${nothing} onTake=${nothing} onLeave=${nothing} ...${more} />`;
const report = { taken: [{ row: 3, id: 'item.a' }], unchanged: 4, empty: 2, comments: 1, stale: [{ row: 4, id: 'item.b' }], conflicts: [{ row: 5, id: 'item.c', yours: 'uno', theirs: 'otro' }], refused: [{ row: 6, id: 'item.d', reason: 'Tiene una fórmula.' }] };
const recorder = (/** @type {object} */ more = {}) => ({ at: 'idle', level: 0, seconds: 0, take: null, failure: '', onStart: nothing, onStop: nothing, onAgain: nothing, onFile: nothing, ...more });
const take = (/** @type {object} */ more = {}) => ({ url: '', type: 'audio/mpeg', seconds: 2.5, size: 15000, flaws: [], fit: true, ...more });
const text = (/** @type {any} */ of, /** @type {any} */ more = {}) => html`<${TranslateText} row=${of} code="xal" name="lengua de prueba" blind=${false} may=${mayOf(of, { id: 'eva', account: 'translator' })} steps=${[]} speakers=${[{ code: 'translator', text: 'Quien traduce' }]}
  competences=${[{ code: 'inali_certified', text: 'Certificación del INALI' }]} recorder=${recorder()} heard="" onStep=${nothing} onKeep=${nothing} onHear=${nothing} onBack=${nothing} onPrevious=${nothing} onNext=${null} ...${more} />`;
const recall = { id: 'r', total: 2, at: 'hoy', reason: 'Dice lo contrario', what: 'item.core_debt', detections: [{ id: 'd', folio: 'AAAA-BBBB-C', text: 'Posible víctima', items: ['core_debt'] }] };
const recalls = (/** @type {object} */ more = {}) => html`<${Recalls} languages=${[{ code: 'mam', text: 'mam' }]} code="mam" rows=${[recall]} reasons=${[{ code: 'inverted', text: 'Al revés' }]} onAgain=${nothing} onCode=${nothing} onOpen=${nothing} onWithdraw=${nothing} ...${more} />`;

for (const [name, screen] of Object.entries({
  'the list': () => list({ failure: 'No' }),
  'the list, blind': () => list({ blind: true }),
  'a report': () => list({ sheet: { dry: true, report } }),
  'a text of somebody else': () => text(row({ back_translation: 'Debe dinero', state: 'back_translated', back_translator: 'luz' })),
  'a text to certify': () => text(row({ state: 'accepted', recording: { state: 'draft', sha256: hash, type: 'audio/mpeg', by: 'ana', text_hash: 'x' } })),
  'translating back': () => text(row(), { blind: true }),
  'a stale text': () => text(row({ stale: true })),
  'a recorder': () => html`<${Frame} title="Voz"><${Recorder} ...${recorder({ failure: 'No' })} files onUse=${nothing} /></${Frame}>`,
  'recording': () => html`<${Frame} title="Voz"><${Recorder} ...${recorder({ at: 'recording', level: 0.4, seconds: 61 })} onUse=${nothing} /></${Frame}>`,
  'a take': () => html`<${Frame} title="Voz"><${Recorder} ...${recorder({ at: 'take', take: take({ flaws: ['silent'], fit: false }) })} onUse=${nothing} /></${Frame}>`,
  'recalls': () => recalls({ failure: 'No' }),
  'recalls, to read': () => recalls({ onWithdraw: null, rows: [] }),
})) test(`translation desk: ${name}`, async () => {
  const stage = await draw(screen());
  for (const d of stage.querySelectorAll('details')) d.open = true;
  await sound(stage);
});

test('translation desk: nobody is offered to judge what is their own', () => {
  const may = (/** @type {any} */ of, id = 'eva') => Object.entries(mayOf(row(of), { id, account: 'translator' })).filter(([k, v]) => v && k !== 'whose').map(([k]) => k);
  equal(may({}, 'ana'), ['translate']);
  equal(may({}), ['translate', 'back', 'return']);
  equal(may({ state: 'back_translated', back_translator: 'eva' }), ['translate', 'back', 'return']);
  equal(may({ state: 'back_translated', back_translator: 'luz' }), ['translate', 'back', 'accept', 'return']);
  equal(may({ gate: 'reviewed' }), ['translate', 'back', 'accept', 'return']);
  equal(may({ state: 'accepted' }), ['translate', 'return', 'certify']);
  equal(may({ state: 'accepted', stale: true }), ['translate', 'return']);
  const recording = { state: 'draft', by: 'ana' };
  equal(may({ state: 'certified', recording }), ['translate', 'return', 'certifyRecording']);
  equal(may({ state: 'certified', recording }, 'ana'), ['translate']);
  equal(mayOf(row(), { id: 'jefa', account: 'admin' }), { whose: '' });
});

test('translation desk: what is typed is what is handed over', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(text(row({ state: 'returned' }), { onStep: (/** @type {any} */ s) => got.push(s) }));
  const area = find(stage, 'textarea[name=text]');
  area.value = '⟦xal⟧ otra';
  area.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  find(stage, '[data-act=translate]').click();
  const comment = find(stage, 'textarea[name=comment]');
  comment.value = '¿Se dice así en el norte?';
  comment.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  find(stage, '[data-act=comment]').click();
  equal(got, [{ do: 'translate', text: '⟦xal⟧ otra', loan: false }, { do: 'comment', text: '¿Se dice así en el norte?' }]);
});

test('translation desk: who translates back sees no Spanish', async () => {
  const stage = await draw(text(row(), { blind: true }));
  ok(!stage.textContent.includes('Debe dinero') && !stage.textContent.includes('Una deuda') && stage.textContent.includes('texto de prueba'), stage.textContent);
  const many = await draw(list({ blind: true }));
  equal(many.querySelectorAll('[data-text]').length, 2); // what has no text cannot be translated back
  ok(!many.textContent.includes('¿Debe dinero'));
});

test('translation desk: nothing is recorded before somebody agreed', async () => {
  const stage = await draw(text(row()));
  ok(!stage.querySelector('[data-recorder]'));
  const select = find(stage, 'select');
  select.value = 'translator';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  find(stage, '[name=consent]').click();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  find(stage, '[data-act=record-start]');
});

test('translation desk: every state and every step has words', () => {
  ok(STATES.length === 7);
  const lines = stepLines([{ id: '1', do: 'translate', at: '2026-11-25T10:00:00Z', by: 'eva' }, { id: '2', do: 'accept', at: '2026-11-25T11:00:00Z', by: '01936a10-7c2e' }], book(), 'eva');
  equal(lines.map((l) => [l.id, l.who]), [['2', '01936a10'], ['1', 'translate.you']]);
});

test('recalls: whom it reached, the newest first, and what has no name by its hash', async () => {
  const detection = { id: '01936a10-7c2e-7a31-8f00-000000000001', received_at: '2026-11-25T10:00:00Z', level: 'possible_victim', setting: 'agriculture', state: '25', danger: [], flags: [] };
  const rows = await recallRows([
    { id: 'a', message: 'item.core_debt', text_hash: hash, reason: 'inverted', at: '2026-11-24T10:00:00Z', total: 1, detections: [{ detection, items: ['core_debt'] }] },
    { id: 'b', message: '', text_hash: '', audio_sha256: hash, reason: 'harmful', at: '2026-11-25T10:00:00Z', total: 3, detections: null },
  ], book());
  equal(rows.map((r) => [r.id, r.what, r.total, r.detections && r.detections.length]), [['b', 'recalls.of_recording', 3, null], ['a', 'item.core_debt', 1, 1]]);
});

test('recalls: a withdrawal is asked twice', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(recalls({ onWithdraw: (/** @type {any} */ f) => got.push(f) }));
  const what = find(stage, '[name=what]');
  what.value = 'item.core_debt';
  what.dispatchEvent(new Event('input', { bubbles: true }));
  const reason = find(stage, 'form label:nth-of-type(3) select');
  reason.value = 'inverted';
  reason.dispatchEvent(new Event('change', { bubbles: true }));
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  ok(find(stage, '[data-act=withdraw]').disabled);
  find(stage, '[name=sure]').click();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  find(stage, '[data-act=withdraw]').click();
  equal(got, [{ kind: 'id', what: 'item.core_debt', reason: 'inverted' }]);
});
