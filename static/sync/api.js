// Requests to the server. A failure is always a Problem: the server's own
// (problem+json, in the caller's language) or one of ours. Nothing here decides
// that there is a network: only a receipt does.
import { language } from "../text/messages.js";
import { Problem } from "../text/problem.js";
import { deviceToken, keepNonce, nonceIsFresh, proofOf } from "./proof.js";
import { refreshed, session } from "./tokens.js";

const BASE = "/api/v1";

/** Longest wait for a reply, in ms: a batch of 256 KiB at 20 kB/s takes 13 s; a sleeping cell tower adds to it. */
const PATIENCE_MS = 90_000;

/** From this size on, in bytes, a body is not sent with a nonce that the server may refuse: first a fresh one is asked for. */
const LARGE_BODY = 4 * 1024;

/**
 * @typedef {{body?: object|Uint8Array<ArrayBuffer>, type?: string, signedIn?: boolean, device?: string}} Ask
 *   body: an object goes as JSON, bytes as they are with type; device: sent in the
 *   name of this device itself, whoever is signed in
 */

/**
 * One request; with a token unless signedIn is false, and always with a proof. A
 * refused token is refreshed once. Rejects with a Problem: offline, sign-in-again,
 * or the server's.
 * @param {"GET"|"POST"} method @param {string} path below /api/v1 @param {Ask} [ask]
 * @returns {Promise<Response>} of status 2xx
 */
export async function request(method, path, ask = {}) {
  if (ask.device || ask.signedIn === false) return orProblem(await send(method, path, ask, ""));
  const now = await session();
  if (!now) throw new Problem("sign-in-again", { status: 401 });
  const reply = await send(method, path, ask, now.access);
  if (reply.status !== 401 || isAboutProof(await typeOf(reply))) return orProblem(reply);
  const token = await refreshed(now.access, (to, body) => post(to, body, { signedIn: false }));
  const second = await send(method, path, ask, token);
  if (second.status === 401 && !isAboutProof(await typeOf(second))) throw new Problem("sign-in-again", { status: 401 });
  return orProblem(second);
}

/** The JSON of a GET. @param {string} path @param {Ask} [ask] @returns {Promise<any>} */
export async function get(path, ask) {
  return readJSON(await request("GET", path, ask));
}

/** The JSON that a POST of JSON gives. @param {string} path @param {object|Uint8Array<ArrayBuffer>} body @param {Ask} [ask] @returns {Promise<any>} */
export async function post(path, body, ask) {
  const reply = await request("POST", path, { ...ask, body });
  return reply.status === 204 ? null : readJSON(reply);
}

/** The bytes of a GET. @param {string} path @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function bytes(path) {
  const reply = await request("GET", path);
  try {
    return new Uint8Array(await reply.arrayBuffer());
  } catch (cause) {
    throw new Problem("offline", { cause });
  }
}

/**
 * Sends with a fresh nonce: where the server wants another one, once more with
 * that. A browser that repeats a request by itself uses the proof twice; where a
 * repetition does no harm, that is tried once more too.
 * @param {string} method @param {string} path @param {Ask} ask @param {string} token
 */
async function send(method, path, ask, token) {
  const bytes = bodyOf(ask);
  if (bytes && bytes.length >= LARGE_BODY && !nonceIsFresh()) await sendOnce("GET", "/nonce", {}, undefined, "");
  const reply = await sendOnce(method, path, ask, bytes, token);
  if (reply.status !== 401) return reply;
  const type = await typeOf(reply);
  const harmless = method === "GET" || Boolean(ask.device) || path === "/auth/refresh";
  if (type !== "use-dpop-nonce" && !(type === "proof-replayed" && harmless)) return reply;
  return sendOnce(method, path, ask, bytes, token);
}

/** @param {string} method @param {string} path @param {Ask} ask @param {Uint8Array<ArrayBuffer>|undefined} body @param {string} token */
async function sendOnce(method, path, ask, body, token) {
  const headers = new Headers({ Accept: "application/json", "Accept-Language": language().startsWith("en") ? "en" : "es-MX" });
  if (body) headers.set("Content-Type", ask.body instanceof Uint8Array ? (ask.type ?? "application/octet-stream") : "application/json");
  if (ask.device && body) {
    headers.set("Authorization", `Device ${await deviceToken(ask.device, body)}`);
  } else if (path !== "/nonce") {
    headers.set("DPoP", await proofOf(method, new URL(BASE + path, location.href).href, token));
    if (token) headers.set("Authorization", `DPoP ${token}`);
  }
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const reply = await fetch(BASE + path, {
      method, headers, body, credentials: "omit", cache: method === "GET" ? "no-cache" : "no-store",
      redirect: "error", referrerPolicy: "no-referrer", signal: stop.signal,
    });
    serverTime(reply);
    keepNonce(reply);
    return reply;
  } catch (cause) {
    throw new Problem("offline", { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** The bytes that are sent, once for the proof and the request. @param {Ask} ask @returns {Uint8Array<ArrayBuffer>|undefined} */
function bodyOf(ask) {
  if (ask.body instanceof Uint8Array) return ask.body;
  return ask.body && /** @type {Uint8Array<ArrayBuffer>} */ (new TextEncoder().encode(JSON.stringify(ask.body)));
}

/** The type of the problem that an answer is; the answer can still be read. @param {Response} reply */
async function typeOf(reply) {
  return (await problemOf(reply.clone())).type;
}

/** Whether the request was refused for its proof, which no other token would help. @param {string} type */
function isAboutProof(type) {
  return type === "use-dpop-nonce" || type.startsWith("proof-");
}

/** How far this device's clock is from the server's, in ms, by the last reply; null before one. @type {number|null} */
let offset = null;

/** @returns {number|null} positive: this clock is ahead */
export function clockOffset() {
  return offset;
}

/** @param {Response} reply */
function serverTime(reply) {
  const at = Date.parse(reply.headers.get("Date") ?? "");
  if (!Number.isNaN(at)) offset = Date.now() - at;
}

/** @param {Response} reply */
async function orProblem(reply) {
  if (reply.ok) return reply;
  throw await problemOf(reply);
}

/** The server's problem+json as a Problem; a proxy's page is only a status. @param {Response} reply */
async function problemOf(reply) {
  const retryAfter = Number(reply.headers.get("Retry-After")) || 0;
  const kind = reply.headers.get("Content-Type") ?? "";
  if (kind.startsWith("application/problem+json")) {
    try {
      const { type, title, detail, status, ...args } = await reply.json();
      const name = String(type ?? "").replace(/^.*\/problems\//, "") || "unexpected";
      return new Problem(name, { status: reply.status, title: text(title), detail: text(detail), args, retryAfter });
    } catch {
      // A reply cut short says no more than its status.
    }
  }
  return new Problem(reply.status >= 500 ? "server-failed" : "unexpected", { status: reply.status, retryAfter });
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}

/** @param {Response} reply */
async function readJSON(reply) {
  // A hotel's or a carrier's own page answers 200 with HTML: it is no server of ours.
  if (!/^application\/(problem\+)?json\b/.test(reply.headers.get("Content-Type") ?? "")) throw new Problem("offline");
  try {
    return await reply.json();
  } catch (cause) {
    throw new Problem("offline", { cause });
  }
}
