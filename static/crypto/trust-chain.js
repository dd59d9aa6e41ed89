// Which of the server's published keys a phone believes (docs/protection.md,
// "Signed keys"): what it pinned, and what is reached from there by signatures.
// Whoever takes the server over can publish keys, and none of them is taken.
import { fromBase64url } from "./base64url.js";
import { sha256Hex } from "./hash.js";

/**
 * @typedef {{kid: string, public_key: string, use: string, current: boolean, signed_by: string, signature: string}} SealKey
 * @typedef {{kid: string, public_key: string, created: string, signed_by: string, signature: string}} Root
 * @typedef {{agency: string, kid: string, public_key: string, verify_key: string, created: string, current: boolean,
 *   root_kid: string, root_signature: string, signed_by: string, signature: string}} ReviewersKey
 * @typedef {{keys?: SealKey[], roots?: Root[], reviewers?: ReviewersKey[]}} Blob
 * @typedef {{server: string, reviewers: string|null}} Pins fingerprints
 * @typedef {{seal: SealKey|null, reviewers: ReviewersKey|null, firstReviewers: string|null, refused: string[]}} Trusted
 *   the current keys that hold; firstReviewers: what is to be pinned where nothing was; refused: kids of current keys that do not hold
 */

/** Hex digits of a kid: the first 8 bytes of the key's SHA-256. */
const KID_DIGITS = 16;

/** Digits of a fingerprint that stand together, for two persons to compare. */
const GROUP = 4;

/** How a key is named. @param {string} publicKey */
export async function kidOf(publicKey) {
  return (await sha256Hex(fromBase64url(publicKey))).slice(0, KID_DIGITS);
}

/** What is signed of a reviewers' key. @param {{agency: string, kid: string, public_key: string, verify_key: string}} key */
export function reviewersStatement({ agency, kid, public_key, verify_key }) {
  return statement(["umbral/1 reviewers-key", agency, kid, public_key, verify_key]);
}

/** The text that is signed: a kind and its parts, each a line. @param {string[]} lines */
function statement(lines) {
  return /** @type {Uint8Array<ArrayBuffer>} */ (new TextEncoder().encode(lines.map((line) => line + "\n").join("")));
}

/** A fingerprint in groups. @param {string|null|undefined} print @returns {string[]} none where there is none */
export function groupsOf(print) {
  return (print ?? "").match(new RegExp(`.{1,${GROUP}}`, "g")) ?? [];
}

/**
 * @param {Blob} blob @param {Pins} pins @param {string} agency @returns {Promise<Trusted>}
 */
export async function trustedKeys(blob, pins, agency) {
  const roots = await trustedRoots(blob.roots ?? [], pins.server);
  const seals = (blob.keys ?? []).filter((k) => k.use === "seal" && k.current);
  const goodSeals = await filter(seals, (k) => signedBy(roots.get(k.signed_by), k.signature, statement(["umbral/1 seal-key", k.kid, k.public_key]), k));
  const ours = (blob.reviewers ?? []).filter((k) => k.agency === agency);
  const { good, first } = await trustedReviewers(ours, roots, pins.reviewers);
  const refused = [...seals.filter((k) => !goodSeals.includes(k)), ...ours.filter((k) => k.current && !good.includes(k))];
  return {
    seal: goodSeals[0] ?? null, reviewers: good.find((k) => k.current) ?? null, firstReviewers: first,
    refused: refused.map((k) => k.kid),
  };
}

/** The fingerprint of a root. @param {{public_key: string}} root */
export function rootPrint(root) {
  return sha256Hex(fromBase64url(root.public_key));
}

/** The fingerprint of an agency's reviewers' keys. @param {{public_key: string, verify_key: string}} key */
export function reviewersPrint(key) {
  return sha256Hex(Uint8Array.of(...fromBase64url(key.public_key), ...fromBase64url(key.verify_key)));
}

/** @param {Root[]} all @param {string} pinned @returns {Promise<Map<string, string>>} public keys by kid */
async function trustedRoots(all, pinned) {
  const good = new Map();
  for (const root of all) if ((await rootPrint(root)) === pinned) good.set(root.kid, root.public_key);
  for (let more = true; more;) {
    more = false;
    for (const root of all) {
      if (good.has(root.kid) || !(await signedBy(good.get(root.signed_by), root.signature, statement(["umbral/1 root-key", root.kid, root.public_key]), root))) continue;
      good.set(root.kid, root.public_key);
      more = true;
    }
  }
  return good;
}

/**
 * @param {ReviewersKey[]} all of one agency @param {Map<string, string>} roots @param {string|null} pinned
 * @returns {Promise<{good: ReviewersKey[], first: string|null}>}
 */
async function trustedReviewers(all, roots, pinned) {
  const byRoot = (await filter(all, (k) => signedBy(roots.get(k.root_kid), k.root_signature, reviewersStatement(k), k))).sort((a, b) => (a.created < b.created ? -1 : 1));
  const first = pinned ?? (byRoot.length ? await reviewersPrint(byRoot[0]) : null);
  /** @type {ReviewersKey[]} */
  const good = await filter(byRoot, async (k) => (await reviewersPrint(k)) === first);
  for (let more = true; more;) {
    more = false;
    for (const key of byRoot.filter((k) => !good.includes(k))) {
      const before = good.find((k) => k.kid === key.signed_by);
      if (!(await signedBy(before?.verify_key, key.signature, reviewersStatement(key), key))) continue;
      good.push(key);
      more = true;
    }
  }
  return { good, first: pinned ? null : first };
}

/**
 * Whether a key is what its kid says and a signature over this text is by this
 * public key. What cannot be read does not hold.
 * @param {string|undefined} publicKey @param {string} signature @param {Uint8Array<ArrayBuffer>} text @param {{kid: string, public_key: string}} key
 */
async function signedBy(publicKey, signature, text, key) {
  if (!publicKey || !signature) return false;
  try {
    if ((await kidOf(key.public_key)) !== key.kid) return false;
    const by = await crypto.subtle.importKey("raw", fromBase64url(publicKey), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, by, fromBase64url(signature), text);
  } catch {
    return false;
  }
}

/** @template T @param {T[]} all @param {(one: T) => Promise<boolean>} fits @returns {Promise<T[]>} */
async function filter(all, fits) {
  const found = await Promise.all(all.map(fits));
  return all.filter((_, i) => found[i]);
}
