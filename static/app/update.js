// New versions of the page. A new one is fetched whole in the background and
// waits; it starts when the user agrees and no screening is open in any window,
// or by itself at the next cold start.
import { workerAddress } from "./trust.js";

/** Held (shared) by every window in which a screening is open. */
const SCREENING_LOCK = "screening";

/** Between two looks for a new version, in ms. */
const LOOK_EVERY_MS = 60 * 60_000;

/** @type {(() => void)|null} ends the hold of this window */
let endHold = null;

/** Says whether a screening is open in this window. @param {boolean} open */
export function screeningOpen(open) {
  if (open && !endHold) {
    const ended = new Promise((resolve) => { endHold = () => resolve(undefined); });
    void navigator.locks.request(SCREENING_LOCK, { mode: "shared" }, () => ended);
  } else if (!open && endHold) {
    endHold();
    endHold = null;
  }
}

/**
 * Registers the service worker and watches for new versions.
 * @param {(waiting: boolean) => void} onWaiting
 * @returns {Promise<void>} never rejects: without a worker the page still works with a network
 */
export async function watchForUpdates(onWaiting) {
  if (!navigator.serviceWorker) return;
  const firstTime = !navigator.serviceWorker.controller;
  let claimed = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker of all takes over a page of its own version.
    if (firstTime && !claimed) claimed = true;
    else if (!endHold) location.reload();
  });
  try {
    const registration = await navigator.serviceWorker.register(workerAddress(), { scope: "/", updateViaCache: "none" });
    const tell = () => onWaiting(Boolean(registration.waiting && navigator.serviceWorker.controller));
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", tell));
    tell();
    // Behind the first load, what no first question needs.
    void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage({ do: "whole" }));
    setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
  } catch (cause) {
    console.warn("no service worker", cause);
  }
}

/** The version of this page: what its service worker was built as; null before there is one. @returns {Promise<string|null>} */
export function pageVersion() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return Promise.resolve(null);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(String(data));
    worker.postMessage({ do: "version" }, [port2]);
  });
}

/**
 * Starts the version that waits, unless a screening is open in any window.
 * @returns {Promise<boolean>} false: a screening is open, nothing was done
 */
export function startUpdate() {
  return navigator.locks.request(SCREENING_LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    const registration = await navigator.serviceWorker?.getRegistration();
    registration?.waiting?.postMessage({ do: "start" });
    return true;
  });
}
