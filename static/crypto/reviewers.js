// The keys by which reviewers open identities, in their browser alone
// (docs/protection.md, "Identity"). Nothing here is kept: what is opened with a
// passphrase is gone with the screen. Equal to server/seal/identity.go.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "../vendor/hpke.js";
import { Problem } from "../text/problem.js";
import { fromBase64url, sealTo, toBase64url } from "./seal.js";
import { kidOf, reviewersStatement } from "./trust-chain.js";

const INFO = "umbral/1";

/** What a guess at a passphrase costs; the server takes no less. */
const COST = { memoryKiB: 64 * 1024, passes: 3 };

/** Shortest passphrase: so many characters, or so many words. */
export const SHORTEST = { characters: 16, words: 5 };

const SALT_BYTES = 16;
const IV_BYTES = 12;
const ENC_BYTES = 65;
/** Length of the compressed text, before it; in bytes. */
const LENGTH_BYTES = 4;

const ECDH = { name: "ECDH", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/**
 * @typedef {(how: {secret: string, salt: Uint8Array, memoryKiB: number, passes: number}) => Promise<Uint8Array<ArrayBuffer>>} Argon2
 * @typedef {{v: number, salt: string, m: number, t: number, iv: string, ct: string}} Wrapped
 * @typedef {{publicKey: string, pair: CryptoKeyPair}} Own an own key while it is open
 * @typedef {{kid: string, publicKey: string, private_key: string, sign_key: string}} Secrets the private halves of a reviewers' key, PKCS #8 in base64url
 * @typedef {{agency: string, kid: string, public_key: string, verify_key: string}} Bundle
 */

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
const utf8 = (text) => /** @type {Uint8Array<ArrayBuffer>} */ (new TextEncoder().encode(text));

/** Whether a passphrase is long enough to guard what an agency's disk may give away. @param {string} passphrase */
export function longEnough(passphrase) {
  const text = passphrase.trim();
  return [...text].length >= SHORTEST.characters || text.split(/\s+/).filter((word) => word.length > 2).length >= SHORTEST.words;
}

/** Makes an own key. @param {string} passphrase @param {Argon2} argon2 @returns {Promise<{public_key: string, wrapped: Wrapped}>} */
export async function makeOwn(passphrase, argon2) {
  if (!longEnough(passphrase)) throw new Problem("passphrase-short", { args: { characters: SHORTEST.characters, words: SHORTEST.words } });
  const pair = await crypto.subtle.generateKey(ECDH, true, ["deriveBits"]);
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const public_key = toBase64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const key = await wrappingKey(passphrase, salt, COST, argon2);
  const ct = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(public_key) }, key, await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  return { public_key, wrapped: { v: 1, salt: toBase64url(salt), m: COST.memoryKiB, t: COST.passes, iv: toBase64url(iv), ct: toBase64url(new Uint8Array(ct)) } };
}

/** @param {string} passphrase @param {Uint8Array} salt @param {{memoryKiB: number, passes: number}} cost @param {Argon2} argon2 */
async function wrappingKey(passphrase, salt, cost, argon2) {
  const stretched = await argon2({ secret: passphrase.trim().normalize("NFKC"), salt, ...cost });
  return crypto.subtle.importKey("raw", stretched, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Opens an own key. Rejects with passphrase-wrong. @param {{public_key: string, wrapped: Wrapped}} kept @param {string} passphrase @param {Argon2} argon2 @returns {Promise<Own>} */
export async function openOwn({ public_key, wrapped }, passphrase, argon2) {
  const key = await wrappingKey(passphrase, fromBase64url(wrapped.salt), { memoryKiB: wrapped.m, passes: wrapped.t }, argon2);
  let bytes;
  try {
    bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64url(wrapped.iv), additionalData: utf8(public_key) }, key, fromBase64url(wrapped.ct));
  } catch (cause) {
    throw new Problem("passphrase-wrong", { cause });
  }
  return { publicKey: public_key, pair: await pairOf(public_key, new Uint8Array(bytes)) };
}

/** @param {string} publicKey @param {Uint8Array<ArrayBuffer>} pkcs8 @returns {Promise<CryptoKeyPair>} */
async function pairOf(publicKey, pkcs8) {
  const [privateKey, open] = await Promise.all([
    crypto.subtle.importKey("pkcs8", pkcs8, ECDH, false, ["deriveBits"]),
    crypto.subtle.importKey("raw", fromBase64url(publicKey), ECDH, true, []),
  ]);
  return { privateKey, publicKey: open };
}

