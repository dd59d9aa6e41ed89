// Whom to speak with when there are more persons than time: first those of the
// codebook's list, then the others counted from a start that the phone drew, so
// that nobody picks whom to ask. And how much of a visit was covered. Pure.

/**
 * there: persons there; time: how many there is time for; first: of those, who go
 * first; drawn: a random number, drawn once a visit.
 * @typedef {{there: number, time: number, first: number, drawn: number}} Plan
 */

/**
 * What a plan says: all (there is time for everybody), only (for those who go
 * first), or of the rest, in the order in which they stand, the start-th and then
 * every k-th. k is rounded up: the time must not end before the line does, or who
 * stands at its end would never be asked.
 * @param {Plan} plan @returns {{kind: 'all'|'only'}|{kind: 'every', rest: number, k: number, start: number, picked: number[]}}
 */
export function lineOf({ there, time, first, drawn }) {
  if (time >= there) return { kind: 'all' };
  const rest = there - first;
  const slots = time - first;
  if (slots <= 0 || rest <= 0) return { kind: 'only' };
  const k = Math.ceil(rest / slots);
  const start = (drawn % k) + 1;
  return { kind: 'every', rest, k, start, picked: Array.from({ length: Math.floor((rest - start) / k) + 1 }, (_, i) => start + i * k) };
}

/** Screened of those seen, in whole percent, never rounded up. @param {{seen: number, screened: number}} counts */
export function coverage({ seen, screened }) {
  return seen > 0 ? { n: screened, of: seen, percent: Math.floor((screened * 100) / seen), rest: seen - screened } : null;
}
