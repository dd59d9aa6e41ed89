// Passkeys as the browser makes and uses them, in the JSON that the server reads.
// What extensions gave is never sent: for some keys that is a secret.
import { fromBase64url, toBase64url } from "../crypto/base64url.js";
import { Problem } from "../text/problem.js";

/** @param {ArrayBuffer} buffer */
const text = (buffer) => toBase64url(new Uint8Array(buffer));

/** Whether this browser has passkeys for a host; not where the page is opened by an address. */
export function hasPasskeys() {
  return typeof PublicKeyCredential === "function" && !/^[\d.]+$|:/.test(location.hostname);
}

/** @typedef {{id: string, type: "public-key", transports?: AuthenticatorTransport[]}} Descriptor */

/** @param {Descriptor[]|undefined} list @returns {PublicKeyCredentialDescriptor[]} */
function descriptors(list) {
  return (list ?? []).map((d) => ({ ...d, id: fromBase64url(d.id) }));
}

/** What the person or the browser refused, as a Problem. @param {unknown} error @returns {never} */
function refused(error) {
  const name = error instanceof DOMException ? error.name : "";
  const type = name === "InvalidStateError" ? "passkey-here" : name === "NotAllowedError" || name === "AbortError" ? "passkey-cancelled" : "passkey-unsupported";
  throw new Problem(type, { cause: error });
}

/** @param {Credential|null} made @param {object} response */
function asJSON(made, response) {
  const credential = /** @type {PublicKeyCredential} */ (made);
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

/** Makes a passkey. @param {any} options of the server @returns {Promise<object>} */
export async function createPasskey(options) {
  if (!hasPasskeys()) throw new Problem("passkey-unsupported");
  const publicKey = { ...options, challenge: fromBase64url(options.challenge), user: { ...options.user, id: fromBase64url(options.user.id) }, excludeCredentials: descriptors(options.excludeCredentials) };
  const made = await navigator.credentials.create({ publicKey }).catch(refused);
  const answer = /** @type {AuthenticatorAttestationResponse} */ (/** @type {PublicKeyCredential} */ (made).response);
  return asJSON(made, { clientDataJSON: text(answer.clientDataJSON), attestationObject: text(answer.attestationObject), transports: answer.getTransports?.() ?? [] });
}

/** Proves that a passkey is here. @param {any} options of the server @returns {Promise<object>} */
export async function usePasskey(options) {
  if (!hasPasskeys()) throw new Problem("passkey-unsupported");
  const publicKey = { ...options, challenge: fromBase64url(options.challenge), allowCredentials: descriptors(options.allowCredentials) };
  const made = await navigator.credentials.get({ publicKey }).catch(refused);
  const answer = /** @type {AuthenticatorAssertionResponse} */ (/** @type {PublicKeyCredential} */ (made).response);
  return asJSON(made, { clientDataJSON: text(answer.clientDataJSON), authenticatorData: text(answer.authenticatorData), signature: text(answer.signature),
    ...(answer.userHandle && { userHandle: text(answer.userHandle) }) });
}
