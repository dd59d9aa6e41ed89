import { append, sealDraft, setFields, unpacked } from '../app/capture-store.js';
import { countOnly, finishPerson, markPerson, reopenPerson } from '../app/capture-seal.js';
import { loadState } from '../app/capture-state.js';
import { forgetCounted, renewAll, withIdentity } from '../app/capture-snapshot.js';
import { SEAL_AFTER_MS } from '../app/sealing.js';
import { transact } from '../store/db.js';
import * as drafts from '../store/drafts.js';
import * as outbox from '../store/outbox.js';
import * as snapshots from '../store/snapshots.js';
import * as vault from '../store/vault.js';
import { sync } from '../sync/sync.js';
import { beginPerson, beginVisit, realApp } from './capture.fixture.js';
import { newVault, PIN } from './fixture.js';
import { equal, ok, received, rejects, test } from './harness.js';

const answer = (/** @type {string} */ item, value = 'yes') => ({ do: 'answer', item, value });

/** What the server of the test has of a record. @param {string} id @returns {Promise<any>} */
async function sent(id) {
  const all = (await received()).flatMap((b) => b.records);
  const mine = all.filter((r) => r.id === id);
  ok(mine.length < 2, `${mine.length} envelopes of one record were sent`);
  return mine[0]?.plain;
}

async function visitWithPerson() {
  const { id } = await newVault();
  const { app, sha256 } = await realApp();
  const begun = await beginPerson(app, await beginVisit(app, sha256), 1);
  return { app, vaultId: id, ...begun };
}

test('snapshot: nothing of a person leaves before they agreed; the visit does', async () => {
  const { app, person, visit } = await visitWithPerson();
  await append(app, person, answer('open_who', 'shown'));
  equal(await vault.destroy('panic'), 1);
  await sync();
  equal(await sent(person.id), undefined);
  const record = await sent(visit.id);
  equal([record.kind, record.counts], ['encounter', { seen: 1, screened: 0, refused: 0, not_reached: 0 }]);
});

test('snapshot: after a yes, destroying sends what was answered, ended "interrupted"', async () => {
  const { app, person, visit } = await visitWithPerson();
  const agreed = await append(app, person, answer('con_talk'));
  await append(app, agreed, answer('core_debt'));
  equal(await vault.destroy('panic'), 2);
  equal(await drafts.count(), 0);
  await sync();
  const record = await sent(person.id);
  equal([record.ended, record.answers.map((/** @type {any} */ a) => a.item), record.device, record.author.user], ['interrupted', ['con_talk', 'core_debt'], 'd-1', 'u-1']);
  equal((await sent(visit.id)).counts, { seen: 1, screened: 1, refused: 0, not_reached: 0 }, 'the visit counts who is being screened');
});

test('snapshot: danger and minors are kept without a yes', async () => {
  const { app, person, visit } = await visitWithPerson();
  await append(app, person, answer('nee_fear'));
  const two = await beginPerson(app, visit, 2);
  await append(app, two.person, answer('con_talk', 'no'), { do: 'set', fields: { person: { age: 15 } } });
  const three = await beginPerson(app, two.visit, 3);
  await append(app, three.person, answer('con_talk', 'no'), { do: 'set', fields: { person: { age: 30 } } });
  await vault.destroy('panic');
  await sync();
  equal(await Promise.all([person, two.person, three.person].map(async (p) => (await sent(p.id))?.kind ?? null)), ['detection', 'detection', null]);
});

test('snapshot: a "no" takes it away in the same step, also after the end', async () => {
  const { app, person } = await visitWithPerson();
  const agreed = await append(app, person, answer('con_talk'), answer('core_debt', 'no'));
  equal((await snapshots.all()).length, 2);
  const state = await loadState(app);
  const finished = await finishPerson(app, state, agreed);
  equal((await snapshots.all()).filter((row) => row.due).length, 1);
  const refused = await append(app, finished, answer('con_talk', 'no'));
  equal((await snapshots.all()).map((row) => row.kind), ['encounter']);
  await vault.destroy('panic');
  await sync();
  equal(await sent(refused.id), undefined);
});

