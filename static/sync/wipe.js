// A phone that was given up hands over what it holds and empties itself. The
// order is the promise: the keys of open drafts go first, and what was sealed of
// them joins the queue; then all is sent; only when every record has its receipt
// is anything erased. What a dead battery cut short goes on at the next start.
import { eraseAll } from "../store/erase.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import * as snapshots from "../store/snapshots.js";
import { WIPING, sayWiping, sync } from "./sync.js";

/** Whether this phone was told to empty itself. */
export async function wiping() {
  return Boolean(await settings.get(WIPING));
}

/**
 * Goes on with it as far as it gets.
 * @param {() => Promise<unknown>} destroy ends every draft and hands its last state to the outbox
 * @returns {Promise<boolean>} whether nothing is left here
 */
export function wipe(destroy) {
  return navigator.locks.request(WIPING, async () => {
    const step = await settings.get(WIPING);
    if (!step) return false;
    if (step !== "erasing") {
      await destroy();
      for (const row of await outbox.all()) if (row.state === "refused") await outbox.retry(row.id);
      await sync();
      // Where destroying was cut short, what it should have queued lies there still.
      if ((await outbox.all()).length || (await snapshots.all()).length || !(await sayWiping())) return false;
      await settings.put(WIPING, "erasing");
    }
    await eraseAll();
    return true;
  });
}
