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
