// The screen on which records end: sound, nothing without a reason, nothing by
// who asked, and what is destroyed needs a yes of its own.
import { html } from '../vendor/ui.js';
import { dueRows, requestRow, termRows } from '../app/retention.js';
import { Hold, Retention } from '../views/retention.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { book } from './views.fixture.js';

const nothing = () => undefined;
const reasons = [{ code: 'term_over', text: 'Terminó su plazo' }, { code: 'person_asked', text: 'La persona lo pidió' }];
const due = { total: 2, rows: [{ id: 'a', folio: 'AAAA-BBBB-C', text: 'Sin indicios hoy', held: false }, { id: 'b', folio: 'DDDD-EEEE-F', text: 'Sin indicios hoy', held: true }] };
const request = (/** @type {object} */ more = {}) => ({ id: 'r', state: 'pending', mine: false, text: '1 registros', lines: ['Pedido hoy'], records: [{ id: 'a', folio: 'AAAA-BBBB-C' }], ...more });
const terms = { own: false, at: '', levels: [{ code: 'none_found', text: 'Sin indicios hoy', days: 730 }, { code: 'presumed_victim', text: 'Presunta víctima', days: 0 }] };
const screen = (/** @type {object} */ more = {}) => html`<${Retention} due=${due} requests=${[request(), request({ id: 's', mine: true }), request({ id: 't', state: 'done' })]} terms=${terms}
  reasons=${reasons} onAsk=${nothing} onTerms=${nothing} onDecide=${nothing} onAgain=${nothing} ...${more} />`;
const wait = () => new Promise((resolve) => { setTimeout(resolve, 20); });

for (const [name, drawn] of Object.entries({
  supervisor: () => screen({ onTerms: undefined, failure: 'No' }), admin: () => screen({ onAsk: undefined }),
  empty: () => screen({ due: { total: 0, rows: [] }, requests: [] }),
})) test(`retention screen: ${name}`, async () => {
  const stage = await draw(drawn());
  for (const d of stage.querySelectorAll('details')) d.open = true;
  await sound(stage);
});

/** @param {any} field @param {string} value @param {string} event */
async function fill(field, value, event) {
  field.value = value;
  field.dispatchEvent(new Event(event, { bubbles: true }));
  await wait();
}

test('retention: nothing is asked without a reason', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(screen({ onAsk: (/** @type {any} */ b) => got.push(b) }));
  const button = find(stage, '[data-act=ask-due]');
  ok(button.disabled);
  await fill(find(button.form, 'select'), 'term_over', 'change');
  button.click();
  const some = find(stage, '[data-act=ask-some]');
  await fill(find(some.form, 'select'), 'person_asked', 'change');
  ok(some.disabled, 'no record is named');
  await fill(find(some.form, 'textarea'), ' x\n\n y ', 'input');
  some.click();
  equal(got, [{ due: true, reason: 'term_over' }, { ids: ['x', 'y'], reason: 'person_asked' }]);
});

test('retention: who asked can only take it back; another must say that it is meant', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(screen({ onDecide: (/** @type {string} */ id, /** @type {string} */ what) => got.push([id, what]) }));
  equal(stage.querySelector('[data-id=s] [data-act=approve]'), null);
  equal(stage.querySelector('[data-id=t] [data-act]'), null);
  const approve = find(stage, '[data-id=r] [data-act=approve]');
  ok(approve.disabled);
  find(stage, '[data-id=r] input').click();
  await wait();
  approve.click();
  find(stage, '[data-id=s] [data-act=refuse]').click();
  equal(got, [['r', 'approve'], ['s', 'refuse']]);
});

test('retention: terms are handed over as numbers; a hold is lifted with a reason', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(screen({ onTerms: (/** @type {any} */ b) => got.push(b) }));
  await fill(find(stage, '[name=none_found]'), '90', 'input');
  find(stage, '[data-act=terms]').click();
  const held = await draw(html`<${Hold} on=${true} reasons=${reasons} onHold=${(/** @type {any[]} */ ...a) => got.push(a)} />`);
  await fill(find(held, 'select'), 'person_asked', 'change');
  find(held, '[data-act=hold]').click();
  equal(got, [{ none_found: 90, presumed_victim: 0 }, [false, 'person_asked']]);
});

test('retention: the report in words names who and how many, by kind', () => {
  const row = requestRow({ id: 'r', state: 'done', reason: 'term_over', mine: false, records: [{ id: 'a', folio: 'F' }], asked: { name: 'Ana', at: '2026-11-20T00:00:00Z' },
    decided: { name: 'Eva', at: '2026-11-21T00:00:00Z' }, destroyed: { detection: 1, addendum: 2 } }, book());
  equal(row.lines.length, 3);
  equal(requestRow({ id: 'r', state: 'pending', reason: 'term_over', mine: true, records: [], asked: { name: 'Ana', at: '2026-11-20T00:00:00Z' }, decided: null, destroyed: {} }, book()).lines.length, 1);
  equal(dueRows({ total: 5, items: [{ id: 'a', folio: 'F', level: 'none_found', held: true, received_at: '2024-01-01T00:00:00Z', over: '2026-01-01T00:00:00Z' }] }, book()).rows[0].held, true);
  equal(termRows({ terms: { none_found: 30 }, by: null, at: null }, book()).levels.find((l) => l.code === 'none_found').days, 30);
});
