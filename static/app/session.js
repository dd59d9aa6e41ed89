// Who uses this device: sign-in, enrolment, sign-out. Signing out never touches
// drafts or the outbox; another agent's session, or the next one, sends them.
import { changed } from "../store/changes.js";
import * as settings from "../store/settings.js";
import * as api from "../sync/api.js";
import { deviceKey } from "../sync/proof.js";
import { pin, publishedPrints } from "../sync/trust.js";
import { device, dropSession, keepSession, session, sessionIntoVault } from "../sync/tokens.js";

export { device, session, sessionIntoVault };

/** @typedef {{username: string, password: string, otp?: string, passkey?: {ticket: string, response: object}}} Form */

/**
 * Signs in. Needs a network; rejects with the server's Problem: second-factor
 * where that is asked for, with args methods, ticket and options.
 * @param {Form} form
 * @returns {Promise<import("../sync/tokens.js").User>}
 */
export async function signIn(form) {
  const reply = await api.post("/auth/login", form, { signedIn: false });
  await keepSession(reply);
  return reply.user;
}

/**
 * Makes the first administrator and their agency on a new server, and signs in.
 * @param {{code: string, agency: string, username: string, password: string}} form
 */
export async function setUp({ code, agency, username, password }) {
  await api.post("/setup", { code, username, password, agency: { name: agency } }, { signedIn: false });
  return signIn({ username, password });
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
 * Makes this phone known to the server, by the key that it has. Nothing is kept
 * where it fails.
 * @param {string} name how people call this phone @param {string} code
 * @param {import("../sync/trust.js").Pins|null} prints the fingerprints that came with the code; null: a person has to compare
 */
export async function enrol(name, code, prints) {
  const reply = await api.post("/devices/enrol", { name, public_key: (await deviceKey()).publicKey, code });
  if (prints) await pin(prints);
  /** @type {import("../sync/tokens.js").Device} */
  const enrolled = { id: reply.device, name, agency: reply.agency, pinned: Boolean(prints) };
  await settings.put("device", enrolled);
  changed("session");
  return enrolled;
}

/** What the person compares who typed a code. */
export async function publishedHere() {
  const here = await device();
  return publishedPrints(here?.agency.id ?? "");
}

/** The person compared: these are the server's and the reviewers' fingerprints. @param {import("../sync/trust.js").Pins} prints */
export async function confirmPrints(prints) {
  await pin(prints);
  await settings.put("device", { ...(await device()), pinned: true });
  changed("session");
}

/** The person compared, and they differ: this phone is enrolled nowhere. What waits here stays. */
export async function refusePrints() {
  await settings.remove("device");
  changed("session");
}
