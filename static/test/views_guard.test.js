// The lock: when it closes by itself, what stands before the screens, the cover,
// the control that hides everything. Time passes only where a test lets it.
import { html } from '../vendor/ui.js';
import { makeCover } from '../app/cover.js';
import { CALL_MS, gate, LOCK_CHOICES_S, makeGuard, watchPage } from '../app/guard.js';
import { judgeSecret, looksLikeDate } from '../app/pin.js';
import { Hide, HOLD_MS, TWICE_MS } from '../parts/hide.js';
import { Problem } from '../text/problem.js';
import { equal, ok, rejects, test } from './harness.js';
import { draw, find } from './views.draw.js';

/** A clock that stands still until it is told to go. */
function stoppedClock() {
  let now = 1_000_000;
  /** @type {Set<{at: number, fn: () => void}>} */
  const waiting = new Set();
  return {
    now: () => now,
    after(/** @type {number} */ ms, /** @type {() => void} */ fn) {
      const one = { at: now + ms, fn };
      waiting.add(one);
      return () => { waiting.delete(one); };
    },
    /** @param {number} ms */
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...waiting].filter((w) => w.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        waiting.delete(next);
        next.fn();
        await settled();
      }
      now = end;
      await settled();
    },
    /** Sets the clock, as a person does. @param {number} ms */
    setBack(ms) { now -= ms; },
  };
}

const settled = () => new Promise((resolve) => { setTimeout(resolve, 5); });

/** A vault of the shape that store/vault.js has, without a disk: what is told of it is what the guard did. */
function paperVault() {
  let vaults = [{ id: 'v', label: 'Uno' }];
  /** @type {any} */ let open = null;
  /** @type {() => void} */ let told = () => {};
  const did = /** @type {string[]} */ ([]);
  return {
    did,
    list: async () => vaults,
    create: async () => { did.push('create'); open = { id: 'n', label: 'Nuevo' }; vaults = [...vaults, open]; },
    open: async (/** @type {string} */ id, /** @type {string} */ secret) => {
      if (secret === 'duress') return /** @type {const} */ ('duress');
      if (secret !== 'right') throw new Problem('pin-wrong', { args: { wait: 0, tries: 1 } });
      open = vaults.find((v) => v.id === id);
      return /** @type {const} */ ('open');
    },
    current: () => open,
    lock: async () => { did.push('lock'); open = null; told(); },
    onLock: (/** @type {() => void} */ fn) => { told = fn; },
    forget: async (/** @type {string} */ id) => { did.push('forget'); vaults = vaults.filter((v) => v.id !== id); open = null; },
    destroy: async (/** @type {string} */ why) => { did.push('destroy ' + why); },
  };
}

/** @param {{settle?: () => Promise<unknown>}} [how] */
async function guarded({ settle = async () => undefined } = {}) {
  const [clock, vault] = [stoppedClock(), paperVault()];
  const drawn = /** @type {string[]} */ ([]);
  const kept = new Map();
  const cover = { draw: () => drawn.push('draw'), clear: () => drawn.push('clear') };
  const settings = { get: async (/** @type {string} */ k) => kept.get(k), put: async (/** @type {string} */ k, /** @type {any} */ v) => { kept.set(k, v); } };
  const make = () => makeGuard({ vault, clock, cover, settle, opened: async () => undefined, settings });
  const guard = make();
  await guard.start();
  return { guard, clock, vault, drawn, make, stage: () => guard.state().stage };
}

async function opened(/** @type {any} */ how = {}) {
  const all = await guarded(how);
  await all.guard.unlock('v', 'right');
  equal(all.stage(), 'open');
  return all;
}

test('guard: untouched it locks after a minute, and every touch begins it anew', async () => {
  const { guard, clock, stage, vault } = await opened();
  await clock.pass(59_000);
  guard.touch();
  await clock.pass(59_000);
  equal(stage(), 'open');
  await clock.pass(1_000);
  equal([stage(), vault.current()], ['locked', null]);
});

test('guard: out of sight it is covered at once and locks after a minute', async () => {
  const { guard, clock, stage, drawn } = await opened();
  await clock.pass(30_000);
  guard.hide();
  equal(drawn, ['draw'], 'covered in the same turn');
  await clock.pass(59_000);
  equal(stage(), 'open');
  await guard.show();
  equal([stage(), drawn.at(-1)], ['open', 'clear']);
  guard.hide();
  await clock.pass(60_000);
  equal(stage(), 'locked');
});

