// A visit as screens make it, over the real store: what the tests of capture and
// of what is left on a phone begin with.
import { makeApp } from '../app/app.js';
import { begin, setFields } from '../app/capture-store.js';
import { forgetCounted } from '../app/capture-snapshot.js';
import { sha256Hex } from '../crypto/hash.js';
import * as content from '../store/content.js';
import { enrolled, user } from './fixture.js';
import { book, protocol } from './views.fixture.js';

/** Puts a protocol, its codebook, Spanish and the server's key into use. @param {any} asks @returns {Promise<string>} the protocol's SHA-256 */
async function publish(asks) {
  const spanish = { code: 'es-MX', name: 'español', autonym: 'español', messages: {}, protocols: {} };
  const blobs = [['protocol', 'small', asks], ['codebook', 'codebook', book()], ['locale', 'es-MX', spanish], ['keys', 'keys', await content.value('keys')]];
  const entries = [];
  for (const [kind, id, value] of blobs) {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    const entry = { kind, id, version: 1, bytes: bytes.length, sha256: await sha256Hex(bytes) };
    await content.putBlob(entry, bytes);
    entries.push(entry);
  }
  await content.adopt(entries);
  return entries[0].sha256;
}

/** The platform as main.js makes it, signed in and enrolled. @param {any} [asks] the protocol, the small one where none is named */
export async function realApp(asks = protocol()) {
  await enrolled();
  const sha256 = await publish(asks);
  forgetCounted();
  const session = { user: user(), access: 'good', refresh: 'r-1', ended: false };
  const app = makeApp(/** @type {any} */ ({ who: () => ({ session, device: null }), send: async () => ({}), syncState: () => ({ lastContact: null, error: null }), onSync: () => () => {} }));
  return { app, sha256 };
}

/** Begins a visit. @param {any} app @param {string} sha256 */
export function beginVisit(app, sha256) {
  return begin(app, { kind: 'encounter', fields: { setting: 'agriculture', state: '12', municipality: '', language: 'es-MX', mode: 'live',
    protocol: { id: 'small', version: 1, sha256 }, persons: [], counts: null, occurredAt: null } });
}

/** Begins a screening and lists it. @param {any} app @param {any} visit @param {number} number @returns {Promise<{person: any, visit: any}>} */
export async function beginPerson(app, visit, number) {
  const person = await begin(app, { kind: 'screening', encounter: visit.id, fields: {
    number, language: 'es-MX', pack: null, protocol: visit.fields.protocol, variant: '', interpreter: 'none_needed', linked: [], person: {} } });
  return { person, visit: await setFields(app, visit, { persons: [...visit.fields.persons, { id: person.id, number, linked: [] }] }) };
}

/** The change of one answer. */
export const answer = (/** @type {string} */ item, value = 'yes') => ({ do: 'answer', item, value });
/** The change that makes an adult of a person. */
export const ADULT = { do: 'set', fields: { person: { age: 30, nationality: 'MEX', groups: { indigenous: 'no' } } } };
