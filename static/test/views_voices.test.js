// Voices recorded in place: they lie under the open vault's key, each leaves once
// the server has it, and what the server never takes does not stop the others.
import { countVoices, keepVoice, MOST_VOICES, sendVoices } from '../app/voices.js';
import { mayRecord } from '../app/capture-voice.js';
import { html } from '../vendor/ui.js';
import { transact } from '../store/db.js';
import * as vault from '../store/vault.js';
import { asProblem, Problem } from '../text/problem.js';
import { Voice } from '../views/voice.js';
import { PIN } from './fixture.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';

const nothing = () => undefined;
let n = 0;
/** @param {(path: string, body: Uint8Array, type: string) => Promise<unknown>} [api] */
const appWith = (api = async () => ({})) => ({
  vault, Problem, asProblem, uuid7: () => 'v' + ++n, api: (/** @type {string} */ _, /** @type {string} */ path, /** @type {Uint8Array} */ body, /** @type {string} */ type) => api(path, body, type),
});
const voice = (/** @type {number} */ byte) => ({ locale: 'mxv', message: 'item.core_debt', text_hash: '', speaker: 'official', bytes: Uint8Array.of(byte, 2, 3), type: 'audio/mpeg' });
const open = () => vault.create({ label: 'A', secret: PIN, cost: { memoryKiB: 19 * 1024, passes: 2 } });

test('voices: each is sent once, in order, and leaves', async () => {
  await open();
  /** @type {any[]} */
  const got = [];
  const app = appWith(async (path, body, type) => got.push([path, [...body], type]));
  await keepVoice(app, voice(1));
  await keepVoice(app, voice(9));
  equal(await countVoices(app), 2);
  equal(await sendVoices(app), { sent: 2, refused: [], problem: null });
  equal(got, [1, 9].map((b) => ['/locales/mxv/recordings?message=item.core_debt&text_hash=&speaker=official&consent=yes', [b, 2, 3], 'audio/mpeg']));
  equal([await countVoices(app), await sendVoices(app)], [0, { sent: 0, refused: [], problem: null }]);
});

test('voices: without a network they stay; what is refused for good leaves with its reason', async () => {
  await open();
  const answers = /** @type {any[]} */ ([new Problem('recording-what', { status: 400, detail: 'No es audio.' }), new Problem('offline'), null]);
  const app = appWith(async () => { const a = answers.shift(); if (a) throw a; return {}; });
  await keepVoice(app, voice(1));
  await keepVoice(app, voice(2));
  const first = await sendVoices(app);
  equal([first.sent, first.refused, first.problem.type, await countVoices(app)], [0, ['No es audio.'], 'offline', 1]);
  equal((await sendVoices(app)).sent, 1);
});

test('voices: a phone holds so many and no more', async () => {
  await open();
  const app = appWith();
  for (let i = 0; i < MOST_VOICES; i++) await keepVoice(app, voice(i));
  const refused = await keepVoice(app, voice(1)).then(() => '', (e) => e.type);
  equal([refused, await countVoices(app)], ['voices-full', MOST_VOICES]);
});

test('voices: nothing of one lies in clear, and a locked phone counts none', async () => {
  await open();
  const app = appWith();
  await keepVoice(app, { ...voice(1), bytes: new TextEncoder().encode('una voz de prueba') });
  const rows = await transact(['values'], 'readonly', (tx) => tx.objectStore('values').getAll());
  const bytes = rows.map((row) => String.fromCharCode(...row.sealed)).join('');
  ok(rows.length >= 2 && !bytes.includes('core_debt') && !bytes.includes('dW5hIHZveiBkZSBwcnVlYmE'), 'in clear');
  vault.lock();
  equal(await countVoices(app), 0);
});

test('voices: only of who may be listed, for a language that has a code', () => {
  const book = { interpreters: [{ code: 'official', listed: 'yes' }, { code: 'relative', listed: '' }] };
  const may = (/** @type {object} */ fields) => mayRecord(book, /** @type {any} */ ([{ code: 'mxv' }]), { fields });
  equal([may({ language: 'mxv', interpreter: 'official' }), may({ language: 'mxv', interpreter: 'relative' }), may({ language: 'es-MX', interpreter: 'official' }), may({ language: 'unknown', interpreter: 'official' })], [true, false, false, false]);
});

const screen = (/** @type {object} */ more = {}) => html`<${Voice} who="Persona 1" item=${{ id: 'core_debt' }} asked=${{ text: '¿Debe?', locale: 'es-MX', status: 'draft' }} beside=${null} fellBack="mixteco" interpreter=${{ text: 'Acreditado' }}
  recorder=${{ at: 'idle', onStart: nothing }} waiting=${2} busy=${false} failure="No" live="Sí" onKeep=${nothing} onSend=${nothing} onBack=${nothing} ...${more} />`;

test('voices: the screen is sound, and records nothing before somebody agreed', async () => {
  const stage = await draw(screen());
  await sound(stage);
  ok(!stage.querySelector('[data-recorder]'));
  find(stage, '[name=consent]').click();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  find(stage, '[data-act=record-start]');
});
