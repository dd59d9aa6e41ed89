// Identity keys in the office: the screen in each of its states, what it hands
// over, and the card that opens an identity and closes by itself.
import { html } from '../vendor/ui.js';
import { Identity, groups, identityFacts, printsOf, viewOf } from '../app/identity-keys.js';
import { sealIdentity } from '../crypto/identity.js';
import { makeKey, makeOwn, openOwn, openShare, sealShare } from '../crypto/reviewers.js';
import { uuidv7 } from '../crypto/uuid.js';
import { argon2 } from '../store/vault.js';
import { Problem, asProblem } from '../text/problem.js';
import { IdentityCard, Reviewers } from '../views/reviewers.js';
import { Frame } from '../parts/frame.js';
import { equal, ok, test } from './harness.js';
import { draw, find, sound } from './views.draw.js';
import { book } from './views.fixture.js';

const PASSPHRASE = 'cinco palabras que nadie adivina';
const AT = '2026-11-25T10:00:00.000-06:00';
const nothing = () => undefined;
const ana = { id: 'u-ana', account: 'supervisor' };
const eva = { id: 'u-eva', account: 'supervisor' };
const admin = { id: 'u-admin', account: 'admin' };

/** What the server says. @param {object} [more] @returns {any} */
const sent = (more = {}) => ({
  keys: [{ kid: 'k1', created: AT, current: false, public_key: 'AAAA', verify_key: 'AAAA' }, { kid: 'k2', created: AT, current: true, public_key: 'AAAA', verify_key: 'BBBB' }],
  me: { public_key: 'CCCC', wrapped: {} }, shares: [{ kid: 'k2', sealed: 's' }], holders: [{ user: 'u-ana', display: 'Ana', kid: 'k2' }],
  candidates: [{ user: 'u-ana', display: 'Ana', public_key: 'CCCC' }, { user: 'u-eva', display: 'Eva', public_key: 'DDDD' }],
  pending: [], ...more,
});

const pending = { id: 's-1', kid: 'k2', user: 'u-eva', by: 'u-ana', at: AT };

/** @param {any} what @param {any} user @param {object} [more] */
const screen = (what, user, more = {}) => html`<${Reviewers} view=${viewOf(what, user, new Map([['k1', 'a'.repeat(64)], ['k2', 'b'.repeat(64)], ['u-ana', 'c'.repeat(64)], ['u-eva', 'd'.repeat(64)]]))}
  busy=${false} failure=${null} problems=${{}} live="" onAgain=${nothing} onOwn=${nothing} onFirst=${nothing} onRotate=${nothing} onPropose=${nothing} onApprove=${nothing} onRefuse=${nothing} ...${more} />`;

const card = (/** @type {object} */ more) => html`<${Frame} title="x"><${IdentityCard} has purposes=${[{ code: 'contact_person', text: 'Para llamarle', locale: 'es-MX' }]} shown=${null} busy=${false} problem=${null} onOpen=${nothing} onHide=${nothing} ...${more} /></${Frame}>`;

const identity = () => ({ name: 'Xóchitl', contacts: [{ kind: 'phone', value: '555 123' }], safe: { where: 'mercado', when: '', how: '' }, notes: 'no llamar', collected_at: AT });

/** @type {Record<string, () => unknown>} */
const screens = {
  'nothing yet': () => screen(sent({ keys: [], me: null, shares: [], holders: [], candidates: [] }), ana),
  'own key, none of the agency': () => screen(sent({ keys: [], shares: [], holders: [] }), ana),
  'holder': () => screen(sent(), ana, { problems: { rotate: 'No', own: 'No', 'u-eva': 'No' } }),
  'without a share': () => screen(sent({ shares: [] }), eva),
  'administrator': () => screen(sent({ me: null, shares: [], pending: [pending] }), admin, { failure: 'Sin red' }),
  'card closed': () => card({ problem: 'No' }),
  'card open': () => card({ shown: identityFacts(identity()) }),
  'card without': () => card({ has: false }),
};

