// What can be heard, on the screens that show it. Screens and store are real; the
// sounds are a second of silence.
import { html } from '../vendor/ui.js';
import { ItemScreen } from '../app/capture-ask.js';
import { HandScreen } from '../app/capture-help.js';
import { append, setFields, unpacked } from '../app/capture-store.js';
import { earsOf } from '../app/hear.js';
import { Frame } from '../parts/frame.js';
import { ideaOf } from '../parts/picture.js';
import { Voices } from '../views/voices.js';
import { makeMedia } from '../store/media.js';
import { sha256Hex, textHash } from '../crypto/hash.js';
import { ADULT, answer, beginPerson, beginVisit, realApp } from './capture.fixture.js';
import { newVault } from './fixture.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound, until } from './views.draw.js';
import { protocol } from './views.fixture.js';

const QUESTION = '¿Debe más de 315.04 pesos?';
/** A second of silence, as a browser plays it. */
function silence() {
  const rate = 8000;
  const wav = new DataView(new ArrayBuffer(44 + rate));
  const put = (at, text) => [...text].forEach((c, i) => wav.setUint8(at + i, c.charCodeAt(0)));
  put(0, 'RIFF'); wav.setUint32(4, 36 + rate, true); put(8, 'WAVEfmt '); wav.setUint32(16, 16, true); wav.setUint16(20, 1, true); wav.setUint16(22, 1, true);
  wav.setUint32(24, rate, true); wav.setUint32(28, rate, true); wav.setUint16(32, 1, true); wav.setUint16(34, 8, true); put(36, 'data'); wav.setUint32(40, rate, true);
  return new Uint8Array(wav.buffer).fill(128, 44);
}

/** A person before the question, on a phone with these recordings of Spanish by message id and text. @param {Record<string, string>} says */
async function hearing(says, type = 'audio/mpeg') {
  await caches.delete('media');
  await newVault();
  const { app, sha256 } = await realApp(protocol());
  app.behind = async () => /** @type {any} */ (import('../app/hear.js'));
  app.go = app.replace = () => {};
  const media = makeMedia(app);
  const voice = silence();
  const of = await sha256Hex(voice);
  const files = Object.fromEntries(await Promise.all(Object.entries(says).map(async ([id, text]) => [id, { sha256: of, text_hash: await textHash(text), type, bytes: voice.length }])));
  await media.keep(of, voice, type);
  const list = new TextEncoder().encode(JSON.stringify({ code: 'es-MX', files }));
  const sum = { sha256: await sha256Hex(list), files: Object.keys(files).length, bytes: voice.length };
  await media.keep(sum.sha256, list);
  await media.setCarried('es-MX', true);
  const piece = new TextEncoder().encode(JSON.stringify({ code: 'es-MX', name: 'español', autonym: 'español', messages: {}, protocols: {}, media: sum }));
  const entry = { kind: /** @type {const} */ ('locale'), id: 'es-MX', version: 2, sha256: await sha256Hex(piece), bytes: piece.length };
  await app.content.putBlob(entry, piece);
  await app.content.adopt([.../** @type {any} */ (await app.content.manifest()).entries.filter((e) => e.kind !== 'locale'), entry]);
  const first = await beginPerson(app, await append(app, await beginVisit(app, sha256), answer('obs_gate', 'no')), 1);
  const person = await append(app, first.person, answer('open_who', 'shown'), answer('con_talk'), ADULT);
  return { app, person, voice: of };
}

const show = (/** @type {any} */ app, /** @type {any} */ screen, params = {}) => draw(html`<${screen} key=${Math.random()} app=${app} params=${params} />`);

test('hear: a recording of the very text has its button, of other words none', async () => {
  const { app, person } = await hearing({ 'item.core_debt': QUESTION });
  const stage = await show(app, ItemScreen, { id: person.id });
  await until(() => stage.querySelector('[data-act=hear]'), 'the button');
  equal(find(stage, '[data-act=hear]').getAttribute('aria-pressed'), 'false');
  equal(document.querySelector('audio:not([src])') === document.querySelector('audio'), true, 'nothing sounds before a touch');
  await sound(stage);
  const other = await hearing({ 'item.core_debt': '¿Debe mucho?' });
  const silent = await show(other.app, ItemScreen, { id: other.person.id });
  await until(() => silent.querySelector('[data-answer=yes]'), 'the question');
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  equal(silent.querySelector('.ear'), null);
});

