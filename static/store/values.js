// Small values that only the open vault can read: the tokens of a session, the
// last place. Anything that JSON keeps.
import { Problem } from "../text/problem.js";
import { pack, unpack } from "./codec.js";
import { transact } from "./db.js";
import { ask, current } from "./keys.js";

/** @returns {string} the open vault's id */
function openId() {
  const open = current();
  if (!open) throw new Problem("vault-locked");
  return open.id;
}

/** Undefined where nothing was put, or by a key that is gone. @param {string} name @returns {Promise<any>} */
export async function get(name) {
  const vault = openId();
  const row = await transact(["values"], "readonly", (tx) => tx.objectStore("values").get([vault, name]));
  const plain = row && (await ask("openValue", { name, sealed: row.sealed }));
  return plain ? unpack(plain) : undefined;
}

/** @param {string} name @param {unknown} value */
export async function put(name, value) {
  const vault = openId();
  const sealed = await ask("lockValue", { name, plain: pack(value) });
  await transact(["values"], "readwrite", (tx) => tx.objectStore("values").put({ vault, name, sealed }));
}

/** @param {string} name */
export async function remove(name) {
  const vault = openId();
  await transact(["values"], "readwrite", (tx) => tx.objectStore("values").delete([vault, name]));
}

/** Removes all of one vault, open or not. @param {string} vault */
export async function removeAll(vault) {
  await transact(["values"], "readwrite", async (tx) => {
    for (const key of await tx.objectStore("values").getAllKeys()) {
      if (/** @type {string[]} */ (key)[0] === vault) await tx.objectStore("values").delete(key);
    }
  });
}
