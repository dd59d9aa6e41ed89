// The screens of the lock, of identity and of protection: sound, in words that
// are there, and what they hand over is what was meant.
import { html } from '../vendor/ui.js';
import { mayIdentify } from '../app/capture-draft.js';
import { asksNow, isEmpty, nobody, takesBack } from '../app/capture-identity.js';
import { inGroups } from '../app/capture-about.js';
import { judgeSecret } from '../app/pin.js';
import { LockAfter, Trip } from '../parts/trip.js';
import { Frame } from '../parts/frame.js';
import { Decoy } from '../views/decoy.js';
import { Home } from '../views/home.js';
import { Identity, NoIdentity } from '../views/identity.js';
import { Protects } from '../views/protects.js';
import { Shift } from '../views/shift.js';
import { Blank, Forgot, Unlock } from '../views/unlock.js';
import { VaultSetup } from '../views/vault-setup.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { protocol, screening } from './views.fixture.js';

const nothing = () => undefined;
const other = { code: 'en', name: 'English' };
const vaults = [{ id: 'a', label: 'Cuaderno 1' }, { id: 'b', label: 'Un cuaderno de nombre largo' }];
const unlock = (more = {}) => ({ vaults, chosen: 'a', busy: false, wait: 0, problem: '', waiting: 3, otherLanguage: other, onLanguage: nothing, onUnlock: async () => undefined, onChoose: nothing, onForgot: nothing, onOther: nothing, ...more });
const limits = { name: 120, contacts: 5, value: 120, safe: 200, notes: 400, bytes: 1900 };
const person = () => ({ name: 'Ana', contacts: [{ kind: 'phone', value: '55 1234 5678' }, { kind: 'email', value: '' }], safe: { where: 'En la clínica', when: '', how: '' }, notes: '' });
const identity = (more = {}) => ({ value: person(), limits, used: 300, over: false, live: '', failed: null, onChange: nothing, onLeave: nothing, onRemove: nothing, onDone: nothing, onBack: nothing, ...more });

/** @type {Record<string, () => unknown>} */
const screens = {
  unlock: () => html`<${Unlock} ...${unlock({ vaults: [vaults[0]] })} />`,
  'unlock, several, waiting': () => html`<${Unlock} ...${unlock({ wait: 30, problem: 'No es correcto' })} />`,
  forgot: () => html`<${Forgot} label="Cuaderno 1" problem="No" onForget=${nothing} onBack=${nothing} />`,
  'vault set-up': () => html`<${VaultSetup} suggested="Cuaderno 1" hardware judge=${judgeSecret} error="No" onCreate=${nothing} onSignOut=${nothing} onProtects=${nothing} />`,
  'vault being made': () => html`<${VaultSetup} suggested="Cuaderno 1" busy judge=${judgeSecret} onCreate=${nothing} onSignOut=${nothing} onProtects=${nothing} />`,
  notebook: () => html`<${Decoy} />`,
  protects: () => html`<${Protects} version="0123 4567" server=${'abcd '.repeat(16)} reviewers="" onBack=${nothing} />`,
  shift: () => html`<${Shift} finished=${2} open=${1} waiting=${3} failure="No" onEnd=${nothing} onBack=${nothing} />`,
  identity: () => html`<${Identity} ...${identity({ failed: 'No hay espacio' })} />`,
  'identity too long': () => html`<${Identity} ...${identity({ over: true, used: 2000 })} />`,
  'no identity': () => html`<${NoIdentity} why="no_key" onDone=${nothing} onBack=${nothing} />`,
  trip: () => html`<${Frame} title="Listo"><${Trip} until="30 nov 2026" over failure="Sin red" onStart=${nothing} /><${LockAfter} choices=${[15, 60, 300]} value=${60} onPick=${nothing} /></${Frame}>`,
  'home after a trip': () => html`<${Home} user=${{ display: 'Inspectora' }} missing=${0} outbox=${{ waiting: 0, quarantined: 0, refused: 0 }} folios=${[]} sync="hoy" otherLanguage=${other} tripOver onShift=${nothing} onProtects=${nothing} />`,
};

