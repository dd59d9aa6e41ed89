// Sealed records on their way. Only the server's receipt removes one. Nothing is
// kept of a receipted record but that the server answered so, once more: a seized
// phone must not tell which records were made on it.
import { toBase64 } from "../crypto/base64url.js";
import { Problem } from "../text/problem.js";
import { changed } from "./changes.js";
import { transact } from "./db.js";
import * as drafts from "./drafts.js";

/**
 * @typedef {{id: string, kid: string, enc: Uint8Array<ArrayBuffer>, ct: Uint8Array<ArrayBuffer>}} Envelope
 * @typedef {"detection"|"encounter"|"addendum"} Kind
 * @typedef {"waiting"|"refused"} State
 * @typedef {Envelope & {kind: Kind, state: State, reason: string, detail: string, sealedAt: string}} Row
 * @typedef {"accepted"|"duplicate"|"conflict"|"quarantined"} ReceiptStatus
 * @typedef {{status: ReceiptStatus, reason: string, n: number}} Receipt how often the server answered so
 * @typedef {{id: string, status: string, reason?: string, detail?: string}} Result as the server gives it
 * @typedef {{waiting: number, refused: number, sent: number, quarantined: number}} Counts
 *   sent: everything receipted; quarantined is part of it
 */

/** What the server answers once it has the record for good. */
const RECEIPTS = new Set(["accepted", "duplicate", "conflict", "quarantined"]);

/**
 * Keeps a sealed record and removes the draft that it was made of with its
 * snapshot, in one transaction: at no moment are both gone, or both there. Then
 * the draft's key is overwritten.
 * @param {Envelope} envelope @param {Kind} kind
 * @param {{removeDraft?: string}} [more] removeDraft: the record's id of the draft
 */
export async function keep(envelope, kind, { removeDraft } = {}) {
  /** @type {Row} */
  const row = { ...envelope, kind, state: "waiting", reason: "", detail: "", sealedAt: new Date().toISOString() };
  await drafts.inOrder(async () => {
    const local = removeDraft && (await drafts.localOf(removeDraft));
    const gone = await transact(["outbox", ...drafts.STORES], "readwrite", async (tx) => {
      if (!local) {
        await tx.objectStore("outbox").add(row);
        return [];
      }
      const was = await drafts.removeWithin(tx, local);
      // Sealed in another window meanwhile: once is enough.
      if (!was) throw new Problem("draft-gone");
      await tx.objectStore("outbox").add(row);
      return [was];
    });
    await drafts.dropKeys(gone);
  });
  changed("outbox");
  changed("drafts");
}

/**
 * Records that wait, oldest first.
 * @param {number} most how many @returns {Promise<Row[]>}
 */
export async function waiting(most) {
  const rows = await transact(["outbox"], "readonly", (tx) => tx.objectStore("outbox").index("state").getAll("waiting", most));
  return rows;
}

/** All that is still here, waiting or refused. @returns {Promise<Row[]>} */
export function all() {
  return transact(["outbox"], "readonly", (tx) => tx.objectStore("outbox").getAll());
}

/**
 * Does what the server answered: a receipt removes the record, a refusal keeps
 * it with its reason, anything else leaves it waiting.
 * @param {Result[]} results only of records that were sent
 * @returns {Promise<number>} how many records it settled, either way
 */
export async function settle(results) {
  const settled = await transact(["outbox", "tallies"], "readwrite", async (tx) => {
    let n = 0;
    for (const result of results) {
      const row = await tx.objectStore("outbox").get(result.id);
      if (!row) continue;
      const reason = result.reason ?? "";
      if (RECEIPTS.has(result.status)) {
        const had = await tx.objectStore("tallies").get([result.status, reason]);
        await tx.objectStore("tallies").put({ status: result.status, reason, n: (had?.n ?? 0) + 1 });
        await tx.objectStore("outbox").delete(row.id);
        n++;
      } else if (result.status === "refused") {
        await tx.objectStore("outbox").put({ ...row, state: "refused", reason, detail: result.detail ?? "" });
        n++;
      }
    }
    return n;
  });
  if (settled) changed("outbox");
  return settled;
}

/** Sends a refused record again at the next turn. @param {string} id */
export async function retry(id) {
  await transact(["outbox"], "readwrite", async (tx) => {
    const row = await tx.objectStore("outbox").get(id);
    if (row) await tx.objectStore("outbox").put({ ...row, state: "waiting", reason: "", detail: "" });
  });
  changed("outbox");
}

/** @returns {Promise<Counts>} */
export async function counts() {
  return transact(["outbox", "tallies"], "readonly", async (tx) => {
    const [waiting, refused, tallies] = await Promise.all([
      tx.objectStore("outbox").index("state").count("waiting"),
      tx.objectStore("outbox").index("state").count("refused"),
      tx.objectStore("tallies").getAll(),
    ]);
    const of = (/** @type {Receipt[]} */ some) => some.reduce((n, tally) => n + tally.n, 0);
    return { waiting, refused, sent: of(tallies), quarantined: of(tallies.filter((/** @type {Receipt} */ t) => t.status === "quarantined")) };
  });
}

/** What the server answered so far, counted. @returns {Promise<Receipt[]>} */
export function receipts() {
  return transact(["tallies"], "readonly", (tx) => tx.objectStore("tallies").getAll());
}

/** Media type of an exported sealed file; one envelope a line, as the command-line device reads it. */
export const EXPORT_TYPE = "application/x-ndjson";

/**
 * The sealed file of records that cannot be sent, for rescue by the
 * administrator with the command-line device. It stays sealed.
 * @param {string[]} ids @returns {Promise<Blob>}
 */
export async function exportSealed(ids) {
  const rows = (await all()).filter((row) => ids.includes(row.id));
  const lines = rows.map(({ id, kid, enc, ct }) => JSON.stringify({ id, kid, enc: toBase64(enc), ct: toBase64(ct) }) + "\n");
  return new Blob(lines, { type: EXPORT_TYPE });
}
