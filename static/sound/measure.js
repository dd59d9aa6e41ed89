// What can be said of a recording without hearing it: how long, how loud, how
// much silence stands around the voice. Samples are from -1 to 1, one channel.

/** Shorter than this, in seconds, nobody said a word; longer than that no text of a screening is. */
export const SHORTEST_S = 0.4;
export const LONGEST_S = 60;

/** A voice whose loudest sample stays below is not heard on a phone's loudspeaker in a field. */
const QUIET = 0.08;

/** Samples from here on were cut by the microphone; so many of them are heard as crackling. */
const CLIPPED = 0.985;
const MOST_CLIPPED = 0.001;

/** Below is silence, in windows of so many seconds: a room with a fan is about 0.005. */
const SILENCE = 0.012;
const WINDOW_S = 0.02;

/** What is left of silence before and after the voice, in seconds. */
const MARGIN_S = 0.25;

/** More silence than this between two words, in seconds, is a reader who lost the place. */
const LONGEST_PAUSE_S = 3;

/**
 * @typedef {"short"|"long"|"silent"|"quiet"|"clipped"|"pause"} Flaw
 * @typedef {{seconds: number, peak: number, flaws: Flaw[], from: number, to: number}} Measured from, to: samples between which the voice is
 */

/** @param {Float32Array} samples @param {number} rate a second @returns {Measured} */
export function measure(samples, rate) {
  const size = Math.max(1, Math.round(rate * WINDOW_S));
  const loud = loudWindows(samples, size);
  const first = loud.indexOf(true);
  const last = loud.lastIndexOf(true);
  const from = first < 0 ? 0 : Math.max(0, first * size - MARGIN_S * rate);
  const to = first < 0 ? samples.length : Math.min(samples.length, (last + 1) * size + MARGIN_S * rate);
  let peak = 0;
  let clipped = 0;
  for (const s of samples) {
    const level = Math.abs(s);
    if (level > peak) peak = level;
    if (level >= CLIPPED) clipped++;
  }
  const seconds = (to - from) / rate;
  /** @type {Flaw[]} */
  const flaws = [];
  if (first < 0) flaws.push("silent");
  else {
    if (((last + 1 - first) * size) / rate < SHORTEST_S) flaws.push("short");
    if (peak < QUIET) flaws.push("quiet");
    if (longestPause(loud, first, last) * WINDOW_S > LONGEST_PAUSE_S) flaws.push("pause");
  }
  if (seconds > LONGEST_S) flaws.push("long");
  if (clipped > samples.length * MOST_CLIPPED) flaws.push("clipped");
  return { seconds, peak, flaws, from: Math.round(from), to: Math.round(to) };
}

/** Whether there is more than silence, window by window. @param {Float32Array} samples @param {number} size */
function loudWindows(samples, size) {
  const loud = [];
  for (let at = 0; at < samples.length; at += size) {
    let sum = 0;
    const end = Math.min(at + size, samples.length);
    for (let i = at; i < end; i++) sum += samples[i] ** 2;
    loud.push(Math.sqrt(sum / (end - at)) > SILENCE);
  }
  return loud;
}

/** @param {boolean[]} loud @param {number} first @param {number} last @returns {number} windows */
function longestPause(loud, first, last) {
  let longest = 0;
  let now = 0;
  for (let i = first; i <= last; i++) {
    now = loud[i] ? 0 : now + 1;
    if (now > longest) longest = now;
  }
  return longest;
}

/** What stops a recording from being kept; the others are told, and left to who hears it. */
export const UNFIT = /** @type {Flaw[]} */ (["silent", "short", "long"]);
