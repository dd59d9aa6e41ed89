// Which published keys a phone believes: everything that somebody who took the
// server over could publish instead.
import { toBase64url } from "../crypto/base64url.js";
import { sha256Hex } from "../crypto/hash.js";
import { reviewersPrint, rootPrint, trustedKeys } from "../crypto/trust-chain.js";
import { equal, ok, test } from "./harness.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const KID_DIGITS = 16;

/** A key that signs, and its public half as published. */
async function signer() {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { pair, public_key: toBase64url(point), kid: (await sha256Hex(point)).slice(0, KID_DIGITS) };
}

/** @typedef {Awaited<ReturnType<typeof signer>>} Signer */

/** @param {Signer} by @param {string[]} lines */
async function signature(by, ...lines) {
  const text = new TextEncoder().encode(lines.map((line) => line + "\n").join(""));
  return toBase64url(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, by.pair.privateKey, text)));
}

/** @param {Signer} root @param {Signer} [by] itself for the first */
async function rootOf({ kid, public_key }, by) {
  const from = by ?? arguments[0];
  return { kid, public_key, created: "2026-01-01T00:00:00Z", signed_by: from.kid, signature: await signature(from, "umbral/1 root-key", kid, public_key) };
}

/** @param {Signer} key @param {Signer} by */
async function sealOf({ kid, public_key }, by, current = true) {
  return { kid, public_key, use: "seal", current, signed_by: by.kid, signature: await signature(by, "umbral/1 seal-key", kid, public_key) };
}

/**
 * An agency's reviewers' key: its own two halves, its root, and the one before.
 * @param {{seals: Signer, signs: Signer}} key @param {Signer} root @param {{before?: {seals: Signer, signs: Signer}, agency?: string, current?: boolean, created?: string}} [how]
 */
async function reviewersOf({ seals, signs }, root, { before, agency = "uno", current = true, created = "2026-01-01T00:00:00Z" } = {}) {
  const lines = ["umbral/1 reviewers-key", agency, seals.kid, seals.public_key, signs.public_key];
  return {
    agency, kid: seals.kid, public_key: seals.public_key, verify_key: signs.public_key, created, current,
    root_kid: root.kid, root_signature: await signature(root, ...lines),
    signed_by: before?.seals.kid ?? "", signature: before ? await signature(before.signs, ...lines) : "",
  };
}

const bundle = async () => ({ seals: await signer(), signs: await signer() });

/** A server as a phone found it at its enrolment, and what it pinned. */
async function server() {
  const [root, seal, first] = [await signer(), await signer(), await bundle()];
  const reviewers = await reviewersOf(first, root);
  const blob = { keys: [await sealOf(seal, root)], roots: [await rootOf(root)], reviewers: [reviewers] };
  return { root, seal, first, blob, pins: { server: await rootPrint(root), reviewers: await reviewersPrint(reviewers) } };
}

const kids = (/** @type {import("../crypto/trust-chain.js").Trusted} */ got) => [got.seal?.kid ?? null, got.reviewers?.kid ?? null];

test("trust: what was pinned holds, whole and as it is", async () => {
  const s = await server();
  const got = await trustedKeys(s.blob, s.pins, "uno");
  equal([kids(got), got.firstReviewers, got.refused], [[s.seal.kid, s.first.seals.kid], null, []]);
});

test("trust: a server that was taken over is believed in nothing", async () => {
  const [s, thief] = [await server(), await server()];
  const got = await trustedKeys(thief.blob, s.pins, "uno");
  equal([kids(got), got.refused], [[null, null], [thief.seal.kid, thief.first.seals.kid]]);
});

test("trust: a substituted key is refused, whoever signed it and whatever it calls itself", async () => {
  const [s, thief] = [await server(), await server()];
  const mine = await sealOf(thief.seal, thief.root);
  const good = s.blob.keys[0];
  for (const [what, key] of Object.entries({
    "signed by another root": { ...mine, signed_by: s.root.kid },
    "with the good key's signature": { ...mine, signed_by: s.root.kid, signature: good.signature },
    "under the good key's name": { ...good, public_key: mine.public_key },
    "unsigned": { ...mine, signed_by: s.root.kid, signature: "" },
    "no base64": { ...mine, signed_by: s.root.kid, signature: "*" },
    "no point": { ...good, public_key: "AAAA" },
  })) {
    const got = await trustedKeys({ ...s.blob, keys: [key] }, s.pins, "uno");
    equal([got.seal, got.refused], [null, [key.kid]], what);
  }
  // A root of the thief's beside the good one, which signs itself or claims the good one's word.
  for (const root of [await rootOf(thief.root), { ...(await rootOf(thief.root)), signed_by: s.root.kid }]) {
    const got = await trustedKeys({ ...s.blob, roots: [...s.blob.roots, root], keys: [mine] }, s.pins, "uno");
    equal(got.seal, null);
  }
});

