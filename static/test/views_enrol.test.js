// Enrolment: its screens are sound, the camera is off when it is not needed, and
// what a person compares is what the server publishes.
import { html } from '../vendor/ui.js';
import { canScan, scan } from '../app/camera.js';
import { groupsOf } from '../crypto/trust-chain.js';
import { Compare, Differs } from '../views/enrol-compare.js';
import { Empty } from '../views/empty.js';
import { Enrol } from '../views/enrol.js';
import { equal, ok, rejects, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';

const nothing = () => undefined;
const print = groupsOf('0123456789abcdef'.repeat(4));

/** @type {Record<string, () => unknown>} */
const screens = {
  code: () => html`<${Enrol} error="No" canScan onSubmit=${nothing} onScan=${nothing} onSignOut=${nothing} />`,
  'the camera on': () => html`<${Enrol} canScan scanning onSubmit=${nothing} onStopScan=${nothing} onSignOut=${nothing} />`,
  'a code that was read': () => html`<${Enrol} canScan scanned="UMBRAL:1:ABCD-EFGH" onSubmit=${nothing} onScan=${nothing} onSignOut=${nothing} />`,
  compare: () => html`<${Compare} error="No" prints=${{ server: print, reviewers: [] }} onYes=${nothing} onNo=${nothing} onAgain=${nothing} onSignOut=${nothing} />`,
  'not the same': () => html`<${Differs} onAgain=${nothing} onSignOut=${nothing} />`,
  'emptied': () => html`<${Empty} />`,
};

for (const [name, screen] of Object.entries(screens)) test(`enrol screen: ${name}`, async () => sound(await draw(screen())));

test('enrol: hands over what was typed', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${Enrol} onSubmit=${(/** @type {any} */ f) => got.push(f)} onSignOut=${nothing} />`);
  for (const [name, value] of [['device', ' Teléfono 12 '], ['code', ' abcd efgh ']]) {
    const field = find(stage, `[name=${name}]`);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((next) => { setTimeout(next, 20); });
  }
  find(stage, '[data-act=enrol]').click();
  equal([got, stage.querySelector('[data-act=scan]')], [[{ name: 'Teléfono 12', code: 'abcd efgh' }], null]);
});

test('enrol: a fingerprint in groups is the whole of it', () => {
  equal([print.length, print.join(''), groupsOf(null)], [16, '0123456789abcdef'.repeat(4), []]);
});

/**
 * Runs work in a browser that reads QR codes: this one has no such reader and no
 * camera, a phone has. codes: what the reader finds, look after look.
 * @param {string[][]} codes @param {(stream: MediaStream) => Promise<void>} work
 */
async function withReader(codes, work) {
  const picture = document.createElement('canvas');
  picture.getContext('2d')?.fillRect(0, 0, 8, 8);
  const stream = picture.captureStream(5);
  const had = Object.getOwnPropertyDescriptor(navigator.mediaDevices, 'getUserMedia');
  navigator.mediaDevices.getUserMedia = async () => stream;
  /** @type {any} */ (globalThis).BarcodeDetector = class {
    static getSupportedFormats = async () => ['qr_code', 'ean_13'];
    detect = async () => (codes.shift() ?? []).map((rawValue) => ({ rawValue }));
  };
  try {
    await work(stream);
  } finally {
    delete (/** @type {any} */ (globalThis).BarcodeDetector);
    if (had) Object.defineProperty(navigator.mediaDevices, 'getUserMedia', had);
    else delete (/** @type {any} */ (navigator.mediaDevices).getUserMedia);
  }
}

const live = (/** @type {MediaStream} */ stream) => stream.getTracks().filter((track) => track.readyState === 'live').length;

test('camera: reads the first code and is off at once', () => withReader([[], [], ['UMBRAL:1:x']], async (stream) => {
  ok(await canScan());
  const video = document.createElement('video');
  equal(await scan(video, new AbortController().signal), 'UMBRAL:1:x');
  equal([live(stream), video.srcObject], [0, null]);
}));

test('camera: is off when nobody wants it any more', () => withReader([], async (stream) => {
  const stop = new AbortController();
  const reading = scan(document.createElement('video'), stop.signal);
  setTimeout(() => stop.abort(), 50);
  equal([await reading, live(stream)], [null, 0]);
}));

test('camera: a no is said; a browser without a reader offers none', async () => {
  await withReader([], async () => {
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };
    equal((await rejects(() => scan(document.createElement('video'), new AbortController().signal))).type, 'camera-refused');
  });
  equal(await canScan(), false);
});
