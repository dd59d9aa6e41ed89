// The screens that guard an account: sound, what is typed is handed over, and
// what is shown once is taken away. Passkeys themselves are in a journey of server/.
import { html } from '../vendor/ui.js';
import { SecondStep } from '../views/second-step.js';
import { Security, grouped } from '../views/security.js';
import { createPasskey, usePasskey } from '../app/passkey.js';
import { equal, ok, rejects, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';

const nothing = () => undefined;
const none = { factors: { totp: false, passkeys: [], recovery_left: 0 }, methods: ['totp', 'passkey'], needed: true, limited: true };
const both = { factors: { totp: true, passkeys: [{ id: 'k', name: 'Llave azul con un nombre muy largo de Aguascalientes', at: '3 de mayo de 2026, 9:00' }], recovery_left: 9 }, methods: ['totp', 'passkey'], needed: true, limited: false };
const sessions = [{ id: 'a', created: 'hoy', used: 'hoy', device: '', current: true }, { id: 'b', created: 'ayer', used: 'ayer', device: 'Teléfono 3', current: false }];
const secret = { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Umbral:jefa?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Umbral' };
const codes = Array.from({ length: 10 }, (_, i) => `ABCD-EFGH-JKMN-000${i}`);
const security = (/** @type {object} */ more) => html`<${Security} me=${none} sessions=${sessions} secret=${null} codes=${null} canPasskeys=${true} ...${more} />`;

/** @type {Record<string, () => unknown>} */
const screens = {
  'second step by code': () => html`<${SecondStep} methods=${['totp', 'recovery']} error="No" onCode=${nothing} onPasskey=${nothing} onBack=${nothing} />`,
  'second step by all': () => html`<${SecondStep} methods=${['totp', 'passkey', 'recovery']} onCode=${nothing} onPasskey=${nothing} onBack=${nothing} />`,
  'second step by passkey': () => html`<${SecondStep} methods=${['passkey']} onCode=${nothing} onPasskey=${nothing} onBack=${nothing} />`,
  'limited': () => security({ failure: 'No' }),
  'nothing known yet': () => security({ me: null, failure: 'No', onAgain: nothing }),
  'all set up': () => security({ me: both }),
  'no passkeys here': () => security({ canPasskeys: false, onBack: nothing }),
  'a new secret': () => security({ secret }),
  'new codes': () => security({ codes }),
};
for (const [name, screen] of Object.entries(screens)) test(`security screen: ${name}`, async () => {
  const stage = await draw(screen());
  for (const d of stage.querySelectorAll('details')) d.open = true;
  if (name.startsWith('a new') || name.startsWith('new ')) {
    ok(document.activeElement?.tagName === 'H2', 'what is shown once has the focus');
    find(stage, 'h1').focus();
  }
  await sound(stage);
});

/** @param {any} field @param {string} value */
async function fill(field, value) {
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((resolve) => { setTimeout(resolve, 20); });
}

/** @param {HTMLElement} stage @param {string} act */
async function press(stage, act) {
  find(stage, `[data-act=${act}]`).click();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
}

test('second step: a code, or a code from paper', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${SecondStep} methods=${['totp', 'passkey', 'recovery']} onCode=${(/** @type {string} */ c) => got.push(c)} onPasskey=${() => got.push('passkey')} onBack=${nothing} />`);
  const field = find(stage, '[name=otp]');
  equal([field.autocomplete, field.inputMode], ['one-time-code', 'numeric']);
  await fill(field, ' 123 456 ');
  await press(stage, 'second-code');
  await press(stage, 'second-paper');
  equal([find(stage, '[name=otp]').inputMode, find(stage, '[name=otp]').value, stage.querySelector('[data-act=second-paper]')], ['text', '', null]);
  await fill(find(stage, '[name=otp]'), 'abcd-efgh-jkmn-0001');
  await press(stage, 'second-code');
  await press(stage, 'second-passkey');
  equal(got, ['123 456', 'abcd-efgh-jkmn-0001', 'passkey']);
});

test('security: who has a factor gives the password again, who has none does not', async () => {
  const got = /** @type {any[]} */ ([]);
  let stage = await draw(security({ onStart: (/** @type {string} */ p) => got.push(['start', p]) }));
  find(stage, 'details').open = true;
  equal(find(stage, 'details').querySelector('[name=password]'), null);
  await press(stage, 'totp-start');
  stage = await draw(security({ me: both, onStart: (/** @type {string} */ p) => got.push(['start', p]), onRemoveApp: (/** @type {string} */ p) => got.push(['remove', p]), onAddPasskey: (/** @type {string} */ n, /** @type {string} */ p) => got.push([n, p]), onEnd: (/** @type {any} */ s) => got.push(s.id) }));
  for (const d of stage.querySelectorAll('details')) d.open = true;
  for (const act of ['totp-start', 'totp-remove', 'passkey-add']) {
    const form = find(stage, `[data-act=${act}]`).form;
    if (act === 'passkey-add') await fill(form.querySelector('[name=passkey]'), ' Teléfono ');
    await fill(form.querySelector('[name=password]'), 'mi frase larga');
    await press(stage, act);
    equal(form.querySelector('[name=password]').value, '', 'a password does not stay in the page');
  }
  equal(stage.querySelectorAll('[data-act=session-end]').length, 1, 'this session ends by signing out');
  await press(stage, 'session-end');
  equal(got, [['start', ''], ['start', 'mi frase larga'], ['remove', 'mi frase larga'], ['Teléfono', 'mi frase larga'], 'b']);
});

test('security: a secret can be typed too, in groups', async () => {
  const stage = await draw(security({ secret, onConfirm: nothing, onCancel: nothing }));
  equal(find(stage, '[data-secret]').textContent, 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP');
  equal(grouped('ABCDE'), 'ABCD E');
  ok(find(stage, 'svg.qr').getAttribute('aria-label'), 'the code for the camera has words');
});

test('security: codes are shown alone, and go', async () => {
  const got = /** @type {string[]} */ ([]);
  const stage = await draw(security({ me: both, codes, onSeen: () => got.push('seen'), onCopy: () => got.push('copy') }));
  equal(stage.querySelectorAll('[data-codes] li').length, 10);
  equal(stage.querySelector('[data-act=codes-new]'), null);
  await press(stage, 'codes-copy');
  await press(stage, 'codes-seen');
  equal(got, ['copy', 'seen']);
});

test('passkey: none at a bare address', async () => {
  equal((await rejects(() => createPasskey({ challenge: 'AA', user: { id: 'AA' } }))).type, 'passkey-unsupported', 'no passkeys at a bare address');
  equal((await rejects(() => usePasskey({ challenge: 'AA' }))).type, 'passkey-unsupported');
});
