// What several tests begin with.
import { sha256Hex } from "../crypto/hash.js";
import { seal } from "../crypto/seal.js";
import { uuidv7 } from "../crypto/uuid.js";
import * as content from "../store/content.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import * as vault from "../store/vault.js";
import { deviceKey } from "../sync/proof.js";
import { serverKey, signer } from "./harness.js";

/** The least that argon2id may cost: tests open many vaults. */
export const CHEAP = { memoryKiB: 19 * 1024, passes: 2 };

export const PIN = "73915824";
export const DURESS_PIN = "60284713";

/** Makes a vault and opens it. @param {{label?: string, secret?: string, duress?: string|null}} [how] */
export function newVault({ label = "uno", secret = PIN, duress = DURESS_PIN } = {}) {
  return vault.create({ label, secret, duress, cost: CHEAP });
}

/** @returns {any} */
export const user = () => ({
  id: "u-1", username: "inspectora", display: "Inspectora", account: "agent", post: "labour_inspector",
  agency: { id: "a-1", name: "Agencia" }, region: "25",
});

/** Signs in and enrols without a server, as an earlier day left it. */
export async function enrolled() {
  await fetch("/harness/device", { method: "POST", body: JSON.stringify((await deviceKey()).publicKey) });
  await settings.put("session", { user: user(), access: "good", refresh: "r-1", ended: false });
  await settings.put("pins", { server: await signer(), reviewers: null });
  await settings.put("device", { id: "d-1", name: "phone", agency: user().agency, pinned: true });
  const bytes = new Uint8Array(await (await fetch("/harness/keyset")).arrayBuffer());
  /** @type {content.Entry} */
  const entry = { kind: "keys", id: "keys", version: 0, sha256: await sha256Hex(bytes), bytes: bytes.length };
  await content.putBlob(entry, bytes);
  await content.adopt([entry]);
}

/** A small detection; the platform looks at no more of it. @param {object} [more] @returns {any} */
export function record(more = {}) {
  return { kind: "detection", schema: 1, id: uuidv7(), author: null, device: null, answers: [], ...more };
}

/** Puts n sealed records into the outbox. @param {number} n @returns {Promise<string[]>} their ids, oldest first */
export async function fill(n) {
  const key = await serverKey();
  const ids = [];
  for (let i = 0; i < n; i++) {
    const one = record({ n: i });
    await outbox.keep(await seal(one, key), "detection");
    ids.push(one.id);
  }
  return ids.sort();
}
