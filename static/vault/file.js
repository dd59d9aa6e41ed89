// The vault file on the disk. One operation at a time over all tabs, each with a
// handle of its own; what it changed is written over the old bytes and flushed.
import { FILE_BYTES, FORMAT, emptyFile } from "./layout.js";
import { Refusal } from "./refusal.js";

/** Lock round every operation, whichever tab's worker does it. */
const LOCK = "vault";

/** A worker that was ended may hold its handle for a moment. */
const OPEN_TRIES = 40;
const OPEN_WAIT_MS = 50;

/** The folder of the host already says whose it is; this name says nothing. */
let name = "data";

/** Another file, for tests: each has its own. @param {string} other */
export function useFile(other) {
  name = other;
}

/**
 * @typedef {{bytes: Uint8Array<ArrayBuffer>, save: () => void}} Open
 *   save: what was changed is on the disk when it returns
 */

/**
 * Runs work on the whole file in memory. Nothing is on the disk without save.
 * @template T @param {(file: Open) => Promise<T>|T} work @returns {Promise<T>}
 */
export function withFile(work) {
  return navigator.locks.request(LOCK, async () => {
    const handle = await openHandle();
    try {
      return await work(read(handle));
    } finally {
      handle.close();
    }
  });
}

/** @returns {Promise<FileSystemSyncAccessHandle>} */
async function openHandle() {
  if (!navigator.storage?.getDirectory || typeof FileSystemFileHandle === "undefined" || !("createSyncAccessHandle" in FileSystemFileHandle.prototype)) {
    throw new Refusal("vault-unsupported");
  }
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle(name, { create: true });
  for (let tries = 1; ; tries++) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (tries === OPEN_TRIES || !(error instanceof DOMException) || error.name !== "NoModificationAllowedError") throw error;
      await new Promise((next) => setTimeout(next, OPEN_WAIT_MS));
    }
  }
}

/** @param {FileSystemSyncAccessHandle} handle @returns {Open} */
function read(handle) {
  let bytes = new Uint8Array(FILE_BYTES);
  if (handle.read(bytes, { at: 0 }) !== FILE_BYTES) {
    // New, or the battery died while it was first written: no vault was in it yet.
    bytes = emptyFile();
    write(handle, bytes, 0, FILE_BYTES);
    handle.flush();
  }
  if (bytes[0] !== FORMAT) throw new Refusal("vault-damaged");
  const before = bytes.slice();
  return {
    bytes,
    save() {
      const [from, to] = changedRange(before, bytes);
      if (from === to) return;
      write(handle, bytes, from, to);
      handle.flush();
      before.set(bytes);
    },
  };
}

/** @param {FileSystemSyncAccessHandle} handle @param {Uint8Array<ArrayBuffer>} bytes @param {number} from @param {number} to */
function write(handle, bytes, from, to) {
  if (handle.write(bytes.subarray(from, to), { at: from }) !== to - from) throw new Refusal("storage-full");
}

/** The first and past-the-last byte that differ. @param {Uint8Array} a @param {Uint8Array} b */
function changedRange(a, b) {
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let to = a.length;
  while (to > from && a[to - 1] === b[to - 1]) to--;
  return [from, to];
}
