// Tells every page and the service worker of this device that stored data
// changed, so that counters are right in all of them. It carries no data.

const NAME = "changes";
/** @typedef {"drafts"|"outbox"|"content"|"session"|"lock"|"wipe"} Topic lock: every window locks its vault; wipe: this phone is to empty itself */

/** @type {BroadcastChannel|null} */
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME);
/** @type {Set<(topic: Topic) => void>} */
const listeners = new Set();
if (channel) channel.onmessage = (event) => tell(event.data);

/** @param {Topic} topic */
function tell(topic) {
  for (const fn of listeners) fn(topic);
}

/** @param {Topic} topic */
export function changed(topic) {
  tell(topic);
  channel?.postMessage(topic);
}

/** Tells every other window, not this one. @param {Topic} topic */
export function tellOthers(topic) {
  channel?.postMessage(topic);
}

/** Calls fn at each change; returns how to stop. @param {(topic: Topic) => void} fn */
export function onChange(fn) {
  listeners.add(fn);
  return () => listeners.delete(fn);
}