test('snapshot: a finished screening is its own record and leaves on time, the vault locked', async () => {
  const { app, person } = await visitWithPerson();
  const agreed = await append(app, person, answer('con_talk'), answer('core_debt', 'no'));
  const finished = await finishPerson(app, await loadState(app), agreed);
  vault.lock();
  const at = Date.parse(finished.fields.finishedAt);
  equal(await app.sealDue(at + SEAL_AFTER_MS - 1), 0);
  equal(await app.sealDue(at + SEAL_AFTER_MS), 1);
  await sync();
  equal((await sent(person.id)).ended, 'completed');
  equal(await drafts.count(), 1, 'the visit goes on');
});

test('snapshot: a correction that comes as the time is over makes no second record', async () => {
  const { app, person } = await visitWithPerson();
  const agreed = await append(app, person, answer('con_talk'), answer('core_debt', 'no'));
  const finished = await finishPerson(app, await loadState(app), agreed);
  equal(await app.sealDue(Date.parse(finished.fields.finishedAt) + SEAL_AFTER_MS), 1);
  for (const tap of ['at once', 'tried again']) equal((await rejects(() => append(app, finished, answer('core_debt')))).type, 'draft-gone', tap);
  equal([await drafts.count(), (await snapshots.all()).length], [1, 1], 'the visit alone is open');
  equal(await vault.destroy('panic'), 1, 'and nothing stands in the way of what is destroyed');
  await sync();
  equal((await sent(person.id)).ended, 'completed');
});

test('snapshot: a screening that goes on past the end of a trip keeps its visit', async () => {
  const { app, vaultId, person, visit } = await visitWithPerson();
  const until = Date.now() + 60_000;
  await vault.startTrip(new Uint8Array(32).fill(9), new Date(until).toISOString());
  const two = await beginPerson(app, await beginVisit(app, visit.fields.protocol.sha256), 1);
  await append(app, two.person, answer('con_talk'));
  vault.reload();
  await vault.open(vaultId, PIN);
  const goesOn = await append(app, two.person, answer('con_talk'), answer('core_debt', 'no'));
  await vault.tend(until, null);
  const later = await append(app, goesOn, answer('core_debt'));
  equal([(await app.drafts.get(later.id)).encounter, (await app.drafts.get(two.visit.id)).kind], [two.visit.id, 'encounter']);
  equal((await drafts.list()).map((d) => d.id).sort(), [person.id, visit.id, two.person.id, two.visit.id].sort());
});

test('snapshot: who the person is goes along, sealed to the reviewers, only after a yes to that', async () => {
  const { app, person } = await visitWithPerson();
  /** What crypto/identity.js does is held by its own tests; here it counts when it is asked. */
  app.identity = { ...app.identity, seal: async (/** @type {any} */ identity, /** @type {string} */ id) => ({ id, kid: 'k', enc: identity.name.length, ct: '' }) };
  const identity = { name: 'Inés', contacts: [], safe: {}, notes: '' };
  const agreed = await append(app, person, answer('con_talk'), { do: 'set', fields: { identity } });
  const record = { id: person.id, consent: { identity: 'yes' }, identity: null };
  equal((await withIdentity(app, agreed, record)).identity, { id: person.id, kid: 'k', enc: 4, ct: '' });
  equal((await withIdentity(app, agreed, { ...record, consent: { identity: 'no' } })).identity, null);
  equal((await withIdentity(app, agreed, { ...record, consent: {} })).identity, null);
  equal((await withIdentity(app, await setFields(app, agreed, { identity: null }), record)).identity, null);
  const [, ...entries] = await transact(['snapshots'], 'readonly', (tx) => tx.objectStore('snapshots').getAll());
  ok(!JSON.stringify(entries).includes('Inés'));
});

test('snapshot: the last place and the drafts are read with the PIN alone', async () => {
  const { app, vaultId, person } = await visitWithPerson();
  await append(app, person, answer('con_talk'));
  vault.reload();
  forgetCounted();
  await vault.open(vaultId, PIN);
  const state = await loadState(app);
  equal(state.persons.map((/** @type {any} */ p) => [p.id, p.state]), [[person.id, 'going_on']]);
});

test('snapshot: what was captured before there was a key, or in clear, gets one', async () => {
  const { app, person } = await visitWithPerson();
  await append(app, person, answer('con_talk'));
  await transact(['snapshots'], 'readwrite', async (tx) => { for (const key of await tx.objectStore('snapshots').getAllKeys()) await tx.objectStore('snapshots').delete(key); });
  forgetCounted();
  await renewAll(app);
  equal((await snapshots.all()).map((row) => row.kind).sort(), ['detection', 'encounter']);
});

