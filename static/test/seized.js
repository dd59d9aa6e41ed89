// What seized_test.go has a phone do before it takes it: the words come from
// there, so that no file of the server has them.
import { forgetCounted } from '../app/capture-snapshot.js';
import { append, sealDraft } from '../app/capture-store.js';
import { finishPerson } from '../app/capture-seal.js';
import { loadState } from '../app/capture-state.js';
import { startKeeper } from '../app/trust.js';
import { transact } from '../store/db.js';
import { useWorker } from '../store/keys.js';
import * as settings from '../store/settings.js';
import * as vault from '../store/vault.js';
import { beginPerson, beginVisit, realApp } from './capture.fixture.js';
import { CHEAP } from './fixture.js';

useWorker(() => startKeeper({ type: 'module' }));

/** A setting in clear, that the search must find. @param {string} control @param {{secret: string, duress: string}} pins */
export async function setUp(control, { secret, duress }) {
  await settings.put('control', control);
  return (await vault.create({ label: 'uno', secret, duress, cost: CHEAP })).id;
}

/**
 * A visit with persons whose words are planted in every place where a person's
 * words can be. @param {string[]} words @returns {Promise<{ids: string[], bodies: string[]}>}
 *   bodies: what lies in the journal, in hex
 */
export async function plant(words) {
  const { app, sha256 } = await realApp();
  forgetCounted();
  let visit = (await loadState(app)).visit || (await beginVisit(app, sha256));
  const ids = [visit.id];
  for (const [i, word] of words.entries()) {
    const begun = await beginPerson(app, visit, visit.fields.persons.length + 1);
    visit = begun.visit;
    let person = await append(app, begun.person, { do: 'answer', item: 'con_talk', value: 'yes' }, { do: 'answer', item: 'core_debt', value: word });
    person = await append(app, person, { do: 'set', fields: { variant: word, notes: word, identity: i % 2 ? null : { name: word, contacts: [], safe: {}, notes: word } } });
    await append(app, person, { do: 'set', fields: { notes: word + word } });
    ids.push(person.id);
  }
  await vault.put('place', { word: words[0] });
  return { ids, bodies: await bodies() };
}

/** @returns {Promise<string[]>} */
async function bodies() {
  const entries = await transact(['journal'], 'readonly', (tx) => tx.objectStore('journal').getAll());
  return entries.map((e) => [...e.body].map((b) => b.toString(16).padStart(2, '0')).join(''));
}

/** Opens the vault and tells what it reads: the proof that the words are there. @param {string} id @param {string} secret */
export async function read(id, secret) {
  const how = await vault.open(id, secret);
  const { app } = await realApp();
  return how + JSON.stringify(await app.drafts.list());
}

/** Finishes and seals every screening of the visit. */
export async function sealAll() {
  const { app } = await realApp();
  const state = await loadState(app);
  for (const { draft } of state.persons) {
    if (!draft) continue;
    const whole = await append(app, draft, { do: 'answer', item: 'core_debt', value: 'yes' });
    await sealDraft(app, await finishPerson(app, state, whole));
  }
}

/** @returns {Promise<number>} */
export const destroy = () => vault.destroy('panic');

/** What is left in the stores of drafts. @returns {Promise<number[]>} */
export const left = () => transact(['drafts', 'journal', 'snapshots'], 'readonly', (tx) => Promise.all(['drafts', 'journal', 'snapshots'].map((s) => tx.objectStore(s).count())));
