// Sends what waits until each record has a receipt. One sender at a time over
// all tabs and the service worker. It is the device that sends: no session, no
// open vault is needed. A device that the server does not know pauses, it never
// drops; a bad record never blocks its neighbours.
import { changed } from "../store/changes.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import { asProblem, Problem } from "../text/problem.js";
import * as api from "./api.js";
import { device } from "./tokens.js";
import { SYNC_TYPE, syncBody } from "./wire.js";

/** Most records of one request: small, so that a slow link gets a receipt soon. */
const BATCH_RECORDS = 25;

/** Most bytes of one request, unless one record alone has more: 13 s at 20 kB/s. */
const BATCH_BYTES = 256 * 1024;

/** Name of the lock, and of the background sync. */
export const SYNC_TAG = "outbox";

/** Setting: "asked" once the server wants this phone to empty itself, "erasing" once all is handed over. */
export const WIPING = "wiping";

/** Setting: when the server said that there is other content, until this phone has it. */
export const RENEWAL = "renewal";

/**
 * @typedef {"done"|"busy"|"not-enrolled"|"paused"|"failed"} State
 *   done: nothing waits any more; busy: another sender is at work; paused: the server
 *   knows no such device: register again; failed: what waits is sent later
 * @typedef {{state: State, sent: number, problem: Problem|null, events: any[]}} Outcome
 */

/**
 * Sends all that waits. Never rejects. Where nothing waits it still asks once,
 * so that the device learns what the server has to say (events).
 * @returns {Promise<Outcome>}
 */
export async function sync() {
  return navigator.locks.request(SYNC_TAG, { ifAvailable: true }, async (lock) => {
    /** @type {Outcome} */
    const outcome = { state: "busy", sent: 0, problem: null, events: [] };
    if (!lock) return outcome;
    try {
      await sendAll(outcome);
      if (outcome.state === "done") await settings.put("last_contact", new Date().toISOString());
    } catch (error) {
      outcome.problem = asProblem(error);
      outcome.state = outcome.problem.type === "device-unknown" ? "paused" : "failed";
    }
    return outcome;
  });
}

/**
 * The last word of a phone that empties itself: nothing waits here any more.
 * @returns {Promise<boolean>} whether the server heard it
 */
export function sayWiping() {
  return navigator.locks.request(SYNC_TAG, async () => {
    const enrolled = await device();
    if (!enrolled || (await outbox.counts()).waiting) return false;
    try {
      await post(enrolled.id, [], { wiping: true });
      return true;
    } catch {
      return false; // asked again with the next turn
    }
  });
}

/** @param {Outcome} outcome */
async function sendAll(outcome) {
  const enrolled = await device();
  if (!enrolled) {
    outcome.state = "not-enrolled";
    return;
  }
  /** @type {Set<string>} answered without a receipt or a refusal: not again in this turn */
  const unsettled = new Set();
  let most = BATCH_RECORDS;
  for (let asked = false; ; asked = true) {
    const batch = await nextBatch(most, unsettled);
    if (!batch.length && asked) break;
    try {
      const results = await sendBatch(enrolled.id, batch, outcome);
      outcome.sent += await outbox.settle(results);
      const left = new Set((await outbox.all()).filter((r) => r.state === "waiting").map((r) => r.id));
      for (const row of batch) if (left.has(row.id)) unsettled.add(row.id);
    } catch (error) {
      if (!isAboutContent(error) || !batch.length) throw error;
      if (batch.length > 1) {
        most = Math.ceil(batch.length / 2);
        continue;
      }
      // Alone, and the request itself is refused: this record is the reason.
      await outbox.settle([{ id: batch[0].id, status: "refused", reason: error.type, detail: error.serverDetail }]);
    }
  }
  outcome.state = unsettled.size ? "failed" : "done";
  if (unsettled.size) outcome.problem = new Problem("sync-unanswered", { args: { n: unsettled.size } });
}

/** @param {number} most @param {Set<string>} except */
async function nextBatch(most, except) {
  const rows = (await outbox.waiting(most + except.size)).filter((r) => !except.has(r.id)).slice(0, most);
  let bytes = 0;
  return rows.filter((row, i) => (bytes += row.ct.length) <= BATCH_BYTES || i === 0);
}

/**
 * @param {string} deviceId @param {outbox.Row[]} batch @param {Outcome} outcome
 * @returns {Promise<outbox.Result[]>} only of records of the batch
 */
async function sendBatch(deviceId, batch, outcome) {
  const reply = await post(deviceId, batch);
  const sent = new Set(batch.map((r) => r.id));
  const results = reply.results.filter((/** @type {outbox.Result} */ r) => sent.has(r?.id));
  // Receipts first: the cursor may wait, a receipt may not.
  if (Array.isArray(reply.events)) outcome.events.push(...reply.events);
  if (outcome.events.some((event) => event?.type === "wipe") && !(await settings.get(WIPING))) {
    await settings.put(WIPING, "asked");
    changed("wipe");
  }
  // Before the cursor: what was withdrawn must go, though this contact break off.
  if (outcome.events.some((event) => event?.type === "manifest")) await settings.put(RENEWAL, new Date().toISOString());
  if (typeof reply.cursor === "string") await settings.put("cursor", reply.cursor);
  return results;
}

/** One batch of this device. @param {string} deviceId @param {outbox.Row[]} batch @param {{wiping?: boolean}} [more] @returns {Promise<any>} */
async function post(deviceId, batch, more) {
  const cursor = (await settings.get("cursor")) ?? "";
  // Told this phone's time, the server knows a wrong clock from a long time offline.
  const head = { device: deviceId, cursor, sent_at: new Date().toISOString(), ...more };
  const reply = await api.post("/sync", syncBody(head, batch), { type: SYNC_TYPE, device: deviceId });
  if (!reply || !Array.isArray(reply.results)) throw new Problem("offline");
  return reply;
}

/**
 * Whether the server refused the request for what is in it, not for who or when.
 * @param {unknown} error @returns {error is Problem}
 */
function isAboutContent(error) {
  return error instanceof Problem && [400, 413, 415, 422].includes(error.status);
}
