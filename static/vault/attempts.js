// How often a wrong PIN may be tried. Counted in the file before it is tried, so
// that neither a reload nor a dead worker makes an attempt free.

/** Wrong attempts before the first wait. */
export const FREE_TRIES = 3;

/** First and longest wait, in ms; it doubles in between. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** Beyond it only the number would grow. */
const MOST_COUNTED = 1000;

/** @param {number} tries wrong ones in a row @returns {number} ms */
export function waitAfter(tries) {
  return tries < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - FREE_TRIES));
}

/**
 * One more attempt. While a wait is on it is counted and not tried; a clock that
 * was set back begins the wait anew.
 * @param {{tries: number, failedAt: number, notBefore: number}} before @param {number} now ms
 * @returns {{after: {tries: number, failedAt: number, notBefore: number}, blocked: boolean, waitMs: number}}
 *   after: as it stands if this one is wrong
 */
export function attempt({ tries, failedAt, notBefore }, now) {
  const blocked = waitAfter(tries) > 0 && (now < notBefore || now < failedAt);
  const counted = Math.min(MOST_COUNTED, tries + 1);
  const waitMs = waitAfter(counted);
  return { after: { tries: counted, failedAt: now, notBefore: now + waitMs }, blocked, waitMs };
}
