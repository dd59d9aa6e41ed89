// The one Trusted Types policy of the page: it lets exactly the service worker's
// address through. Everything else that wants to become code is refused.

/** Address of the service worker. */
export const WORKER = "/sw.js";

/** @typedef {{createPolicy(name: string, rules: {createScriptURL: (url: string) => string}): {createScriptURL(url: string): string}}} Factory */

const factory = /** @type {{trustedTypes?: Factory}} */ (/** @type {unknown} */ (globalThis)).trustedTypes;
const policy = factory?.createPolicy("umbral", {
  createScriptURL(url) {
    if (url !== WORKER) throw new TypeError(`not a worker of ours: ${url}`);
    return url;
  },
});

/** The worker's address in the form that register() takes. @returns {string} */
export function workerAddress() {
  return policy ? policy.createScriptURL(WORKER) : WORKER;
}
