// Small facts of this device: who signed in, the device id and key, the language
// of the interface. A value is anything that structured clone keeps.
import { transact } from "./db.js";

/** @param {string} key @returns {Promise<any>} undefined where nothing was put */
export function get(key) {
  return transact(["settings"], "readonly", (tx) => tx.objectStore("settings").get(key));
}

/** @param {string} key @param {unknown} value */
export async function put(key, value) {
  await transact(["settings"], "readwrite", (tx) => tx.objectStore("settings").put(value, key));
}

/** @param {string} key */
export async function remove(key) {
  await transact(["settings"], "readwrite", (tx) => tx.objectStore("settings").delete(key));
}

/**
 * Asks the browser to keep our data when space is short, and says what it said.
 * @returns {Promise<"kept"|"refused"|"unknown">} unknown: the browser has no such promise
 */
export async function askToPersist() {
  if (!navigator.storage?.persist) return "unknown";
  if (await navigator.storage.persisted()) return "kept";
  return (await navigator.storage.persist()) ? "kept" : "refused";
}

/** Bytes used and allowed, as far as the browser tells. @returns {Promise<{usage: number, quota: number}|null>} */
export async function space() {
  if (!navigator.storage?.estimate) return null;
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { usage, quota };
}