for (const [name, screen] of Object.entries(screens)) test(`protecting screen: ${name}`, async () => sound(await draw(screen())));

const soon = () => new Promise((resolve) => { setTimeout(resolve, 20); });

/** @param {any} field @param {string} value */
async function fill(field, value) {
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await soon();
}

test('unlock: by keys and by keyboard, and what was typed does not stay', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${Unlock} ...${unlock({ onUnlock: async (/** @type {any[]} */ ...a) => { got.push(a); } })} />`);
  for (const digit of '73918') find(stage, `[data-digit="${digit}"]`).click();
  await soon();
  find(stage, '[data-act=erase]').click();
  await soon();
  equal([find(stage, '[name=pin]').value, find(stage, '[name=pin]').type], ['7391', 'password']);
  find(stage, '[data-act=unlock]').click();
  await soon();
  equal([got, find(stage, '[name=pin]').value], [[['a', '7391']], '']);
  await fill(find(stage, '[name=pin]'), '12ab34');
  find(stage, 'form').requestSubmit();
  await soon();
  equal(got[1], ['a', '1234']);
  find(stage, '[data-act=words]').click();
  await soon();
  await fill(find(stage, '[name=pin]'), 'una frase 1');
  find(stage, 'form').requestSubmit();
  await soon();
  equal(got[2], ['a', 'una frase 1']);
});

test('unlock: while it waits nothing is tried, by no way', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${Unlock} ...${unlock({ wait: 8, onUnlock: async () => { got.push(1); } })} />`);
  await fill(find(stage, '[name=pin]'), '73918460');
  find(stage, 'form').requestSubmit();
  await soon();
  equal([got, find(stage, '[data-act=unlock]').disabled, find(stage, '[data-wait]').dataset.wait], [[], true, '8']);
});

test('blank: says nothing, and any touch leads on', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${Blank} onWake=${() => got.push(1)} />`);
  equal(stage.innerText.trim().split('\n').filter(Boolean).every((/** @type {string} */ l) => l === 'app.name'), true);
  find(stage, 'button').click();
  equal(got, [1]);
});

test('vault set-up: asks again until both are right and different', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${VaultSetup} suggested="Cuaderno 1" hardware judge=${judgeSecret} onCreate=${(/** @type {any} */ f) => got.push(f)} onSignOut=${nothing} onProtects=${nothing} />`);
  const send = async () => { find(stage, 'form').requestSubmit(); await soon(); return [...stage.querySelectorAll('[role=alert] li')].map((l) => l.textContent); };
  equal(await send(), ['vault.wrong_secret_short']);
  await fill(find(stage, '[name=secret]'), '12345678');
  equal(await send(), ['vault.wrong_secret_common']);
  await fill(find(stage, '[name=secret]'), '24121987');
  ok(stage.textContent?.includes('vault.date'));
  equal(await send(), ['vault.wrong_again']);
  await fill(find(stage, '[name=again]'), '24121987');
  find(stage, '[name=duress-too]').click();
  await soon();
  equal(await send(), ['vault.wrong_duress_short']);
  await fill(find(stage, '[name=duress]'), '24121987');
  equal(await send(), ['vault.wrong_duress_again']);
  await fill(find(stage, '[name=duressAgain]'), '24121987');
  equal(await send(), ['vault.wrong_same']);
  await fill(find(stage, '[name=duress]'), '58204719');
  await fill(find(stage, '[name=duressAgain]'), '58204719');
  await fill(find(stage, '[name=label]'), ' ');
  equal(await send(), ['vault.wrong_label']);
  await fill(find(stage, '[name=label]'), ' Azul ');
  find(stage, '[name=hardware]').click();
  await soon();
  equal(got, []);
  equal(await send(), []);
  equal(got, [{ label: 'Azul', secret: '24121987', duress: '58204719', hardware: true }]);
});

