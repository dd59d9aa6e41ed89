// The lock of this phone: what is open, when it closes by itself, and what
// happens when somebody takes the phone out of the agent's hand. It knows no
// screen; shell.js shows what `state` says. Clock and page are handed in, so that
// a test can let an hour pass.
import { Problem } from "../text/problem.js";

/** After how long out of sight or untouched this phone may be set to lock, in seconds. */
export const LOCK_CHOICES_S = [15, 30, 60, 120, 300];
/** What a phone does that nobody set: long enough to read a law aloud, short enough for a grabbed phone. */
export const LOCK_DEFAULT_S = 60;
/** How long a call that the app itself placed keeps it open, in ms: an emergency call with its waiting. */
export const CALL_MS = 10 * 60_000;
/** How long closing waits for taps that are being written, in ms; what is not written then is lost with the screen. */
const SETTLE_MS = 2_000;

/** Setting of this phone: seconds until it locks. */
const LOCK_AFTER = "lock_after_s";

/**
 * @typedef {{id: string, label: string, hardware?: Uint8Array<ArrayBuffer>|null}} VaultName
 * @typedef {{label: string, secret: string, duress?: string|null, hardware?: import("../store/vault.js").Hardware|null}} NewVault
 * @typedef {{
 *   list: () => Promise<VaultName[]>, create: (form: NewVault) => Promise<unknown>,
 *   open: (id: string, secret: string, how?: object) => Promise<"open"|"duress">, current: () => {id: string, label: string}|null,
 *   lock: () => Promise<unknown>|void, onLock: (fn: () => void) => unknown, forget: (id: string) => Promise<unknown>,
 *   destroy: (why: import("../store/vault.js").Why) => Promise<unknown>,
 * }} Vault what store/vault.js does
 * @typedef {{now: () => number, after: (ms: number, fn: () => void) => () => void}} Clock after returns how to call it off
 * @typedef {{draw: () => void, clear: () => void}} Cover
 * @typedef {"reading"|"none"|"locked"|"closing"|"open"|"decoy"} Stage
 *   none: no vault on this phone; decoy: the duress PIN was entered
 * @typedef {{stage: Stage, vaults: VaultName[], blank: boolean, other: boolean, limit: number, handed: string|null}} State
 *   blank: hidden in a hurry, nothing shows until somebody touches it; other: another
 *   person signs in although there are vaults; limit: seconds until it locks; handed: the
 *   screening that the person answers alone, with the phone in their hand, or null: until
 *   it locks there is no other screen
 */

/**
 * @param {{vault: Vault, clock: Clock, cover: Cover, settle: () => Promise<unknown>, opened: () => Promise<unknown>,
 *   settings: {get: (key: string) => Promise<any>, put: (key: string, value: unknown) => Promise<unknown>}}} parts
 *   settle: resolves when what was tapped is on the disk; opened: reads what only an open
 *   vault tells, such as the session, before a screen asks for it
 */