/** Numbers from a seed, so that a failure can be had again. @param {number} seed */
function numbers(seed) {
  let x = seed;
  return (/** @type {number} */ below) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 2 ** 32) * below);
  };
}

/**
 * One step of a day, chosen at random. @param {any} day @param {(below: number) => number} pick
 */
async function step(day, pick) {
  const { app } = day;
  const state = await loadState(app);
  if (!state.visit) day.visit = await beginVisit(app, day.sha256);
  const open = state.persons.filter((/** @type {any} */ p) => p.draft);
  const one = open.length ? open[pick(open.length)] : null;
  const draft = one?.draft;
  switch (pick(10)) {
    case 0: case 1: {
      if (!state.visit || open.length > 3) return 'none';
      const begun = await beginPerson(app, state.visit, state.persons.length + 1);
      day.persons.add(begun.person.id);
      return 'begin';
    }
    case 2: case 3: return draft ? (await append(app, draft, answer('con_talk', ['yes', 'no'][pick(2)])), 'consent') : 'none';
    case 4: return draft ? (await append(app, draft, answer('core_debt', ['yes', 'no'][pick(2)])), 'tap') : 'none';
    case 5: {
      if (!draft || draft.answers.find((/** @type {any} */ a) => a.item === 'con_talk')?.value !== 'yes') return 'none';
      return draft.fields.record ? (await reopenPerson(app, draft), 'reopen') : (await finishPerson(app, state, draft), 'finish');
    }
    case 6: {
      if (!one || one.state !== 'finished' || draft.answers.find((/** @type {any} */ a) => a.item === 'con_talk')?.value !== 'yes') return 'none';
      await sealDraft(app, draft);
      day.sealed.add(one.id);
      return 'seal';
    }
    case 7: {
      if (!one || draft.answers.find((/** @type {any} */ a) => a.item === 'con_talk')?.value !== 'no') return 'none';
      await countOnly(app, state.visit, one.id, 'refused');
      day.refused.add(one.id);
      return 'refuse';
    }
    case 8: return pick(4) ? 'none' : (await endAll(day), 'destroy');
    default: return draft ? (await markPerson(app, state.visit, one.id, { linked: [] }), 'mark') : 'none';
  }
}

/** Destroys, and notes of whom a record must be there from now on, and of whom never. @param {any} day */
async function endAll(day) {
  const { persons } = await loadState(day.app);
  const open = persons.filter((/** @type {any} */ p) => p.draft);
  await vault.destroy('panic');
  for (const { id, draft } of open) {
    const said = draft.answers.find((/** @type {any} */ a) => a.item === 'con_talk')?.value;
    (said === 'yes' ? day.sealed : day.refused).add(id);
  }
}

/** The page is killed in the middle of a step: its worker is gone, its transaction aborted or not. */
async function killed(/** @type {any} */ day, /** @type {(below: number) => number} */ pick) {
  const real = IDBDatabase.prototype.transaction;
  let after = pick(6);
  const work = (async () => {
    // Some later transaction of the step is aborted as a dead process leaves it.
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const tx = real.call(this, stores, mode, options);
      if (mode === 'readwrite' && after-- === 0) tx.abort();
      return tx;
    };
    await step(day, pick);
  })().catch(() => undefined);
  const wait = pick(3) ? work : new Promise((next) => setTimeout(next, pick(12)));
  await wait;
  vault.reload(); // the worker ends wherever it is
  await work;
  IDBDatabase.prototype.transaction = real;
}

for (const seed of [7, 2026, 31337, 99, 4242, 12]) {
  test(`snapshot: whatever the order, and wherever the page dies, one envelope a record and none of who refused (${seed})`, () => day(seed));
}

/** A day of 40 steps at random, some of them cut short. @param {number} seed */
async function day(seed) {
  const pick = numbers(seed);
  const { id } = await newVault();
  const made = { ...(await realApp()), persons: new Set(), sealed: new Set(), refused: new Set(), visit: null };
  /** @type {string[]} */
  const said = [];
  for (let i = 0; i < 40; i++) {
    if (pick(6)) said.push(await step(made, pick));
    else {
      await killed(made, pick);
      forgetCounted();
      said.push('killed');
      await vault.tend(Date.now(), null);
      await vault.open(id, PIN);
      await renewAll(made.app);
    }
  }
  await endAll(made);
  const ids = (await outbox.all()).map((row) => row.id);
  const why = said.join(' ');
  equal(ids.length, new Set(ids).size, why);
  for (const one of made.sealed) ok(ids.includes(one), `a sealed record is gone: ${why}`);
  for (const one of made.refused) ok(!ids.includes(one), `a refusal left: ${why}`);
  equal([await drafts.count(), (await snapshots.all()).length], [0, 0], why);
}

