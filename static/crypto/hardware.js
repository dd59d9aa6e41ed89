// What the phone's own hardware adds to a PIN: 32 bytes that a passkey of this
// phone gives (WebAuthn PRF) and that are in no file. Guessing the PIN then needs
// the phone itself.

/** What the passkey is asked for; the same for ever, or a vault would not open again. */
const SALT = new TextEncoder().encode("umbral/1 vault");

/** How long the phone waits for a finger, in ms. */
const TIMEOUT_MS = 60_000;

/** @typedef {{results?: {first?: BufferSource}, enabled?: boolean}} Prf */

/** @param {PublicKeyCredential} credential @returns {Uint8Array<ArrayBuffer>|null} */
function secretOf(credential) {
  const { prf } = /** @type {{prf?: Prf}} */ (credential.getClientExtensionResults());
  const first = prf?.results?.first;
  if (!first) return null;
  const bytes = ArrayBuffer.isView(first) ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength) : new Uint8Array(first);
  return bytes.length === 32 ? Uint8Array.from(bytes) : null;
}

/** Whether this phone has hardware that may do it; asking makes nothing. @returns {Promise<boolean>} */
export async function available() {
  if (typeof PublicKeyCredential === "undefined" || !navigator.credentials?.create) return false;
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

/**
 * Makes a credential for a new vault. Null where the phone has no such hardware,
 * or the person said no.
 * @param {string} label a neutral name: the phone shows it in its list of passkeys
 * @returns {Promise<{credential: Uint8Array<ArrayBuffer>, secret: Uint8Array<ArrayBuffer>}|null>}
 */
export async function create(label) {
  if (!(await available())) return null;
  try {
    const made = /** @type {PublicKeyCredential|null} */ (await navigator.credentials.create({ publicKey: {
      rp: { name: label }, user: { id: crypto.getRandomValues(new Uint8Array(16)), name: label, displayName: label },
      challenge: crypto.getRandomValues(new Uint8Array(32)), timeout: TIMEOUT_MS, attestation: "none",
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { authenticatorAttachment: "platform", residentKey: "discouraged", userVerification: "required" },
      extensions: /** @type {any} */ ({ prf: { eval: { first: SALT } } }),
    } }));
    if (!made) return null;
    const { prf } = /** @type {{prf?: Prf}} */ (made.getClientExtensionResults());
    if (!prf?.enabled) return null;
    const credential = new Uint8Array(made.rawId);
    // Many phones give the bytes only when it is used, not when it is made.
    const secret = secretOf(made) ?? (await get(credential));
    return secret && { credential, secret };
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/**
 * The 32 bytes of a vault's credential; null where the phone does not give them
 * (another phone, the person said no).
 * @param {Uint8Array<ArrayBuffer>} credential @returns {Promise<Uint8Array<ArrayBuffer>|null>}
 */
export async function get(credential) {
  if (typeof PublicKeyCredential === "undefined") return null;
  try {
    const used = /** @type {PublicKeyCredential|null} */ (await navigator.credentials.get({ publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)), timeout: TIMEOUT_MS, userVerification: "required",
      allowCredentials: [{ type: "public-key", id: credential, transports: ["internal"] }],
      extensions: /** @type {any} */ ({ prf: { eval: { first: SALT } } }),
    } }));
    return used && secretOf(used);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
