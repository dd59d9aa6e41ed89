// What every view is given: the parts of the platform as one value, so that a
// view has neither fetch nor IndexedDB nor a word of its own.
import * as uuid from "../crypto/uuid.js";
import * as folios from "../crypto/folio.js";
import { textHash } from "../crypto/hash.js";
import { onChange } from "../store/changes.js";
import * as content from "../store/content.js";
import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import * as api from "../sync/api.js";
import { prepare, readiness } from "../sync/ready.js";
import { asProblem, Problem } from "../text/problem.js";
import { go, href, replace } from "./router.js";
import * as sealing from "./sealing.js";
import * as account from "./session.js";

/**
 * What the shell knows of sending.
 * @typedef {{busy: boolean, lastContact: string|null, error: string|null, outcome: import("../sync/sync.js").Outcome|null}} SyncState
 */

/**
 * @param {{send: () => Promise<import("../sync/sync.js").Outcome>, syncState: () => SyncState, onSync: (fn: () => void) => () => void}} parts
 */
export function makeApp({ send, syncState, onSync }) {
  return {
    /** go(view, params), replace(view, params), href(view, params) */
    go, replace, href,
    /** signIn, signOut, enrol; session() and device() as they are stored */
    account,
    /** protocols(), json(sha256), locale(code, protocolId), locales(), codebook(), directory(), municipalities() */
    content,
    /** append(id, ...changes), pin, load, list, discard, count, apply, now; begin() is below, with the author */
    drafts,
    begin: sealing.begin,
    /** finish(id, record) -> folio; reopen(id); seal(id) -> folio; sealRecord(addendum) -> folio; sealDue() */
    finish: sealing.finish,
    reopen: sealing.reopen,
    seal: sealing.sealDraft,
    sealRecord: sealing.sealRecord,
    sealDue: sealing.sealDue,
    /** counts(), all(), receipts(), retry(id), exportSealed(ids) */
    outbox,
    /** sends now; resolves with {state, sent, problem, events}; never rejects */
    send,
    /** what sending did last, and how to hear of it */
    syncState,
    onSync,
    /** prepare(onProgress) fetches; readiness() tells */
    ready: { prepare, readiness },
    /** get(path), post(path, body) below /api/v1; rejects with a Problem */
    api,
    settings,
    uuidv7: uuid.uuidv7,
    folio: folios.folio,
    parseFolio: folios.parseFolio,
    textHash,
    /** onChange(topic => ...): drafts, outbox, content, session changed in any window; returns how to stop */
    onChange,
    Problem,
    asProblem,
  };
}

/** @typedef {ReturnType<typeof makeApp>} App */