for (const [name, make] of Object.entries(screens)) test(`keys screen: ${name}`, async () => {
  const stage = await draw(make());
  for (const d of stage.querySelectorAll('details')) d.open = true;
  await sound(stage);
});

test('keys: who may do what stands on the screen', async () => {
  const acts = async (/** @type {unknown} */ drawn) => [...(await draw(drawn)).querySelectorAll('[data-act]')].map((e) => e.getAttribute('data-act')).sort();
  equal(await acts(screens['nothing yet']()), ['make-own']);
  equal(await acts(screens['own key, none of the agency']()), ['make-key', 'make-own']);
  equal(await acts(screens['holder']()), ['make-own', 'propose', 'rotate']);
  equal(await acts(screen(sent({ pending: [pending] }), ana)), ['make-own', 'refuse', 'rotate'], 'who proposed cannot approve, nor propose twice');
  equal(await acts(screen(sent({ shares: [], pending: [pending] }), eva)), ['make-own'], 'who receives decides nothing');
  equal(await acts(screens['administrator']()), ['approve', 'refuse'], 'an administrator makes and shares no key');
});

test('keys: the fingerprints to compare are those of the keys that came', async () => {
  const [one, other] = [await printsOf(sent()), await printsOf(sent({ candidates: [{ user: 'u-eva', display: 'Eva', public_key: 'EEEE' }] }))];
  ok(one.get('u-eva') !== other.get('u-eva') && one.get('k1') !== one.get('k2'));
  const stage = await draw(screen(sent(), ana));
  equal([...stage.querySelectorAll('[data-fingerprint]')].map((e) => e.textContent), ['c', 'b', 'a', 'd'].map((c) => groups(c.repeat(64))));
});

/** @param {any} field @param {string} value */
async function fill(field, value) {
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((resolve) => { setTimeout(resolve, 20); });
}

test('keys: a passphrase is typed twice the same, and handed over once', async () => {
  const got = /** @type {string[]} */ ([]);
  const stage = await draw(screen(sent({ keys: [], me: null, shares: [], holders: [] }), ana, { onOwn: async (/** @type {string} */ p) => { got.push(p); return true; } }));
  const [first, second] = stage.querySelectorAll('input');
  await fill(first, PASSPHRASE);
  await fill(second, PASSPHRASE + 'x');
  ok(find(stage, '[data-act=make-own]').disabled && stage.querySelector('[role=alert]'), 'two that differ');
  find(stage, 'form').requestSubmit();
  await fill(second, PASSPHRASE);
  find(stage, '[data-act=make-own]').click();
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  equal([got, first.value, second.value, first.type], [[PASSPHRASE], '', '', 'password']);
});

/** A reviewer with a key, a detection's identity under it, and the app that the card asks. */
async function desk() {
  const kept = await makeOwn(PASSPHRASE, argon2);
  const { body, secrets } = await makeKey({ agency: 'a', user: ana.id, own: kept.public_key, before: null });
  const id = uuidv7();
  const { collected_at, ...who } = identity();
  const envelope = await sealIdentity(who, id, { kid: secrets.kid, public_key: body.public_key }, collected_at);
  const asked = /** @type {any[]} */ ([]);
  const answers = sent({ keys: [{ kid: secrets.kid, current: true, created: AT, public_key: body.public_key, verify_key: body.verify_key }], me: kept, shares: [{ kid: secrets.kid, sealed: body.share }] });
  const app = { session: () => ({ user: ana }), Problem, asProblem,
    api: async (/** @type {string} */ method, /** @type {string} */ path, /** @type {any} */ sending) => { asked.push([method, path, sending]); return method === 'GET' ? answers : { envelope }; } };
  const stage = await draw(html`<${Frame} title="x"><${Identity} app=${app} id=${id} has book=${{ ...book(), identity_purposes: [{ code: 'contact_person', es: 'Para llamarle', en: 'To call' }] }} /></${Frame}>`);
  return { stage, asked, id };
}

