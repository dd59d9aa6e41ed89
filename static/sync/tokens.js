// The session: who signed in, and the tokens that reading from the server needs.
// Where an agent's vault is open it lies there, and is out of reach while the
// vault is locked; who has no vault has it in the settings, bound to the key of
// this browser. It blocks neither capture nor sending. All tabs share it, so only
// one of them refreshes at a time.
import { changed } from "../store/changes.js";
import * as settings from "../store/settings.js";
import { Problem } from "../text/problem.js";

/**
 * @typedef {{id: string, username: string, display: string, account: string, post: string,
 *   agency: {id: string, name: string}, region: string}} User
 * @typedef {{user: User, access: string, refresh: string, ended: boolean}} Session
 *   ended: the server no longer accepts it; capture goes on, sync waits for a sign-in
 * @typedef {{id: string, name: string, agency: {id: string, name: string}, pinned: boolean}} Device
 *   pinned: the server's fingerprints were compared; before that it seals nothing
 * @typedef {{access_token: string, refresh_token: string, user: User}} TokenReply
 * @typedef {(path: string, body: object) => Promise<TokenReply>} Send one POST without a token
 * @typedef {{get(key: string): Promise<any>, put(key: string, value: unknown): Promise<unknown>, remove(key: string): Promise<unknown>}} Place
 * @typedef {Place & {current(): unknown}} Vault current: null while it is locked
 */

/** What the session is called where it lies. */
const NAME = "session";

/** @type {Vault|null} */
let vault = null;

/** Says where agents' sessions lie; a service worker never has it. @param {Vault|null} place */
export function keepSessionsIn(place) {
  vault = place;
}

/** Where the session lies now. @returns {Place} */
function place() {
  return vault?.current() ? vault : settings;
}

/** @returns {Promise<Session|null>} */
export async function session() {
  return (await place().get(NAME)) ?? null;
}

/**
 * Takes the session of an agent who signed in before the vault was made or opened
 * into it; never that of another person than the vault's.
 */
export async function sessionIntoVault() {
  const [where, loose] = [place(), await settings.get(NAME)];
  if (!loose || where === settings) return;
  const kept = /** @type {Session|undefined} */ (await where.get(NAME));
  if (kept && kept.user.id !== loose.user.id) return;
  await where.put(NAME, loose);
  await settings.remove(NAME);
}

/** @returns {Promise<Device|null>} */
export async function device() {
  return (await settings.get("device")) ?? null;
}

/**
 * Keeps what a log-in or a refresh gave.
 * @param {TokenReply} reply @param {Place} [where] as it was when the request began: a vault
 *   that was locked meanwhile takes it no more, and nothing else may
 */
export async function keepSession(reply, where = place()) {
  /** @type {Session} */
  const next = { user: reply.user, access: reply.access_token, refresh: reply.refresh_token, ended: false };
  await where.put(NAME, next);
  changed("session");
}

/** Forgets the session; what waits in the outbox stays. */
export async function dropSession() {
  await place().remove(NAME);
  changed("session");
}

/**
 * A fresh access token in place of one that was refused. Under a lock: a second
 * caller finds the token that the first got. A reply that was lost is asked for
 * again with the same refresh token, which the server allows to the same key.
 * @param {string} refused @param {Send} send
 * @returns {Promise<string>} Rejects with sign-in-again where the session has ended.
 */
export function refreshed(refused, send) {
  return navigator.locks.request("token", async () => {
    const where = place();
    const now = /** @type {Session|undefined} */ (await where.get(NAME));
    if (!now) throw new Problem("sign-in-again", { status: 401 });
    if (now.access !== refused) return now.access;
    if (now.ended) throw new Problem("sign-in-again", { status: 401 });
    try {
      const reply = await send("/auth/refresh", { refresh_token: now.refresh });
      await keepSession(reply, where);
      return reply.access_token;
    } catch (error) {
      if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 403)) throw error;
      await where.put(NAME, { ...now, ended: true });
      changed("session");
      throw new Problem("sign-in-again", { status: 401, cause: error });
    }
  });
}
