// The service worker: the whole page, offline, in one cache a version. A version
// is installed whole or not at all; it never takes over by itself while a window
// is open. Of the first of all, what no first question needs is fetched behind it,
// when the page asks for it. The API is never cached here; recordings are what the
// page kept of them (store/media.js), and come from nowhere else. static.go puts the
// version, and each file with the start of its SHA-256, in place of SHELL.
import { inRange } from "./sync/range.js";
import { sync, SYNC_TAG } from "./sync/sync.js";

/** @typedef {[path: string, hash: string]} File */
/** @type {{version: string, files: File[], later: File[]}} */
const SHELL = /** @type {any} */ (globalThis).__SHELL__;

const PREFIX = "shell-";
const CACHE = PREFIX + SHELL.version;
/** The page itself: every address of the app is a hash on it. */
const PAGE = "/";
const PATHS = new Set(SHELL.files.map(([path]) => path));
/** The cache of recordings, and where they are: store/media.js fills it. */
const [MEDIA, MEDIA_PATH] = ["media", "/media/"];
const LATER = new Set(SHELL.later.map(([path]) => path));

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", answer);
worker.addEventListener("message", (event) => {
  if (event.data?.do === "start") event.waitUntil(worker.skipWaiting());
  if (event.data?.do === "version") event.ports[0]?.postMessage(SHELL.version);
  if (event.data?.do === "whole") event.waitUntil(beWhole().then(() => true, () => false).then((whole) => event.ports[0]?.postMessage(whole)));
});
worker.addEventListener("sync", (event) => {
  const { tag, waitUntil } = /** @type {{tag: string, waitUntil: (p: Promise<unknown>) => void}} */ (/** @type {unknown} */ (event));
  if (tag === SYNC_TAG) waitUntil.call(event, sendInBackground());
});

/** A phone that has an older version may be in the field the next time: it gets all at once. */
async function install() {
  const older = (await caches.keys()).some((name) => name.startsWith(PREFIX) && name !== CACHE);
  await keep([...SHELL.files, ...(older ? SHELL.later : [])]).catch(async (error) => {
    await caches.delete(CACHE);
    throw error;
  });
}

/** Fetches what is not here yet of what no first question needs. */
async function beWhole() {
  const cache = await caches.open(CACHE);
  const here = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await keep(SHELL.later.filter(([path]) => !here.has(path)));
}

/**
 * Fetches every file anew and checks it before the first is kept: a captive
 * portal's page is no file of ours. @param {File[]} files
 */
async function keep(files) {
  const replies = await Promise.all(files.map(async ([path, hash]) => {
    const reply = await fetch(path, { cache: "no-cache", credentials: "omit", redirect: "error" });
    if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
    const body = await reply.clone().arrayBuffer();
    if ((await hex(body)) !== hash) throw new Error(`${path}: not the file of this version`);
    return /** @type {const} */ ([path, reply]);
  }));
  const cache = await caches.open(CACHE);
  await Promise.all(replies.map(([path, reply]) => cache.put(path, reply)));
}

/** Of a SHA-256: what static.go puts beside each file. */
const HASH_BYTES = 12;

/** The start of a SHA-256, in hex. @param {ArrayBuffer} body */
async function hex(body) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return [...digest.subarray(0, HASH_BYTES)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** Removes the older versions only once this one is seen to be whole. */
async function activate() {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  if ([...PATHS].every((path) => kept.has(path))) {
    const names = await caches.keys();
    await Promise.all(names.filter((n) => n.startsWith(PREFIX) && n !== CACHE).map((n) => caches.delete(n)));
  }
  await worker.clients.claim();
}

/** @param {FetchEvent} event */
function answer(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  const path = request.mode === "navigate" && url.pathname === "/index.html" ? PAGE : url.pathname;
  if (PATHS.has(path) || LATER.has(path)) event.respondWith(fromCache(path, request));
  else if (path.startsWith(MEDIA_PATH)) event.respondWith(recording(path, request.headers.get("Range")));
}

/** A recording, or a range of it. What is not here is not asked of the network: that would tell what is being heard. @param {string} path @param {string|null} range */
async function recording(path, range) {
  const found = await caches.match(path, { cacheName: MEDIA });
  return found ? inRange(await found.blob(), found.headers.get("Content-Type") ?? "", range) : new Response(null, { status: 404 });
}

/** @param {string} path @param {Request} request */
async function fromCache(path, request) {
  const cache = await caches.open(CACHE);
  // A browser short of space may have dropped the cache; then the network is what is left.
  return (await cache.match(path)) ?? fetch(request);
}

async function sendInBackground() {
  const { state, problem } = await sync();
  // Rejecting asks the browser for another turn; a pause waits for a person.
  if (state === "failed") throw problem ?? new Error("not sent");
}