/** @param {HTMLElement} stage @param {string} passphrase */
async function openCard(stage, passphrase) {
  find(stage, 'details').open = true;
  find(stage, '[name=purpose]').click();
  await fill(find(stage, '[type=password]'), passphrase);
  find(stage, '[data-act=open-identity]').click();
}

/** @param {() => unknown} come */
async function until(come) {
  for (let n = 0; n < 1000; n++) {
    if (come()) return;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  throw new Error('did not come about');
}

test('keys: the card opens for a purpose and a passphrase, and nothing stays', async () => {
  const { stage, asked, id } = await desk();
  await openCard(stage, PASSPHRASE + 'x');
  await until(() => stage.querySelector('[role=alert]'));
  equal(asked.map((a) => a[0]), ['GET'], 'with a wrong passphrase no envelope is asked for');
  await openCard(stage, PASSPHRASE);
  await until(() => stage.querySelector('[data-identity=open]'));
  equal(asked.at(-1), ['POST', `/detections/${id}/identity`, { purpose: 'contact_person' }]);
  ok(stage.textContent?.includes('Xóchitl') && stage.textContent.includes('555 123'));
  find(stage, '[data-act=hide-identity]').click();
  await until(() => stage.querySelector('[data-identity=closed]'));
  ok(!stage.textContent?.includes('Xóchitl') && find(stage, '[type=password]').value === '');
  const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href]);
  ok(!stored.includes('Xóchitl') && !stored.includes(PASSPHRASE));
});

test('keys: the card closes after its time, and when the window is left', async () => {
  const { stage } = await desk();
  const real = globalThis.setTimeout;
  /** @type {(() => void)[]} */
  const late = [];
  Object.assign(globalThis, { setTimeout: (/** @type {() => void} */ fn, /** @type {number} */ ms, /** @type {any[]} */ ...rest) => (ms === 60_000 ? late.push(fn) : real(fn, ms, ...rest)) });
  try {
    await openCard(stage, PASSPHRASE);
    await until(() => late.length === 1);
    late[0]();
    await until(() => stage.querySelector('[data-identity=closed]'));
  } finally {
    Object.assign(globalThis, { setTimeout: real });
  }
  const hidden = (/** @type {boolean} */ yes) => Object.defineProperty(document, 'hidden', { configurable: true, get: () => yes });
  try {
    await openCard(stage, PASSPHRASE);
    await until(() => stage.querySelector('[data-identity=open]'));
    hidden(true);
    document.dispatchEvent(new Event('visibilitychange'));
    await until(() => stage.querySelector('[data-identity=closed]'));
    // And where it was left while the key was still being stretched.
    await openCard(stage, PASSPHRASE);
    await until(() => find(stage, '[data-act=open-identity]').disabled && find(stage, '[type=password]').value === '');
    ok(stage.querySelector('[data-identity=closed]') && !stage.textContent?.includes('Xóchitl'), 'opened before nobody');
  } finally {
    delete (/** @type {any} */ (document)).hidden;
  }
});

test('keys: what a server put in the place of an own key opens nothing', async () => {
  const [kept, forged] = [await makeOwn(PASSPHRASE, argon2), await makeOwn('otra frase muy larga', argon2)];
  let problem = '';
  await openOwn({ ...kept, public_key: forged.public_key }, PASSPHRASE, argon2).catch((error) => { problem = error.type; });
  equal(problem, 'passphrase-wrong', 'no key is sealed to a public half that is not the own one');
  const own = await openOwn(kept, PASSPHRASE, argon2);
  const { body, secrets } = await makeKey({ agency: 'a', user: ana.id, own: own.publicKey, before: null });
  equal(await openShare({ kid: secrets.kid, sealed: await sealShare(secrets, own.publicKey, ana.id) }, body.public_key, own, ana.id), secrets);
});