/**
 * Makes a reviewers' key of an agency: what is sent of it, and its secrets. signed
 * by the one before, where there is one.
 * @param {{agency: string, user: string, own: string, before: Secrets|null}} of own: the maker's own public key
 * @returns {Promise<{body: {public_key: string, verify_key: string, share: string, signed_by: string, signature: string}, secrets: Secrets}>}
 */
export async function makeKey({ agency, user, own, before }) {
  const [seals, signs] = await Promise.all([crypto.subtle.generateKey(ECDH, true, ["deriveBits"]), crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"])]);
  const [public_key, verify_key, private_key, sign_key] = await Promise.all([
    exported("raw", seals.publicKey), exported("raw", signs.publicKey), exported("pkcs8", seals.privateKey), exported("pkcs8", signs.privateKey),
  ]);
  const kid = await kidOf(public_key);
  const secrets = { kid, publicKey: public_key, private_key, sign_key };
  const signature = before ? await signed(before, { agency, kid, public_key, verify_key }) : "";
  const share = await sealShare(secrets, own, user);
  return { body: { public_key, verify_key, share, signed_by: before?.kid ?? "", signature }, secrets };
}

/** @param {"raw"|"pkcs8"} how @param {CryptoKey} key */
async function exported(how, key) {
  return toBase64url(new Uint8Array(/** @type {ArrayBuffer} */ (await crypto.subtle.exportKey(how, key))));
}

/** @param {Secrets} by @param {Bundle} next */
async function signed(by, next) {
  const key = await crypto.subtle.importKey("pkcs8", fromBase64url(by.sign_key), ECDSA, false, ["sign"]);
  return toBase64url(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, reviewersStatement(next))));
}

/** The secrets of a key, sealed to somebody's own key. @param {Secrets} secrets @param {string} publicKey @param {string} user @returns {Promise<string>} */
export async function sealShare({ kid, private_key, sign_key }, publicKey, user) {
  const { enc, ct } = await sealTo({ public_key: publicKey }, utf8(JSON.stringify({ private_key, sign_key })), `${INFO} reviewers-share ${kid} ${user}`);
  return toBase64url(Uint8Array.of(...enc, ...ct));
}

/** Opens a share. @param {{kid: string, sealed: string}} share @param {string} publicKey of the reviewers' key @param {Own} own @param {string} user @returns {Promise<Secrets>} */
export async function openShare({ kid, sealed }, publicKey, own, user) {
  const bytes = fromBase64url(sealed);
  const plain = await opened(own.pair, bytes.slice(0, ENC_BYTES), bytes.slice(ENC_BYTES), `${INFO} reviewers-share ${kid} ${user}`);
  const { private_key, sign_key } = JSON.parse(new TextDecoder().decode(plain));
  return { kid, publicKey, private_key, sign_key };
}

/**
 * Opens an identity. Rejects with identity-closed where it does not open.
 * @param {import("./identity.js").IdentityEnvelope} envelope @param {Secrets} secrets
 * @returns {Promise<import("./identity.js").Identity & {collected_at: string}>}
 */
export async function openIdentity(envelope, secrets) {
  try {
    const pair = await pairOf(secrets.publicKey, fromBase64url(secrets.private_key));
    const plain = await opened(pair, fromBase64url(envelope.enc), fromBase64url(envelope.ct), `${INFO} identity ${envelope.id.toLowerCase()}`);
    const length = new DataView(plain.buffer).getUint32(0);
    const packed = new Blob([plain.slice(LENGTH_BYTES, LENGTH_BYTES + length)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(packed).text());
  } catch (cause) {
    throw new Problem("identity-closed", { cause });
  }
}

/** @param {CryptoKeyPair} pair @param {Uint8Array<ArrayBuffer>} enc @param {Uint8Array<ArrayBuffer>} ct @param {string} aad @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function opened(pair, enc, ct, aad) {
  const context = await suite.createRecipientContext({ recipientKey: pair, enc: enc.buffer, info: utf8(INFO).buffer });
  return new Uint8Array(await context.open(ct.buffer, utf8(aad).buffer));
}