test('notebook: a note is written, read again and gone with the page', async () => {
  const stage = await draw(html`<${Decoy} />`);
  find(stage, '[data-act=new-note]').click();
  await soon();
  await fill(find(stage, 'textarea'), 'Comprar pan');
  find(stage, '[data-act=done]').click();
  await soon();
  find(stage, '[data-note]').click();
  await soon();
  equal(find(stage, 'textarea').value, 'Comprar pan');
  find(stage, '[data-act=remove]').click();
  await soon();
  equal(stage.querySelectorAll('[data-note]').length, 0);
  find(stage, '[data-act=new-note]').click();
  await soon();
  find(stage, '[data-act=back]').click();
  await soon();
  equal(stage.querySelectorAll('[data-note]').length, 0, 'an empty note is none');
});

test('identity: a field is masked once it is left, and tells what was written', async () => {
  let value = nobody();
  let left = 0;
  const screen = () => html`<${Identity} ...${identity({ value, onChange: (/** @type {any} */ v) => { value = v; }, onLeave: () => { left++; } })} />`;
  let stage = await draw(screen());
  const name = find(stage, 'label.field input');
  name.dispatchEvent(new FocusEvent('focus'));
  await fill(name, 'Ana');
  equal([value.name, name.classList.contains('masked')], ['Ana', false]);
  name.dispatchEvent(new FocusEvent('blur'));
  await soon();
  stage = await draw(screen());
  equal([left, getComputedStyle(find(stage, 'label.field input')).getPropertyValue('-webkit-text-security')], [1, 'disc']);
  find(stage, '[data-act=add-contact]').click();
  equal(value.contacts, [{ kind: 'phone', value: '' }]);
  ok([...stage.querySelectorAll('input, textarea')].every((e) => e.getAttribute('autocomplete') === 'off'), 'the browser remembers nothing of it');
});

test('identity: only the person\'s own yes asks for it, and another answer drops it', () => {
  const item = { id: 'con_identity', kind: 'consent', type: 'yes_no', field: 'consent.identity', text: '¿Quiere dejar sus datos?' };
  const proto = protocol();
  proto.modules.push({ id: 'closing', title: 'Cierre', items: [item] });
  equal([mayIdentify(proto, screening({ con_talk: 'yes' })), mayIdentify(proto, screening({ con_identity: 'yes' })), mayIdentify(proto, screening({ con_identity: 'declined' }))], [false, true, false]);
  const read = { id: 'con_identity_read', field: 'consent.read_aloud' };
  const [said, not] = [screening({ con_identity: 'yes' }), screening({ con_identity: 'no' })];
  equal([asksNow(proto, said, item, read), asksNow(proto, said, item, undefined), asksNow(proto, said, read, { id: 'clo_next' }), asksNow(proto, not, item, undefined), asksNow(proto, said, { id: 'x' }, undefined)], [false, true, true, false, false]);
  equal([takesBack(item, 'yes'), takesBack(item, 'no'), takesBack(item, 'unknown'), takesBack({ id: 'x' }, 'no')], [false, true, true, false]);
  equal([isEmpty(null), isEmpty(nobody()), isEmpty({ ...nobody(), contacts: [{ kind: 'phone', value: ' ' }] }), isEmpty(person())], [true, true, true, false]);
});

test('trip: one to thirty days', async () => {
  const got = /** @type {any[]} */ ([]);
  const stage = await draw(html`<${Trip} onStart=${(/** @type {number} */ n) => got.push(n)} />`);
  for (const days of ['0', '31', '', '30']) {
    await fill(find(stage, '[name=days]'), days);
    find(stage, 'form').requestSubmit();
  }
  equal(got, [30]);
});

test('protects: a fingerprint can be read aloud', () => {
  equal([inGroups('0123456789ab'), inGroups('01234'), inGroups(null)], ['0123 4567 89ab', '0123 4', '']);
});
