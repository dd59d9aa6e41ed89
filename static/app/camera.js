// Reading a QR code with the camera, where the browser can do both. The camera
// is asked for at a tap, and off again as soon as a code was read or nobody
// wants it any more. No picture is kept.
import { Problem } from "../text/problem.js";

/** Between two looks at the picture, in ms: a slow phone needs some time for each. */
const LOOK_EVERY_MS = 200;

/** @typedef {{detect(of: HTMLVideoElement): Promise<{rawValue: string}[]>}} Detector */
/** @typedef {{new (how: {formats: string[]}): Detector, getSupportedFormats(): Promise<string[]>}} DetectorClass */

/** @returns {DetectorClass|undefined} */
const detectorClass = () => /** @type {any} */ (globalThis).BarcodeDetector;

/** Whether this browser can read a code with a camera. */
export async function canScan() {
  const Detector = detectorClass();
  if (!Detector || !navigator.mediaDevices?.getUserMedia) return false;
  const formats = await Detector.getSupportedFormats().catch(() => /** @type {string[]} */ ([]));
  return formats.includes("qr_code");
}

/**
 * Shows the camera's picture and resolves with the first code in it; with null
 * where stop came first. Rejects with camera-refused.
 * @param {HTMLVideoElement} video @param {AbortSignal} stop
 * @returns {Promise<string|null>}
 */
export async function scan(video, stop) {
  const Detector = detectorClass();
  if (!Detector) throw new Problem("camera-refused");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  } catch (cause) {
    throw new Problem("camera-refused", { cause });
  }
  try {
    video.srcObject = stream;
    await video.play().catch(() => undefined);
    const detector = new Detector({ formats: ["qr_code"] });
    while (!stop.aborted) {
      const [found] = await detector.detect(video).catch(() => /** @type {{rawValue: string}[]} */ ([]));
      if (found?.rawValue) return found.rawValue;
      await new Promise((next) => setTimeout(next, LOOK_EVERY_MS));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
