// The session of this device: who signed in, and the tokens that sync needs. An
// expired token never blocks capture; it only delays sync. Tabs and the service
// worker share it, so only one of them refreshes at a time.
import { changed } from "../store/changes.js";
import * as settings from "../store/settings.js";
import { Problem } from "../text/problem.js";

/**
 * @typedef {{id: string, username: string, display: string, account: string, post: string,
 *   agency: {id: string, name: string}, region: string}} User
 * @typedef {{user: User, access: string, refresh: string, ended: boolean}} Session
 *   ended: the server no longer accepts it; capture goes on, sync waits for a sign-in
 * @typedef {{id: string, name: string, kid: string, keys: import("../store/content.js").SealKey[],
 *   agency: {id: string, name: string}, pair: CryptoKeyPair}} Device
 * @typedef {{access_token: string, refresh_token: string, user: User}} TokenReply
 * @typedef {(path: string, body: object) => Promise<TokenReply>} Send one POST without a token
 */

/** @returns {Promise<Session|null>} */
export async function session() {
  return (await settings.get("session")) ?? null;
}

/** @returns {Promise<Device|null>} */
export async function device() {
  return (await settings.get("device")) ?? null;
}

/** Keeps what a log-in or a refresh gave. @param {TokenReply} reply */
export async function keepSession(reply) {
  /** @type {Session} */
  const next = { user: reply.user, access: reply.access_token, refresh: reply.refresh_token, ended: false };
  await settings.put("session", next);
  changed("session");
}

/** Forgets the session; what waits in the outbox stays. */
export async function dropSession() {
  await settings.remove("session");
  changed("session");
}

/**
 * A fresh access token in place of one that was refused. Under a lock: a second
 * caller finds the token that the first got. A reply that was lost is asked for
 * again with the same refresh token, which the server allows to the same device.
 * @param {string} refused @param {Send} send
 * @returns {Promise<string>} Rejects with sign-in-again where the session has ended.
 */
export function refreshed(refused, send) {
  return navigator.locks.request("token", async () => {
    const now = await session();
    if (!now) throw new Problem("sign-in-again", { status: 401 });
    if (now.access !== refused) return now.access;
    if (now.ended) throw new Problem("sign-in-again", { status: 401 });
    try {
      const reply = await send("/auth/refresh", { refresh_token: now.refresh, device: (await device())?.id });
      await keepSession(reply);
      return reply.access_token;
    } catch (error) {
      if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 403)) throw error;
      await settings.put("session", { ...now, ended: true });
      changed("session");
      throw new Problem("sign-in-again", { status: 401, cause: error });
    }
  });
}
