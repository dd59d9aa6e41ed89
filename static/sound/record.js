// The microphone: samples as they come (PCM), their level while somebody speaks,
// and one take at the end. Nothing is kept here, and nothing is sent.
import { LONGEST_S } from "./measure.js";

/** Static.go puts the address of the bundle of listener.js here; from source it is the module. */
const LISTENER = /** @type {any} */ (globalThis).__LISTENER__ ?? new URL("./listener.js", import.meta.url).href;

/** Of a voice: nothing above 12 kHz is needed to understand it. */
export const RATE = 24_000;

/** Whoever forgets to stop: the longest take, and some silence around it, in seconds. */
const MOST_S = LONGEST_S + 10;

/** @typedef {{stop: () => Promise<Float32Array>, cancel: () => Promise<void>}} Listening stop: the take, RATE samples a second */

/**
 * Asks for the microphone and listens. Rejects with the browser's own errors: NotAllowedError where
 * it was refused, NotFoundError where there is none.
 * @param {(level: number, seconds: number) => void} onLevel 0 to 1, some ten times a second
 * @param {() => void} onFull when no more is taken
 * @returns {Promise<Listening>}
 */
export async function listen(onLevel, onFull) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true } });
  const context = new AudioContext();
  const end = async () => {
    for (const track of stream.getTracks()) track.stop();
    if (context.state !== "closed") await context.close();
  };
  try {
    await context.audioWorklet.addModule(LISTENER);
    await context.resume();
    const { rate, chunks } = collect(context, stream, onLevel, onFull);
    return {
      cancel: end,
      stop: async () => {
        await end();
        return resample(joined(Float32Array, chunks), rate);
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** @param {AudioContext} context @param {MediaStream} stream @param {(level: number, seconds: number) => void} onLevel @param {() => void} onFull */
function collect(context, stream, onLevel, onFull) {
  /** @type {Float32Array[]} */
  const chunks = [];
  const rate = context.sampleRate;
  const node = new AudioWorkletNode(context, "listener", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  let taken = 0;
  let told = 0;
  let peak = 0;
  node.port.onmessage = ({ data }) => {
    if (taken >= MOST_S * rate) return;
    chunks.push(data);
    taken += data.length;
    for (const s of data) peak = Math.max(peak, Math.abs(s));
    if (taken - told >= rate / 10) {
      onLevel(peak, taken / rate);
      told = taken;
      peak = 0;
    }
    if (taken >= MOST_S * rate) onFull();
  };
  context.createMediaStreamSource(stream).connect(node);
  return { rate, chunks };
}

/**
 * Parts one after another. @template {Uint8Array<ArrayBuffer>|Float32Array<ArrayBuffer>} T
 * @param {new (length: number) => T} Kind @param {ArrayLike<number>[]} parts @returns {T}
 */
export function joined(Kind, parts) {
  const all = new Kind(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** To RATE, by the browser, which filters what would be heard as noise. @param {Float32Array} samples @param {number} rate */
async function resample(samples, rate) {
  if (rate === RATE || !samples.length) return samples;
  const offline = new OfflineAudioContext(1, Math.ceil((samples.length * RATE) / rate), RATE);
  const buffer = offline.createBuffer(1, samples.length, rate);
  buffer.copyToChannel(/** @type {Float32Array<ArrayBuffer>} */ (samples), 0);
  const source = offline.createBufferSource();
  source.buffer = buffer;
  source.connect(offline.destination);
  source.start();
  return (await offline.startRendering()).getChannelData(0);
}

/**
 * The samples of a finished file, one channel, RATE a second. Rejects with the
 * browser's EncodingError where it is none that it plays.
 * @param {ArrayBuffer} file @returns {Promise<Float32Array>}
 */
export async function samplesOf(file) {
  const decoded = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(file);
  return decoded.getChannelData(0);
}
