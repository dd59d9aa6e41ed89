// The microphone's way to a file: what is measured, what is encoded, and what
// Chromium's own microphone of tests gives.
import { encode, MP3 } from "../sound/encode.js";
import { LONGEST_S, measure, UNFIT } from "../sound/measure.js";
import { listen, RATE, samplesOf } from "../sound/record.js";
import { equal, ok, test } from "./harness.js";

/** A tone of so many seconds, as loud as that. @param {number} seconds @param {number} level */
const tone = (seconds, level = 0.5) => Float32Array.from({ length: Math.round(seconds * RATE) }, (_, i) => level * Math.sin((2 * Math.PI * 220 * i) / RATE));
/** @param {Float32Array[]} parts */
const joined = (...parts) => Float32Array.from(parts.flatMap((p) => [...p]));
const quiet = (/** @type {number} */ seconds) => tone(seconds, 0.001);

for (const [name, samples, flaws] of /** @type {[string, Float32Array, string[]][]} */ ([
  ["a voice", joined(quiet(1), tone(2), quiet(1)), []],
  ["a pause to breathe", joined(tone(1), quiet(2), tone(1)), []],
  ["nothing", new Float32Array(0), ["silent"]],
  ["silence", quiet(3), ["silent"]],
  ["a cough", joined(quiet(1), tone(0.1), quiet(1)), ["short"]],
  ["from afar", tone(2, 0.03), ["quiet"]],
  ["too near", tone(2, 1), ["clipped"]],
  ["a lost place", joined(tone(1), quiet(4), tone(1)), ["pause"]],
  ["a speech", tone(LONGEST_S + 1), ["long"]],
])) test(`sound: ${name}`, () => equal(measure(samples, RATE).flaws, flaws));

test("sound: silence around a voice is left out, and a quarter of a second stays", () => {
  const m = measure(joined(quiet(3), tone(2), quiet(5)), RATE);
  ok(Math.abs(m.seconds - 2.5) < 0.05, `${m.seconds} s`);
  ok(Math.abs(m.from / RATE - 2.75) < 0.05, `from ${m.from / RATE} s`);
  ok(UNFIT.includes("silent") && !UNFIT.includes("pause"));
});

test("sound: an MP3 that the browser plays, as long and as loud as what was said", async () => {
  const bytes = encode(tone(3));
  equal(MP3, "audio/mpeg");
  ok(bytes[0] === 0xff && (bytes[1] & 0xe6) === 0xe2, "no frame of layer III at the start");
  ok(bytes.length > 3 * 5500 && bytes.length < 3 * 6800, `${bytes.length} bytes for 3 s at 48 kbit/s`);
  const heard = measure(await samplesOf(bytes.slice().buffer), RATE);
  ok(Math.abs(heard.seconds - 3) < 0.2 && heard.peak > 0.4 && heard.peak < 0.65 && heard.flaws.length === 0, JSON.stringify(heard));
  equal(encode(new Float32Array(0)).constructor, Uint8Array);
});

test("sound: what is no audio is refused by the browser", async () => {
  const failed = await samplesOf(new TextEncoder().encode("<html>sign in</html>").buffer).then(() => "", (e) => e.name);
  equal(failed, "EncodingError");
});

test("sound: the microphone is heard, its level told, and it is given back", async () => {
  /** @type {number[]} */
  const levels = [];
  const listening = await listen((level) => levels.push(level), () => undefined);
  await new Promise((resolve) => { setTimeout(resolve, 1500); });
  const samples = await listening.stop();
  const heard = measure(samples, RATE);
  ok(samples.length > RATE && samples.length < 3 * RATE, `${samples.length} samples`);
  ok(heard.peak > 0.05 && Math.max(...levels) > 0.05, `peak ${heard.peak}, levels ${levels}`);
  const other = await listen(() => undefined, () => undefined);
  await other.cancel();
});