test('hear: a video of a sign language stands in the same place, with controls of its own', async () => {
  const { app, person, voice } = await hearing({ 'item.core_debt': QUESTION }, 'video/mp4');
  const stage = await show(app, ItemScreen, { id: person.id });
  await until(() => stage.querySelector('video'), 'the video');
  const video = find(stage, 'video');
  equal([video.getAttribute('src'), video.controls, video.hasAttribute('playsinline'), video.autoplay], ['/media/' + voice, true, true, false]);
});

test('hear: what was played stands in the draft at once, and with the answer', async () => {
  const { app, person, voice } = await hearing({ 'item.core_debt': QUESTION }, 'video/mp4');
  const shown = async () => unpacked(await app.drafts.get(person.id)).shown.filter((s) => s.item === 'core_debt').map((s) => s.audio_sha256);
  let stage = await show(app, ItemScreen, { id: person.id });
  await until(() => stage.querySelector('video'), 'the video');
  equal(await shown(), []);
  find(stage, 'video').dispatchEvent(new Event('playing'));
  for (let i = 0; i < 200 && !(await shown()).length; i++) await new Promise((resolve) => { setTimeout(resolve, 25); });
  equal(await shown(), [voice]);
  find(stage, '[data-answer=no]').click();
  await until(() => !stage.textContent?.includes(QUESTION), 'the next question');
  equal(await shown(), [voice]);
});

test('hear: in the person\'s hand, beside four answers; nothing sounds by itself', async () => {
  const { app, person } = await hearing({ 'item.core_debt': QUESTION, 'answer.yes': 'answer.yes' });
  await setFields(app, person, { handed: [], byItself: true });
  app.guard = /** @type {any} */ ({ lock: () => {} });
  const stage = await show(app, HandScreen, { id: person.id });
  await until(() => stage.querySelector('[data-act=hear]'), 'the button');
  equal(stage.querySelectorAll('[data-answer]').length, 4);
  equal(find(stage, '[data-act=hear]').getAttribute('aria-pressed'), 'false');
  await sound(stage);
});

test('hear: what a phone carries not it does not play', async () => {
  const { app } = await hearing({ 'item.core_debt': QUESTION });
  const ears = await earsOf(app);
  ok((await ears.of('es-MX', ['item.core_debt'], QUESTION)).recording);
  equal([(await ears.of('mxv', ['item.core_debt'], QUESTION)).recording, (await ears.of('es-MX', ['item.other'], QUESTION)).recording], [null, null]);
  await makeMedia(app).setCarried('es-MX', false);
  equal((await (await earsOf(app)).of('es-MX', ['item.core_debt'], QUESTION)).recording, null);
});

test('voices: the size stands there before, what failed is named, and can be tried again', async () => {
  /** @type {string[]} */
  const did = [];
  const row = { code: 'xal', name: 'prueba', files: 12, mb: '1.1', here: 10, carried: true };
  const props = { rows: [row, { ...row, code: 'xam', carried: false, here: 0 }], busy: null, told: { xal: { failed: ['item.a', 'item.b'] } }, live: '', pictures: false,
    onCarry: (/** @type {string} */ code) => did.push('carry ' + code), onLeave: (/** @type {string} */ code) => did.push('leave ' + code), onPictures: () => did.push('pictures') };
  const stage = await draw(html`<${Frame} title="x"><${Voices} ...${props} /></${Frame}>`);
  await sound(stage);
  ok(find(stage, '[data-voice=xam]').textContent.includes('hear.size'));
  ok(find(stage, '[data-voice=xal] [role=alert]').textContent.includes('item.a, item.b'));
  find(stage, '[data-voice=xal] [data-act=hear-rest]').click();
  find(stage, '[name=hear-xal]').click();
  find(stage, '[name=hear-xam]').click();
  find(stage, '[name=pictures]').click();
  equal(did, ['carry xal', 'leave xal', 'carry xam', 'pictures']);
});

test('pictures: by the item, by what an answer means, by the module; else none', () => {
  const items = [{ id: 'a', meets: { yes: 'coe_x' } }, { id: 'b' }, { id: 'c' }];
  const asks = { modules: [{ id: 'm', items: items.slice(0, 2) }, { id: 'n', items: items.slice(2) }] };
  const rows = [{ code: 'coe_x', picture: 'money' }, { code: 'm', picture: 'work' }];
  equal(items.map((item) => ideaOf(asks, item, rows)), ['money', 'work', undefined]);
  equal(ideaOf(asks, items[0], [{ code: 'a', picture: 'road' }, ...rows]), 'road');
});
