// Runs in the browser's audio thread: hands on the microphone's samples as they
// come. A script of its own, for the browser loads it so.
/** @type {any} */
const thread = globalThis;

class Listener extends thread.AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const [channel] = inputs[0] ?? [];
    if (channel) /** @type {any} */ (this).port.postMessage(channel.slice());
    return true;
  }
}

thread.registerProcessor("listener", Listener);
