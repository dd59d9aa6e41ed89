// When to send: on start, on network, on a button, on a new record, and on a
// timer that waits longer after each failure, with jitter, so that a thousand
// phones that lost the same tower do not return in the same second.
import { counts } from "../store/outbox.js";
import { sync, SYNC_TAG } from "./sync.js";

/** First and longest wait after a failure, in ms. */
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** After another sender was at work: it may have ended just before a new record came. In ms. */
const BUSY_WAIT_MS = 5_000;

/** Between two looks while nothing is wrong, in ms. */
const IDLE_WAIT_MS = 5 * 60_000;

/**
 * The wait after so many failures in a row: between half and the whole of a
 * doubling step; never shorter than the server asked.
 * @param {number} failures @param {number} [retryAfter] seconds @param {() => number} [random]
 */
export function waitAfter(failures, retryAfter = 0, random = Math.random) {
  if (failures === 0) return IDLE_WAIT_MS;
  const step = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  return Math.max(retryAfter * 1000, step * (0.5 + random() / 2));
}

/**
 * Starts the schedule. onOutcome gets every outcome; send sends at once.
 * @param {(outcome: import("./sync.js").Outcome) => void} onOutcome
 * @returns {{send: () => Promise<import("./sync.js").Outcome>, stop: () => void}}
 */
export function schedule(onOutcome) {
  let failures = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let stopped = false;

  async function send() {
    clearTimeout(timer);
    const outcome = await sync();
    failures = outcome.state === "failed" ? failures + 1 : 0;
    if (!stopped) {
      clearTimeout(timer);
      timer = setTimeout(onTimer, outcome.state === "busy" ? BUSY_WAIT_MS : waitAfter(failures, outcome.problem?.retryAfter));
    }
    onOutcome(outcome);
    return outcome;
  }

  async function onTimer() {
    const { waiting } = await counts();
    if (waiting) await send();
    else timer = setTimeout(onTimer, waitAfter(0));
  }

  const onNetwork = () => void send();
  addEventListener("online", onNetwork);
  return {
    send,
    stop() {
      stopped = true;
      clearTimeout(timer);
      removeEventListener("online", onNetwork);
    },
  };
}

/** Asks the browser to send in the background, where it can. */
export async function askBackgroundSync() {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration && "sync" in registration) {
    const manager = /** @type {{register(tag: string): Promise<void>}} */ (registration.sync);
    await manager.register(SYNC_TAG).catch(() => undefined); // the timer does it where the browser refuses
  }
}
