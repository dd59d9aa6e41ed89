// Who uses this device: sign-in, enrolment, sign-out. Signing out never touches
// drafts or the outbox; another agent's session, or the next one, sends them.
import { makeDeviceKey } from "../crypto/device-key.js";
import { changed } from "../store/changes.js";
import * as settings from "../store/settings.js";
import * as api from "../sync/api.js";
import { device, dropSession, keepSession, session } from "../sync/tokens.js";

export { device, session };

/**
 * Signs in. Needs a network; rejects with the server's Problem.
 * @param {string} username @param {string} password @param {string} [otp]
 * @returns {Promise<import("../sync/tokens.js").User>}
 */
export async function signIn(username, password, otp) {
  const reply = await api.post("/auth/login", otp ? { username, password, otp } : { username, password }, { signedIn: false });
  await keepSession(reply);
  await bind(reply);
  return reply.user;
}

/**
 * Binds a new session to this phone, so that it ends with it where the phone is
 * lost. Where that fails the first refresh does it.
 * @param {{refresh_token: string}} reply
 */
async function bind({ refresh_token }) {
  const here = await device();
  if (!here) return;
  await api.post("/auth/refresh", { refresh_token, device: here.id }, { signedIn: false }).then(keepSession, () => undefined);
}

/**
 * Makes the first administrator and their agency on a new server, and signs in.
 * @param {{code: string, agency: string, username: string, password: string}} form
 */
export async function setUp({ code, agency, username, password }) {
  await api.post("/setup", { code, username, password, agency: { name: agency } }, { signedIn: false });
  await settings.put("last_user", username);
  return signIn(username, password);
}

/**
 * Signs out here, and on the server where there is a network. What waits to be
 * sent, and every draft, stays on the device.
 */
export async function signOut() {
  const now = await session();
  if (now) {
    await api.post("/auth/logout", { refresh_token: now.refresh }).catch(() => undefined); // offline: the token ends by itself
  }
  await dropSession();
}

/**
 * Makes this phone known to the server. Nothing is kept where it fails.
 * @param {string} name how people call this phone @param {string} [code]
 */
export async function enrol(name, code) {
  const { pair, publicKey } = await makeDeviceKey();
  const body = code ? { name, public_key: publicKey, code } : { name, public_key: publicKey };
  const reply = await api.post("/devices/enrol", body);
  /** @type {import("../sync/tokens.js").Device} */
  const enrolled = { id: reply.device, name, kid: reply.kid, keys: reply.keys, agency: reply.agency, pair };
  await settings.put("device", enrolled);
  changed("session");
  return enrolled;
}
