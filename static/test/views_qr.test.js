// The QR codes that another device reads: the modules are those that an
// independent decoder read the text from, and the drawing shows exactly them.
import { html } from '../vendor/ui.js';
import { qr } from '../vendor/qr.js';
import { Qr, qrPath } from '../parts/qr.js';
import { equal, ok, test } from './harness.js';
import { draw, find } from './views.draw.js';

/** SHA-256 of the modules (1 and 0, a line a row) whose drawing paulmillr's qr 0.7.0 decoded to the same text. @type {[string, number, string][]} */
const read = [
  ['otpauth://totp/Umbral:inspectora?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Umbral', 41, 'b40c27badb551816aa4c0d2790685f6af88b8dd7ea2d707c240293ae9fb82a3e'],
  ['UMBRAL:1:CODE:ff:-', 25, '5802c3c2acae0c164df837dec2e3e07bdcb65f665f47055854891be1ff5a218b'],
];

/** @param {boolean[][]} rows */
async function sum(rows) {
  const text = rows.map((row) => row.map((on) => (on ? '1' : '0')).join('')).join('\n');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

test('qr: modules that a decoder read', async () => {
  for (const [text, size, want] of read) {
    const rows = qr(text);
    equal([rows.length, rows[0].length, await sum(rows)], [size, size, want], text);
  }
});

test('qr: the path draws each dark module once and nothing else', () => {
  for (const [text] of read) {
    const rows = qr(text);
    const drawn = rows.map((row) => row.map(() => 0));
    for (const [, x, y, n] of qrPath(rows).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) for (let i = 0; i < +n; i++) drawn[+y][+x + i]++;
    equal(drawn, rows.map((row) => row.map((on) => (on ? 1 : 0))));
  }
});

test('qr: a text too long is refused, not cut', () => {
  let refused = false;
  try {
    qr('x'.repeat(3000));
  } catch {
    refused = true;
  }
  ok(refused);
});

test('qr: said to who does not see it, and dark on light', async () => {
  const stage = await draw(html`<${Qr} text="UMBRAL:1:CODE:ff:-" label="Código" />`);
  const svg = find(stage, 'svg');
  equal([svg.getAttribute('role'), svg.getAttribute('aria-label'), svg.getAttribute('viewBox')], ['img', 'Código', '-4 -4 33 33']);
  equal([getComputedStyle(find(stage, 'rect')).fill, getComputedStyle(find(stage, 'path')).fill], ['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
});
