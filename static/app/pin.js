// What a PIN or passphrase must be. The limit of tries on the phone does not
// count for whoever copies its storage: only what is hard to guess does.

/** Fewest digits of a PIN: 10^8 guesses at 0.5 s each are 1.6 years of one core. */
export const PIN_DIGITS = 8;
/** Fewest characters of a passphrase: four short words. */
export const PHRASE_CHARACTERS = 14;
/** Longest secret, in characters: more is a slip of the clipboard. */
export const LONGEST = 128;

/** What people choose first, where it is no pattern that is found below. */
const COMMON = new Set(["11223344", "44332211", "12121212", "14725836", "147258369", "159753159", "15975300", "78945612", "789456123",
  "123456789", "1234567890", "12344321", "11112222", "11235813", "31415926", "10203040", "00112233", "19283746", "13579246", "24681357"]);

/** @param {string} s whether it is one piece said again: 1111..., 12341234 */
function repeated(s) {
  for (let n = 1; n <= s.length / 2; n++) {
    if (s === s.slice(0, n).repeat(Math.ceil(s.length / n)).slice(0, s.length)) return true;
  }
  return false;
}

/** @param {string} digits whether each is the one before plus the same step: 12345678, 86420864 */
function sequence(digits) {
  const step = (Number(digits[1]) - Number(digits[0]) + 10) % 10;
  return [...digits].every((d, i) => i === 0 || (Number(d) - Number(digits[i - 1]) + 10) % 10 === step);
}

/** @param {string} digits whether eight digits can be read as a day of this or the last century */
export function looksLikeDate(digits) {
  if (!/^\d{8}$/.test(digits)) return false;
  const n = (/** @type {number} */ from, /** @type {number} */ to) => Number(digits.slice(from, to));
  const day = (/** @type {number} */ d, /** @type {number} */ m, /** @type {number} */ y) => d >= 1 && d <= 31 && m >= 1 && m <= 12 && y >= 1900 && y <= 2099;
  return day(n(0, 2), n(2, 4), n(4, 8)) || day(n(2, 4), n(0, 2), n(4, 8)) || day(n(6, 8), n(4, 6), n(0, 4));
}

/**
 * What is wrong with a secret, and what only should be thought over.
 * @param {string} secret
 * @returns {{problem: "short"|"phrase_short"|"long"|"common"|null, warn: "date"|null}}
 */
export function judgeSecret(secret) {
  const found = (/** @type {any} */ problem) => ({ problem, warn: null });
  if (secret.length > LONGEST) return found("long");
  if (!/^\d*$/.test(secret)) {
    if ([...secret.trim()].length < PHRASE_CHARACTERS) return found("phrase_short");
    return found(repeated(secret.trim().toLowerCase()) ? "common" : null);
  }
  if (secret.length < PIN_DIGITS) return found("short");
  if (repeated(secret) || sequence(secret) || COMMON.has(secret)) return found("common");
  return { problem: null, warn: looksLikeDate(secret) ? "date" : null };
}