test('guard: a phone that slept through its timer is locked before the cover goes', async () => {
  const { guard, clock, drawn, stage } = await opened();
  guard.hide();
  const after = clock.after;
  clock.after = () => () => {}; // the browser froze the page: no timer runs
  guard.hide();
  await clock.pass(3_600_000);
  clock.after = after;
  const stages = /** @type {string[]} */ ([]);
  guard.subscribe(() => stages.push(guard.state().stage + ' ' + drawn.at(-1)));
  await guard.show();
  equal([stage(), drawn.at(-1)], ['locked', 'clear']);
  ok(stages.every((s) => s.endsWith('draw')), stages.join());
});

test('guard: a clock that was set back keeps nothing open', async () => {
  const { guard, clock, stage } = await opened();
  guard.hide();
  clock.setBack(3_600_000);
  await guard.show();
  equal(stage(), 'locked');
});

test('guard: a call that the app placed holds it open for ten minutes, once', async () => {
  const { guard, clock, stage } = await opened();
  guard.calls();
  guard.hide();
  await clock.pass(CALL_MS - 1_000);
  equal(stage(), 'open');
  await guard.show();
  guard.touch();
  guard.hide();
  await clock.pass(60_000);
  equal(stage(), 'locked', 'the next absence is no call');
  await guard.unlock('v', 'right');
  guard.calls();
  guard.hide();
  await clock.pass(CALL_MS);
  equal(stage(), 'locked');
});

test('guard: what is being written is written before it locks, and cannot hold it open', async () => {
  let write = () => {};
  const one = await opened({ settle: () => new Promise((resolve) => { write = () => resolve(undefined); }) });
  const locking = one.guard.lock();
  await settled();
  equal([one.stage(), one.vault.did], ['closing', []]);
  write();
  await locking;
  equal([one.stage(), one.vault.did], ['locked', ['lock']]);
  const two = await opened({ settle: () => new Promise(() => {}) });
  void two.guard.lock();
  await two.clock.pass(2_000);
  equal(two.stage(), 'locked');
});

test('guard: the time is set for the phone and kept', async () => {
  const { guard, clock, stage, make } = await opened();
  ok((await rejects(() => guard.setLimit(7))) instanceof Problem);
  await guard.setLimit(LOCK_CHOICES_S[0]);
  await clock.pass(15_000);
  equal(stage(), 'locked');
  const next = make();
  await next.start();
  equal(next.state().limit, 15);
});

test('guard: hidden in a hurry is blank at once, locked, and destroys nothing', async () => {
  const { guard, vault, stage, drawn } = await opened();
  const hiding = guard.hideNow();
  equal([drawn, guard.state().blank], [['draw'], true], 'in the same turn');
  await hiding;
  equal([vault.did, stage(), gate(guard.state(), null, null)], [['lock'], 'locked', 'blank']);
  guard.wake();
  equal(gate(guard.state(), null, null), 'unlock');
});

test('guard: burnt means destroyed, then locked, blank before both', async () => {
  const { guard, vault, stage, drawn } = await opened();
  const burning = guard.burn();
  equal(drawn, ['draw']);
  await burning;
  equal([vault.did, stage(), guard.state().blank], [['destroy panic', 'lock'], 'locked', true]);
});

test('guard: locked and blank also where the destroying fails', async () => {
  const { guard, vault, stage } = await opened();
  vault.destroy = async () => { throw new Problem('storage-failed'); };
  equal((await rejects(() => guard.burn())).type, 'storage-failed');
  equal([vault.did, stage(), guard.state().blank], [['lock'], 'locked', true]);
});

test('guard: the end of a shift destroys what is left and locks', async () => {
  const { guard, vault, stage } = await opened();
  await guard.endShift();
  equal([vault.did, stage(), guard.state().blank], [['destroy shift', 'lock'], 'locked', false]);
});

test('guard: the duress PIN shows the notebook until the page is closed', async () => {
  const { guard, clock, stage } = await guarded();
  equal(await guard.unlock('v', 'duress'), 'duress');
  guard.hide();
  await clock.pass(3_600_000);
  await guard.show();
  await guard.read();
  equal([stage(), gate(guard.state(), null, null)], ['decoy', 'decoy']);
});

test('guard: a wrong PIN opens nothing and says so', async () => {
  const { guard, stage } = await guarded();
  equal((await rejects(() => guard.unlock('v', 'wrong'))).type, 'pin-wrong');
  equal(stage(), 'locked');
});

