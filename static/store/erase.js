// Erases everything that this page keeps on the device. The database goes last:
// in it stands that the rest is to go, so that a dead battery changes nothing.
import { drop } from "./db.js";

/** Somebody's worker may hold a file for a moment. */
const TRIES = 40;
const WAIT_MS = 50;

/** @returns {Promise<void>} */
export async function eraseAll() {
  await eraseFiles();
  if ("caches" in globalThis) await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  const registrations = (await navigator.serviceWorker?.getRegistrations?.()) ?? [];
  await Promise.all(registrations.map((registration) => registration.unregister()));
  await drop();
}

async function eraseFiles() {
  const root = await navigator.storage?.getDirectory?.();
  if (!root) return;
  const names = [];
  for await (const name of /** @type {any} */ (root).keys()) names.push(name);
  for (const name of names) await removeEntry(root, name);
}

/** @param {FileSystemDirectoryHandle} root @param {string} name */
async function removeEntry(root, name) {
  for (let tries = 1; ; tries++) {
    try {
      return await root.removeEntry(name, { recursive: true });
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotFoundError") return;
      if (tries === TRIES) throw error;
      await new Promise((next) => setTimeout(next, WAIT_MS));
    }
  }
}
