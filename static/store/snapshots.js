// Snapshots: beside each draft that may be kept lies the record as it would be
// now, sealed to the server. So a draft can be destroyed, or its key lost, and
// the record still leaves. A snapshot has the id of the final record: moving it
// removes the draft, sealing replaces it, and never are there two.
import { changed } from "./changes.js";
import { transact } from "./db.js";
import * as drafts from "./drafts.js";

/**
 * @typedef {import("./outbox.js").Envelope} Envelope
 * @typedef {{envelope: Envelope, kind: import("./outbox.js").Kind, due: number}} Snapshot
 *   due: when it is sealed without anybody, in ms; 0: not by itself
 * @typedef {Snapshot & {id: string, vault: string}} Row
 */

/** @returns {Promise<Row[]>} */
export function all() {
  return transact(["snapshots"], "readonly", (tx) => tx.objectStore("snapshots").getAll());
}

/**
 * Ends drafts without opening them, in one transaction: what has a snapshot goes
 * to the outbox as that, and the drafts go. Then their keys are overwritten.
 * @param {(row: drafts.Row) => boolean} which @returns {Promise<number>} records that were moved
 */
export async function moveOut(which) {
  const sealedAt = new Date().toISOString();
  const { moved, gone } = await drafts.inOrder(() => transact(["outbox", ...drafts.STORES], "readwrite", async (tx) => {
    const gone = /** @type {drafts.Row[]} */ (await tx.objectStore("drafts").getAll()).filter(which);
    let moved = 0;
    for (const row of gone) {
      const snapshot = await tx.objectStore("snapshots").get(row.id);
      if (snapshot) {
        await tx.objectStore("outbox").add({ ...snapshot.envelope, kind: snapshot.kind, state: "waiting", reason: "", detail: "", sealedAt });
        moved++;
      }
      await drafts.removeWithin(tx, row.id);
    }
    return { moved, gone };
  }));
  await drafts.dropKeys(gone);
  if (moved) changed("outbox");
  if (gone.length) changed("drafts");
  return moved;
}

/**
 * Seals what is finished and whose time for corrections is over: its snapshot is
 * its record. Needs no key, so it works while the vault is locked.
 * @param {number} at ms @param {number} longest the longest that a snapshot waits, in ms
 * @returns {Promise<number>} how many were sealed
 */
export async function moveDue(at, longest) {
  // A clock set back must not keep a record open for ever.
  const due = new Set((await all()).filter((row) => row.due && !(at < row.due && row.due - at <= longest)).map((row) => row.id));
  return due.size ? moveOut((row) => due.has(row.id)) : 0;
}
