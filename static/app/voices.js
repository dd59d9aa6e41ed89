// Voices that were recorded in place: an interpreter of the agency reads an item,
// for the translation desk. They lie under the open vault's key until the server
// has them, and no person ever hears one before it is certified.
import { toBase64url, fromBase64url } from '../crypto/base64url.js';

/** At most so many wait on a phone: 40 of 10 seconds are 2.4 MB, and a phone has to hold records first. */
export const MOST_VOICES = 40;

/** The names of what waits, in order. */
const LIST = 'voices';
const nameOf = (/** @type {string} */ id) => 'voice:' + id;

/** @typedef {{locale: string, message: string, text_hash: string, speaker: string, bytes: Uint8Array, type: string}} Voice text_hash: empty where the language has no text of the message yet */

/** @param {any} app @returns {Promise<string[]>} */
const waiting = async (app) => (app.vault.current() ? (await app.vault.get(LIST)) || [] : []);

/** How many wait in the open vault. @param {any} app */
export const countVoices = async (app) => (await waiting(app)).length;

/**
 * Keeps a voice: first itself, then its name, so that a dead battery leaves none half.
 * Rejects with voices-full. @param {any} app @param {Voice} voice
 */
export async function keepVoice(app, { bytes, ...of }) {
  const ids = await waiting(app);
  if (ids.length >= MOST_VOICES) throw new app.Problem('voices-full', { args: { max: MOST_VOICES } });
  const id = app.uuid7();
  await app.vault.put(nameOf(id), { ...of, bytes: toBase64url(bytes) });
  await app.vault.put(LIST, [...ids, id]);
}

/** What the server says of a voice that it will never take: another try would not help. */
const isFinal = (problem) => problem.status >= 400 && problem.status < 500 && ![401, 403, 408, 429].includes(problem.status);

/**
 * Sends what waits, oldest first; each leaves the phone once the server has it, or
 * says that it never will. Stops at the first that must wait.
 * @param {any} app @returns {Promise<{sent: number, refused: string[], problem: any}>} refused: why, in words
 */
export async function sendVoices(app) {
  let sent = 0;
  const refused = [];
  for (const id of await waiting(app)) {
    const voice = await app.vault.get(nameOf(id));
    try {
      if (voice) await sendOne(app, voice);
      sent++;
    } catch (error) {
      const problem = app.asProblem(error);
      if (!isFinal(problem)) return { sent, refused, problem };
      refused.push(problem.detail);
    }
    await app.vault.put(LIST, (await waiting(app)).filter((other) => other !== id));
    await app.vault.remove(nameOf(id));
  }
  return { sent, refused, problem: null };
}

function sendOne(app, { locale, message, text_hash, speaker, bytes, type }) {
  const asked = new URLSearchParams({ message, text_hash, speaker, consent: 'yes' });
  return app.api('POST', '/locales/' + encodeURIComponent(locale) + '/recordings?' + asked, fromBase64url(bytes), type);
}