test('snapshot: at the end of a day, whoever agreed is at the server and whoever did not is not', async () => {
  const { app, visit, person } = await visitWithPerson();
  let v = visit;
  const yes = [person];
  const no = [];
  await append(app, person, answer('con_talk'));
  for (let n = 2; n <= 8; n++) {
    const begun = await beginPerson(app, v, n);
    v = begun.visit;
    (n % 2 ? yes : no).push(begun.person);
    await append(app, begun.person, answer('con_talk', n % 2 ? 'yes' : 'no'), { do: 'set', fields: { person: { age: 30 } } });
  }
  equal(await vault.destroyOne(), 1 + yes.length);
  await sync();
  for (const p of yes) equal((await sent(p.id))?.ended, 'interrupted');
  for (const p of no) equal(await sent(p.id), undefined);
  equal((await sent(visit.id)).counts, { seen: 8, screened: 4, refused: 0, not_reached: 0 });
});

/** Stores of the database whose work is counted. */
const COUNTED = [IDBObjectStore.prototype, IDBIndex.prototype];

/**
 * What work asks of the database: requests, rows and keys that came back, rows
 * written and the bytes in them. @param {() => Promise<unknown>} work
 */
async function workOf(work) {
  const done = { requests: 0, read: 0, written: 0, bytes: 0 };
  /** @type {[any, string, any][]} */
  const real = [];
  const bytesIn = (/** @type {any} */ v) => (v instanceof Uint8Array ? v.length : v && typeof v === 'object' ? Object.values(v).reduce((n, x) => n + bytesIn(x), 0) : 0);
  for (const proto of COUNTED) {
    for (const name of ['get', 'getAll', 'getAllKeys', 'count', 'put', 'add', 'delete']) {
      const was = /** @type {any} */ (proto)[name];
      if (!was) continue;
      real.push([proto, name, was]);
      /** @type {any} */ (proto)[name] = function (/** @type {any[]} */ ...args) {
        done.requests++;
        if (name === 'put' || name === 'add') { done.written++; done.bytes += bytesIn(args[0]); }
        const request = was.apply(this, args);
        request.addEventListener('success', () => { done.read += Array.isArray(request.result) ? request.result.length : Number(name === 'get' && request.result !== undefined); });
        return request;
      };
    }
  }
  try {
    await work();
  } finally {
    for (const [proto, name, was] of real) proto[name] = was;
  }
  return done;
}

/** The work of each thing that an agent does in a visit that lists n persons already. @param {number} n */
async function workWith(n) {
  const { app, person, visit } = await visitWithPerson();
  const listed = [...visit.fields.persons, ...Array.from({ length: n - 1 }, (_, i) => ({ id: app.uuid7(), number: i + 2, linked: [], group: 'A' }))];
  let full = await setFields(app, visit, { persons: listed });
  let draft = await append(app, person, answer('con_talk'));
  let two = /** @type {any} */ (null);
  await loadState(app); // content is read once a page
  /** @type {Record<string, any>} */
  const work = {
    tap: await workOf(async () => { draft = await append(app, draft, answer('core_debt')); }),
    correction: await workOf(async () => { draft = await append(app, draft, answer('core_debt', 'no')); }),
    'what a group said': await workOf(async () => { full = await setFields(app, full, { 'group:A:core_debt': { value: 'yes', at: draft.startedAt, by: 1 } }); }),
    end: await workOf(async () => { draft = await finishPerson(app, await loadState(app), draft); }),
    seal: await workOf(() => sealDraft(app, draft)),
    'next person': await workOf(async () => { two = await beginPerson(app, full, n + 1); }),
    refusal: await workOf(() => countOnly(app, two.visit, two.person.id, 'refused')),
  };
  equal(unpacked(await app.drafts.get(visit.id)).fields.persons.length, n + 1);
  return work;
}

test('space: with 200 persons each step reads and writes as much as with 5', async () => {
  const few = await workWith(5);
  const many = await workWith(200);
  for (const step of Object.keys(few)) {
    equal(many[step], few[step], step);
    ok(few[step].written > 0 && few[step].bytes > 0 || step === 'seal' || step === 'refusal', `${step}: ${JSON.stringify(few[step])}`);
  }
});