export function makeGuard({ vault, clock, cover, settle, opened, settings }) {
  /** @type {State} */
  let state = { stage: "reading", vaults: [], blank: false, other: false, limit: LOCK_DEFAULT_S, handed: null };
  /** @type {Set<() => void>} */
  const watchers = new Set();
  let touched = clock.now();
  /** @type {number|null} */ let hidden = null;
  /** @type {number|null} */ let called = null;
  let callOff = () => {};

  /** @param {Partial<State>} change */
  function tell(change) {
    state = { ...state, ...change };
    for (const fn of watchers) fn();
  }

  async function read() {
    const vaults = await vault.list().catch(unlessNone);
    const open = vault.current();
    await opened();
    // A decoy lasts until the page is closed.
    const stage = state.stage === "decoy" ? "decoy" : open ? "open" : vaults.length ? "locked" : "none";
    tell({ vaults, stage, other: stage === "locked" && state.other, handed: stage === "open" ? state.handed : null });
    arm();
  }

  /** Whether it is time to lock. A clock that was set back must not keep a phone open. */
  function due() {
    const now = clock.now();
    const since = hidden ?? touched;
    return now < since || now >= deadline();
  }

  function deadline() {
    const usual = (hidden ?? touched) + state.limit * 1000;
    return called === null ? usual : Math.max(usual, called + CALL_MS);
  }

  function arm() {
    callOff();
    if (state.stage !== "open") return;
    callOff = clock.after(Math.max(0, deadline() - clock.now()), () => (due() ? void lock() : arm()));
  }

  /** Closes what is open after what was tapped is written. */
  async function lock() {
    if (state.stage !== "open") return;
    callOff();
    tell({ stage: "closing" });
    await written();
    await vault.lock();
    called = null;
    await read();
  }

  /** Waits for the taps under way, but not for ever. */
  async function written() {
    /** @type {() => void} */ let enough = () => {};
    await Promise.race([settle().catch(() => undefined), new Promise((resolve) => { enough = clock.after(SETTLE_MS, () => resolve(undefined)); })]);
    enough();
  }

  /** Blanks at once, then does the work behind it. @param {() => Promise<unknown>} work */
  async function blankThen(work) {
    cover.draw();
    callOff();
    tell({ stage: "closing", blank: true });
    try {
      await work();
    } finally {
      await vault.lock();
      await read();
      cover.clear();
    }
  }

  vault.onLock(() => {
    if (state.stage !== "open") return;
    tell({ stage: "closing" });
    void read();
  });

  return {
    state: () => state,
    /** @param {() => void} fn */
    subscribe(fn) {
      watchers.add(fn);
      return () => { watchers.delete(fn); };
    },
    async start() {
      const chosen = await settings.get(LOCK_AFTER);
      if (LOCK_CHOICES_S.includes(chosen)) tell({ limit: chosen });
      await read();
    },
    read,
    /** @param {number} seconds one of LOCK_CHOICES_S */
    async setLimit(seconds) {
      if (!LOCK_CHOICES_S.includes(seconds)) throw new Problem("unexpected");
      await settings.put(LOCK_AFTER, seconds);
      tell({ limit: seconds });
      arm();
    },
    /** @param {NewVault} form */
    async create(form) {
      await vault.create(form);
      touched = clock.now();
      tell({ other: false });
      await read();
    },
    /** @param {string} id @param {string} secret @param {object} [how] */
    async unlock(id, secret, how) {
      const result = await vault.open(id, secret, how);
      touched = clock.now();
      called = null;
      if (result === "duress") {
        tell({ stage: "decoy" });
        await vault.lock(); // nothing stands open behind the notebook
      } else await read();
      return result;
    },
    /** @param {string} id */
    async forget(id) {
      await vault.forget(id);
      await read();
    },
    /** The person takes the phone; only the lock ends it, so that leaving needs the PIN. @param {string} id the screening */
    hand(id) {
      if (state.stage === "open") tell({ handed: id });
    },
    /** Another person signs in here, or the one before comes back. @param {boolean} other */
    other: (other) => tell({ other }),
    lock,
    /** Two taps: nothing shows, and it is locked. Nothing is lost. */
    hideNow: () => blankThen(written),
    /** Held: the keys of every open draft are destroyed; their last state goes to the server. */
    burn: () => blankThen(() => vault.destroy("panic")),
    /** The shift is over: what is left open is sent as interrupted. */
    async endShift() {
      callOff();
      tell({ stage: "closing" });
      await written();
      await vault.destroy("shift");
      await vault.lock();
      await read();
    },
    /** Somebody touched the blank screen. */
    wake: () => tell({ blank: false }),
    /** Somebody uses the page. */
    touch() {
      touched = clock.now();
      if (hidden === null) called = null;
      arm();
    },
    /** The app itself places a call: it may be out of sight for as long as a call takes. */
    calls() {
      called = clock.now();
      arm();
    },
    /** The page is no longer in front: covered before anything else. */
    hide() {
      cover.draw();
      if (hidden === null) hidden = clock.now();
      arm();
    },
    /** The page is in front again; too late, and it is locked before the cover goes. */
    async show() {
      if (state.stage === "open" && due()) await lock();
      hidden = null;
      touched = clock.now();
      cover.clear();
      arm();
    },
  };
}

/** A browser without a private file system has no vault: whoever captures learns it when the lock is made. @param {unknown} error @returns {VaultName[]} */
function unlessNone(error) {
  if (error instanceof Problem) return [];
  throw error;
}

/** @typedef {ReturnType<typeof makeGuard>} Guard */

/**
 * What stands before every other screen: "unlock", "create", "decoy", "blank",
 * "wait" (nothing yet), "hand" (the person answers alone), or null.
 * @param {State} state @param {import("../sync/tokens.js").Session|null} session
 * @param {{id: string, pinned?: boolean}|null} device pinned false: nobody compared the fingerprints of its server yet
 */
export function gate({ stage, blank, other, handed }, session, device) {
  if (blank) return "blank";
  if (stage === "reading" || stage === "closing") return "wait";
  if (stage === "decoy") return "decoy";
  if (stage === "open") return handed ? "hand" : null;
  if (stage === "locked" && !other) return "unlock";
  // Whoever can capture here needs a vault first.
  return session && device && device.pinned !== false && ["agent", "supervisor"].includes(session.user.account) ? "create" : null;
}

/** The browser's clock. @type {Clock} */
export const realClock = {
  now: () => Date.now(),
  after(ms, fn) {
    const id = setTimeout(fn, ms);
    return () => clearTimeout(id);
  },
};

/** A second touch within this time is the same use, in ms: typing must not re-arm a timer for each letter. */
const TOUCH_EVERY_MS = 1_000;

/**
 * Tells a guard what happens to the page. A phone loses the focus to its task
 * switcher before it hides the page; on a computer that is everyday.
 * @param {Guard} guard @param {{page?: Document, phone?: boolean}} [where]
 */
export function watchPage(guard, { page = document, phone = matchMedia("(pointer: coarse)").matches } = {}) {
  const view = page.defaultView ?? window;
  const seen = () => { if (page.visibilityState === "hidden") leave(); else void guard.show(); };
  const leave = () => {
    guard.hide();
    // A field says what was typed in it when it is left: now, or it is lost.
    if (page.activeElement instanceof HTMLElement) page.activeElement.blur();
  };
  page.addEventListener("visibilitychange", seen);
  view.addEventListener("pagehide", leave);
  view.addEventListener("pageshow", seen);
  if (phone) {
    view.addEventListener("blur", () => guard.hide());
    view.addEventListener("focus", seen);
  }
  let last = 0;
  const touch = () => {
    const now = Date.now();
    if (now >= last && now - last < TOUCH_EVERY_MS) return;
    last = now;
    guard.touch();
  };
  for (const kind of ["pointerdown", "keydown", "input"]) page.addEventListener(kind, touch, { capture: true, passive: true });
  page.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest('a[href^="tel:"]')) guard.calls();
  }, { capture: true });
}
