// What this phone pinned when it was enrolled, and which published keys it
// believes by that.
import { reviewersPrint, rootPrint, trustedKeys } from "../crypto/trust-chain.js";
import * as content from "../store/content.js";
import * as settings from "../store/settings.js";
import { Problem } from "../text/problem.js";
import * as api from "./api.js";
import { device } from "./tokens.js";

/** @typedef {import("../crypto/trust-chain.js").Pins} Pins */

const PINS = "pins";

/** When published keys were refused; none: what is here holds. */
export const REFUSED = "keys_refused";

/** The fingerprints that this phone pinned, or null before it did. @returns {Promise<Pins|null>} */
export async function pins() {
  return (await settings.get(PINS)) ?? null;
}

/** @param {Pins} prints */
export async function pin(prints) {
  await settings.put(PINS, prints);
}

/** What was last found to hold: each tap seals, and the blob does not change. @type {{blob: object, by: string, keys: Promise<import("../crypto/trust-chain.js").Trusted>}|null} */
let last = null;

/** The keys in use that hold now: to seal records to, and identities. */
export async function keysInUse() {
  const [pinned, here, blob] = await Promise.all([pins(), device(), content.value("keys")]);
  if (!pinned || !here || !blob) return { seal: null, reviewers: null };
  const by = [pinned.server, pinned.reviewers, here.agency.id].join(" ");
  if (!last || last.blob !== blob || last.by !== by) last = { blob, by, keys: trustedKeys(blob, pinned, here.agency.id) };
  const { seal, reviewers } = await last.keys;
  return { seal, reviewers };
}

/**
 * Refuses published keys that do not hold (keys-not-trusted), and pins the first
 * reviewers' key where there was none to pin. A phone that is not enrolled seals
 * nothing and believes nothing yet.
 * @param {import("../crypto/trust-chain.js").Blob} blob
 */
export async function checkKeys(blob) {
  const [pinned, here] = await Promise.all([pins(), device()]);
  if (!pinned || !here) return;
  const { seal, refused, firstReviewers } = await trustedKeys(blob, pinned, here.agency.id);
  if (!seal || refused.length) {
    await settings.put(REFUSED, new Date().toISOString());
    throw new Problem("keys-not-trusted");
  }
  await settings.remove(REFUSED);
  if (firstReviewers) await pin({ ...pinned, reviewers: firstReviewers });
}

/**
 * The fingerprints of what the server publishes now, for a person to compare with
 * the screen of whoever made the code.
 * @param {string} agency @returns {Promise<Pins>}
 */
export async function publishedPrints(agency) {
  const entry = (await api.get("/manifest")).find((/** @type {import("../store/content.js").Entry} */ e) => e.kind === "keys");
  /** @type {import("../crypto/trust-chain.js").Blob} */
  const blob = entry ? await api.get(`/blobs/${entry.sha256}`) : {};
  const seal = blob.keys?.find((k) => k.use === "seal" && k.current);
  const root = blob.roots?.find((r) => r.kid === seal?.signed_by);
  if (!root) throw new Problem("keys-not-trusted");
  const reviewers = blob.reviewers?.find((k) => k.agency === agency && k.current);
  return { server: await rootPrint(root), reviewers: reviewers ? await reviewersPrint(reviewers) : null };
}
