// The one Trusted Types policy of the page: it lets exactly two addresses through,
// the service worker's and that of the worker that holds the vault's keys.
// Everything else that wants to become code is refused.

/** Address of the service worker. */
export const WORKER = "/sw.js";

/** Address of the vault's worker: bundle.go puts its hashed name here; from source it is the module itself. */
const KEEPER = /** @type {string|undefined} */ (/** @type {any} */ (globalThis).__KEEPER__) ?? "/vault/worker.js";

/** @typedef {{createPolicy(name: string, rules: {createScriptURL: (url: string) => string}): {createScriptURL(url: string): string}}} Factory */

const factory = /** @type {{trustedTypes?: Factory}} */ (/** @type {unknown} */ (globalThis)).trustedTypes;
const policy = factory?.createPolicy("umbral", {
  createScriptURL(url) {
    if (url !== WORKER && url !== KEEPER) throw new TypeError(`not a worker of ours: ${url}`);
    return url;
  },
});

/** The worker's address in the form that register() takes. @returns {string} */
export function workerAddress() {
  return policy ? policy.createScriptURL(WORKER) : WORKER;
}

/** Starts the worker that holds the vault's keys. @param {WorkerOptions} [options] @returns {Worker} */
export function startKeeper(options) {
  return new Worker(policy ? policy.createScriptURL(KEEPER) : KEEPER, options);
}