test('guard: what stands before the screens', () => {
  const who = (/** @type {string} */ account) => /** @type {any} */ ({ user: { account } });
  const state = (/** @type {any} */ more) => ({ stage: 'none', vaults: [], blank: false, other: false, limit: 60, ...more });
  /** @type {[any, any, any, string|null][]} */
  const cases = [
    [{ stage: 'reading' }, who('agent'), {}, 'wait'],
    [{ stage: 'none' }, null, null, null],
    [{ stage: 'none' }, who('agent'), null, null], // enrolment first
    [{ stage: 'none' }, who('agent'), {}, 'create'],
    [{ stage: 'none' }, who('supervisor'), {}, 'create'],
    [{ stage: 'none' }, who('supervisor'), null, null],
    [{ stage: 'none' }, who('admin'), {}, null],
    [{ stage: 'locked' }, null, {}, 'unlock'],
    [{ stage: 'locked' }, who('agent'), {}, 'unlock'], // a session of a window that knows no lock opens nothing
    [{ stage: 'locked', other: true }, null, {}, null],
    [{ stage: 'locked', other: true }, who('agent'), {}, 'create'],
    [{ stage: 'open' }, who('agent'), {}, null],
    [{ stage: 'open', blank: true }, who('agent'), {}, 'blank'],
    [{ stage: 'closing' }, who('agent'), {}, 'wait'],
    [{ stage: 'decoy' }, who('agent'), {}, 'decoy'],
  ];
  for (const [more, session, device, want] of cases) equal(gate(state(more), session, device), want, JSON.stringify(more) + (session?.user.account ?? ''));
});

test('cover: opaque over everything, in the same turn, and gone with one call', () => {
  const cover = makeCover();
  const sheet = /** @type {HTMLElement} */ (document.querySelector('.cover'));
  try {
    equal(getComputedStyle(sheet).display, 'none');
    cover.draw();
    const box = sheet.getBoundingClientRect();
    equal([box.x, box.y, box.width, box.height], [0, 0, innerWidth, innerHeight]);
    ok(/^rgb\(\d+, \d+, \d+\)$/.test(getComputedStyle(sheet).backgroundColor), 'no part of it is clear');
    ok(document.elementFromPoint(innerWidth / 2, innerHeight / 2) === sheet);
    cover.clear();
    equal(getComputedStyle(sheet).display, 'none');
  } finally {
    sheet.remove();
  }
});

test('cover: the page tells the guard when it goes and comes, is touched and calls', async () => {
  const told = /** @type {string[]} */ ([]);
  const guard = /** @type {any} */ (Object.fromEntries(['hide', 'show', 'touch', 'calls'].map((name) => [name, () => { told.push(name); }])));
  let seen = 'visible';
  const page = document.implementation.createHTMLDocument('');
  Object.defineProperty(page, 'visibilityState', { get: () => seen });
  const view = new EventTarget();
  Object.defineProperty(page, 'defaultView', { value: view });
  watchPage(guard, { page, phone: true });
  seen = 'hidden';
  page.dispatchEvent(new Event('visibilitychange'));
  view.dispatchEvent(new Event('pagehide'));
  seen = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  view.dispatchEvent(new Event('blur'));
  view.dispatchEvent(new Event('focus'));
  equal(told, ['hide', 'hide', 'show', 'hide', 'show']);
  told.length = 0;
  const link = Object.assign(page.createElement('a'), { href: 'tel:911' });
  const inside = link.appendChild(page.createElement('span'));
  page.body.append(link);
  inside.dispatchEvent(new Event('pointerdown', { bubbles: true }));
  inside.dispatchEvent(new Event('click', { bubbles: true, cancelable: true }));
  equal(told, ['touch', 'calls']);
});

/** The control, drawn, with what it did. */
async function control() {
  const clock = stoppedClock();
  const did = /** @type {string[]} */ ([]);
  const stage = await draw(html`<main><h1 tabindex="-1">x</h1><${Hide} onHide=${() => did.push('hide')} onHold=${() => did.push('hold')} clock=${clock} /></main>`);
  const button = find(stage, '[data-act=hide]');
  const pointer = (/** @type {string} */ kind) => button.dispatchEvent(new PointerEvent(kind, { bubbles: true, isPrimary: true, button: 0 }));
  const key = (/** @type {string} */ kind, /** @type {string} */ name, repeat = false) => button.dispatchEvent(new KeyboardEvent(kind, { key: name, repeat, bubbles: true, cancelable: true }));
  const tap = async () => { pointer('pointerdown'); await clock.pass(80); pointer('pointerup'); button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 })); await settled(); };
  return { clock, did, stage, button, pointer, key, tap };
}