test("trust: a new root is reached by signatures, and a broken chain is not", async () => {
  const s = await server();
  const [second, third, seal] = [await signer(), await signer(), await signer()];
  const roots = [await rootOf(third, second), await rootOf(second, s.root), ...s.blob.roots]; // in no order
  const keys = [await sealOf(seal, third)];
  const reviewers = [await reviewersOf(s.first, third)];
  const got = await trustedKeys({ keys, roots, reviewers }, s.pins, "uno");
  equal([kids(got), got.refused], [[seal.kid, s.first.seals.kid], []]);
  for (const lost of [0, 1]) {
    const broken = await trustedKeys({ keys, roots: roots.filter((_, i) => i !== lost), reviewers }, s.pins, "uno");
    equal(kids(broken), [null, null], `without root ${lost}`);
  }
  // The chain leads forward alone: who pinned a later root believes none before it.
  const late = await trustedKeys({ ...s.blob, roots }, { ...s.pins, server: await rootPrint(third) }, "uno");
  equal(kids(late), [null, null]);
});

test("trust: a next reviewers' key needs the word of the one before", async () => {
  const s = await server();
  const [next, last] = [await bundle(), await bundle()];
  const old = { ...s.blob.reviewers[0], current: false };
  const two = await reviewersOf(next, s.root, { before: s.first, current: false, created: "2026-02-01T00:00:00Z" });
  const three = await reviewersOf(last, s.root, { before: next, created: "2026-03-01T00:00:00Z" });
  const blob = (/** @type {any[]} */ reviewers) => ({ ...s.blob, reviewers });
  equal((await trustedKeys(blob([three, old, two]), s.pins, "uno")).reviewers?.kid, last.seals.kid);
  // The server's root alone is not enough where a phone pinned the reviewers' key.
  const put = await reviewersOf(last, s.root, { created: "2026-03-01T00:00:00Z" });
  for (const [what, key] of Object.entries({
    "no word of the one before": put,
    "claims it": { ...put, signed_by: s.first.seals.kid, signature: three.signature },
    "another verify key": { ...three, verify_key: next.signs.public_key },
    "root's word missing": { ...three, root_signature: "" },
  })) {
    const got = await trustedKeys(blob([old, two, key]), s.pins, "uno");
    equal([got.reviewers, got.refused], [null, [last.seals.kid]], what);
  }
  equal((await trustedKeys(blob([old, three]), s.pins, "uno")).reviewers, null, "the one between is missing");
});

test("trust: another agency's reviewers' key is never one's own", async () => {
  const s = await server();
  const other = await reviewersOf(await bundle(), s.root, { agency: "dos" });
  const got = await trustedKeys({ ...s.blob, reviewers: [other] }, { ...s.pins, reviewers: null }, "uno");
  equal([got.reviewers, got.firstReviewers, got.refused], [null, null, []]);
  const renamed = await trustedKeys({ ...s.blob, reviewers: [{ ...other, agency: "uno" }] }, { ...s.pins, reviewers: null }, "uno");
  equal([renamed.reviewers, renamed.firstReviewers, renamed.refused], [null, null, [other.kid]]);
});

test("trust: where no reviewers' key was pinned, the first that a trusted root signed is, and only it", async () => {
  const [s, thief] = [await server(), await bundle()];
  const later = await reviewersOf(thief, s.root, { created: "2026-02-01T00:00:00Z" });
  const none = { ...s.pins, reviewers: null };
  const got = await trustedKeys({ ...s.blob, reviewers: [later, { ...s.blob.reviewers[0], current: false }] }, none, "uno");
  equal([got.firstReviewers, got.reviewers], [s.pins.reviewers, null]);
  const forged = await trustedKeys({ ...s.blob, reviewers: [{ ...later, root_signature: s.blob.reviewers[0].root_signature }] }, none, "uno");
  equal([forged.firstReviewers, forged.reviewers], [null, null]);
});

test("trust: an empty or foreign blob gives no key", async () => {
  const s = await server();
  for (const blob of [{}, { keys: [], roots: [], reviewers: [] }, { ...s.blob, roots: [] }]) equal(kids(await trustedKeys(blob, s.pins, "uno")), [null, null]);
  ok(/^[0-9a-f]{64}$/.test(s.pins.server) && /^[0-9a-f]{64}$/.test(s.pins.reviewers), "fingerprints are SHA-256 in hex");
});
