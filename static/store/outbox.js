// Sealed records on their way. Only the server's receipt removes one. What is
// kept of a receipted record is its id, folio and what the server said; never
// its content, which this device cannot open anyway.
import { folio } from "../crypto/folio.js";
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
 * @typedef {{id: string, folio: string, kind: Kind, status: ReceiptStatus, reason: string, at: string}} Receipt
 * @typedef {{id: string, status: string, reason?: string, detail?: string}} Result as the server gives it
 * @typedef {{waiting: number, refused: number, sent: number, quarantined: number}} Counts
 *   sent: everything receipted; quarantined is part of it
 */

/** What the server answers once it has the record for good. */
const RECEIPTS = new Set(["accepted", "duplicate", "conflict", "quarantined"]);

/**
 * Keeps a sealed record, removes the draft that it was made of and writes what
 * remains of it, in one transaction: at no moment are both gone.
 * @param {Envelope} envelope @param {Kind} kind
 * @param {{removeDraft?: string, putDraft?: drafts.Draft}} [more]
 */
export async function keep(envelope, kind, { removeDraft, putDraft } = {}) {
  /** @type {Row} */
  const row = { ...envelope, kind, state: "waiting", reason: "", detail: "", sealedAt: new Date().toISOString() };
  await drafts.inOrder(async () => {
    const pending = putDraft && (await drafts.prepare(structuredClone(putDraft), { afresh: putDraft.id === removeDraft }));
    await transact(["outbox", ...drafts.STORES], "readwrite", async (tx) => {
      await tx.objectStore("outbox").add(row);
      if (removeDraft) {
        // Sealed in another window meanwhile: once is enough.
        if (!(await tx.objectStore("drafts").get(removeDraft))) throw new Problem("draft-gone");
        await drafts.removeWithin(tx, removeDraft);
      }
      await pending?.write(tx);
    });
    pending?.written();
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
  const at = new Date().toISOString();
  const folios = new Map(await Promise.all(results.map(async (r) => /** @type {const} */ ([r.id, await folio(r.id)]))));
  const settled = await transact(["outbox", "receipts"], "readwrite", async (tx) => {
    let n = 0;
    for (const result of results) {
      const row = await tx.objectStore("outbox").get(result.id);
      if (!row) continue;
      const reason = result.reason ?? "";
      if (RECEIPTS.has(result.status)) {
        await tx.objectStore("receipts").put({ id: row.id, folio: folios.get(row.id), kind: row.kind, status: result.status, reason, at });
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
  return transact(["outbox", "receipts"], "readonly", async (tx) => {
    const [waiting, refused, sent, quarantined] = await Promise.all([
      tx.objectStore("outbox").index("state").count("waiting"),
      tx.objectStore("outbox").index("state").count("refused"),
      tx.objectStore("receipts").count(),
      tx.objectStore("receipts").index("status").count("quarantined"),
    ]);
    return { waiting, refused, sent, quarantined };
  });
}

/** What the server has, newest first. @returns {Promise<Receipt[]>} */
export async function receipts() {
  const rows = await transact(["receipts"], "readonly", (tx) => tx.objectStore("receipts").getAll());
  return rows.sort((/** @type {Receipt} */ a, /** @type {Receipt} */ b) => (a.at < b.at ? 1 : -1));
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
  const lines = rows.map(({ id, kid, enc, ct }) => JSON.stringify({ id, kid, enc: base64(enc), ct: base64(ct) }) + "\n");
  return new Blob(lines, { type: EXPORT_TYPE });
}

/** Standard base64 with padding. @param {Uint8Array} bytes */
function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
