// The folio: a short code that the agent copies into the official act and can
// say on the phone. Crockford base32 of the first 40 bits of the SHA-256 of the
// id, and Crockford's check character (mod 37). Equal to record/folio.go.

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK = DIGITS + "*~$=U";

/** @param {string} id @returns {Promise<string>} XXXX-XXXX-C */
export async function folio(id) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id.toLowerCase()));
  let n = 0n;
  for (const byte of new Uint8Array(digest, 0, 5)) n = (n << 8n) | BigInt(byte);
  let text = "";
  for (let shift = 35n; shift >= 0n; shift -= 5n) text += DIGITS[Number((n >> shift) & 31n)];
  return `${text.slice(0, 4)}-${text.slice(4)}-${CHECK[Number(n % 37n)]}`;
}

/**
 * Whether what somebody typed or heard is a folio: hyphens, spaces and case do
 * not count; I and L read as 1, O as 0.
 * @param {string} typed @returns {string|null} the folio as we write it, or null
 */
export function parseFolio(typed) {
  const text = typed.toUpperCase().replace(/[\s-]/g, "");
  if (text.length !== 9) return null;
  const body = text.slice(0, 8).replace(/[IL]/g, "1").replace(/O/g, "0");
  let n = 0n;
  for (const c of body) {
    const digit = DIGITS.indexOf(c);
    if (digit < 0) return null;
    n = n * 32n + BigInt(digit);
  }
  const check = text[8].replace(/[IL]/, "1").replace("O", "0");
  return CHECK[Number(n % 37n)] === check ? `${body.slice(0, 4)}-${body.slice(4)}-${check}` : null;
}