test('hide: two taps hide; one does not, nor two that are far apart', async () => {
  const { clock, did, tap, stage } = await control();
  await tap();
  equal([did, find(stage, '[role=status]').textContent], [[], 'hide.again']);
  await clock.pass(TWICE_MS + 1);
  equal(find(stage, '[role=status]').textContent, '');
  await tap();
  equal(did, []);
  await tap();
  equal(did, ['hide']);
});

test('hide: held for three seconds it destroys, with a fill that is seen', async () => {
  const { clock, did, pointer, button, stage } = await control();
  pointer('pointerdown');
  await settled();
  ok(button.classList.contains('holding'));
  equal(getComputedStyle(find(stage, '.fill')).transitionDuration, HOLD_MS / 1000 + 's');
  await clock.pass(HOLD_MS - 1);
  equal(did, []);
  await clock.pass(1);
  equal(did, ['hold']);
  pointer('pointerup');
  await settled();
  equal([did, button.classList.contains('holding')], [['hold'], false]);
});

test('hide: a hold that is let go, slips off or is broken off means nothing', async () => {
  for (const end of ['pointerup', 'pointerleave', 'pointercancel']) {
    const { clock, did, pointer } = await control();
    pointer('pointerdown');
    await clock.pass(HOLD_MS - 100);
    pointer(end);
    await clock.pass(HOLD_MS * 2);
    equal(did, [], end);
    pointer('pointerdown');
    await clock.pass(100);
    pointer('pointerup');
    equal(did, [], end + ': a long press is no first tap');
  }
});

test('hide: by keyboard the same, twice to hide and held to destroy', async () => {
  for (const name of ['Enter', ' ']) {
    const { clock, did, key } = await control();
    for (let i = 0; i < 2; i++) { key('keydown', name); await clock.pass(50); key('keyup', name); await settled(); }
    equal(did, ['hide'], name);
    key('keydown', name);
    for (let i = 0; i < 29; i++) { await clock.pass(100); key('keydown', name, true); }
    equal(did, ['hide'], name);
    await clock.pass(100);
    equal(did, ['hide', 'hold'], name);
  }
});

test('hide: what a screen reader taps counts as a tap', async () => {
  const { did, button } = await control();
  button.click();
  await settled();
  equal(did, []);
  button.click();
  equal(did, ['hide']);
});

test('pin: what everybody chooses is refused, a date is warned of', () => {
  for (const bad of ['12345678', '87654321', '00000000', '12121212', '12341234', '24680246', '90123456', '11223344', '147258369']) equal(judgeSecret(bad).problem, 'common', bad);
  for (const bad of ['', '1', '1234567', '7391846']) equal(judgeSecret(bad).problem, 'short', bad);
  for (const bad of ['sol', 'trece letras.', '             a']) equal(judgeSecret(bad).problem, 'phrase_short', bad);
  equal(judgeSecret('aaaaaaaaaaaaaaaa').problem, 'common');
  equal(judgeSecret('9'.repeat(64) + '8'.repeat(65)).problem, 'long');
  for (const good of ['73918460', '5820471936', 'maíz, tren, lluvia, nueve']) equal(judgeSecret(good), { problem: null, warn: null }, good);
  for (const date of ['24121987', '12241987', '19871224', '01012001']) equal([judgeSecret(date).problem, judgeSecret(date).warn], [null, 'date'], date);
  for (const none of ['73918460', '45121987', '00121987', '24130087']) equal(looksLikeDate(none), false, none);
});

test('guard: handed to the person, nothing but their screen shows until it is locked', async () => {
  const { guard, clock, stage } = await opened();
  const screen = () => gate(guard.state(), null, null);
  guard.hand('p');
  equal([screen(), guard.state().handed], ['hand', 'p']);
  await guard.read();
  equal(screen(), 'hand', 'whatever else is read');
  await guard.hideNow();
  equal([screen(), stage(), guard.state().handed], ['blank', 'locked', null]);
  guard.wake();
  guard.hand('p');
  equal(screen(), 'unlock', 'what is locked is not handed on');
  await guard.unlock('v', 'right');
  equal(screen(), null);
  guard.hand('p');
  await clock.pass(60_000);
  equal([screen(), guard.state().handed], ['unlock', null], 'left lying about it locks like any screen');
});
