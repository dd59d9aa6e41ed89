// Start of the page: words, session, the service worker, the schedule that
// sends, and the shell. Nothing here waits for a network.
import { h, render } from "../vendor/ui.js";
import { onChange } from "../store/changes.js";
import { onNewerVersion } from "../store/db.js";
import { inOrder } from "../store/drafts.js";
import { counts } from "../store/outbox.js";
import * as settings from "../store/settings.js";
import * as vault from "../store/vault.js";
import { renewIfTold } from "../sync/ready.js";
import { schedule } from "../sync/schedule.js";
import { keepSessionsIn } from "../sync/tokens.js";
import { wipe, wiping } from "../sync/wipe.js";
import { SOURCE, language, loadMessages, onLanguage, setLanguage, t } from "../text/messages.js";
import { Problem, asProblem } from "../text/problem.js";
import { chooseLanguage, makeApp } from "./app.js";
import { makeCover } from "./cover.js";
import { makeGuard, realClock, watchPage } from "./guard.js";
import { sealDue } from "./sealing.js";
import { device, session, sessionIntoVault } from "./session.js";
import { behind } from "./router.js";
import { Shell } from "./shell.js";
import { startKeeper } from "./trust.js";
import { watchForUpdates } from "./update.js";

/** Between two looks for what time asks for: finished screenings, a trip that is over, a long silence. In ms. */
const LOOK_MS = 60_000;

/** @type {import("./shell.js").Status} */
let status = {
  who: { session: null, device: null },
  sync: { busy: false, lastContact: null, error: null, outcome: null },
  update: false,
  stale: false,
  emptied: false,
};
/** @type {Set<() => void>} */
const watchers = new Set();

/** @param {Partial<import("./shell.js").Status>} change */
function tell(change) {
  status = { ...status, ...change };
  for (const fn of watchers) fn();
}

/** @param {() => void} fn */
function subscribe(fn) {
  watchers.add(fn);
  return () => { watchers.delete(fn); };
}

/** Whether this phone has emptied itself: nothing that this page still does may put anything back. */
let gone = false;

async function readWho() {
  if (gone) return;
  await sessionIntoVault();
  const [now, enrolled] = await Promise.all([session(), device()]);
  tell({ who: { session: now, device: enrolled } });
}

/** @param {import("../sync/sync.js").Outcome} outcome */
async function onOutcome(outcome) {
  if (outcome.state === "busy") return tell({ sync: { ...status.sync, busy: false } });
  // Only an answer of the server itself proves that there is a network.
  const lastContact = outcome.state === "done" ? new Date().toISOString() : status.sync.lastContact;
  tell({ sync: { busy: false, lastContact, error: outcome.problem?.detail ?? null, outcome } });
}

/**
 * Where this phone was told to hand over and empty itself, nothing else shows
 * from now on; behind it that goes on as far as the network lets it.
 * @param {{stop: () => void}} sender
 */
function emptyIfTold(sender) {
  // One after the other: who comes while all is erased must not look any more.
  const turn = emptying.then(async () => {
    if (gone || !(await wiping())) return;
    tell({ emptied: true });
    gone = await wipe(() => vault.destroy("wipe").catch(unlessUnsupported));
    if (!gone) return;
    sender.stop();
    vault.lock();
  });
  emptying = turn.catch(() => undefined);
  return turn;
}

/** @type {Promise<void>} */
let emptying = Promise.resolve();

/** The vault's worker, but where this phone emptied itself: it would make a new file. */
function keeperUnlessGone() {
  if (gone) throw new Problem("vault-unsupported");
  return startKeeper();
}

/** The language chosen before, else the browser's where the shell has it, else Spanish. */
async function startLanguage() {
  const chosen = (await settings.get("language")) ?? (navigator.language.startsWith("en") ? "en" : SOURCE);
  await loadMessages(SOURCE);
  // The title shows in history and in the task switcher: a neutral name, nothing else.
  onLanguage((code) => {
    document.documentElement.lang = code;
    document.title = t("app.name");
  });
  if (!(await chooseLanguage(chosen).catch(() => false))) setLanguage(SOURCE);
  document.documentElement.lang = language();
}

/** What time asks of the vault and of finished drafts; what came of it is sent. @param {() => Promise<unknown>} send */
async function look(send) {
  if (gone) return;
  const moved = await vault.tend(Date.now(), status.sync.lastContact).catch(unlessUnsupported);
  const sealed = await sealDue();
  if (moved || sealed) await send();
}

/** Calls fn each time a vault was opened. @param {import("./guard.js").Guard} guard @param {() => void} fn */
function whenOpened(guard, fn) {
  let was = guard.state().stage;
  guard.subscribe(() => {
    const { stage } = guard.state();
    if (stage === "open" && was !== "open") fn();
    was = stage;
  });
}

/** A browser without a private file system has no vault; sending and the office go on. @param {unknown} error @returns {number} */
function unlessUnsupported(error) {
  if (error instanceof Problem) return 0;
  throw error;
}

async function start() {
  vault.useWorker(keeperUnlessGone);
  keepSessionsIn(vault);
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app");
  await startLanguage();
  const guard = makeGuard({ vault, clock: realClock, cover: makeCover(), settings, settle: () => inOrder(async () => undefined), opened: readWho });
  watchPage(guard);
  await guard.start();
  tell({ emptied: await wiping(), sync: { ...status.sync, lastContact: (await settings.get("last_contact")) ?? null } });
  onChange((topic) => {
    if (topic === "session") void readWho();
    if (topic === "wipe") void emptyIfTold(sender);
    if (topic === "content") void follow();
  });

  const sender = schedule((outcome) => void onOutcome(outcome).then(() => emptyIfTold(sender)).then(() => (outcome.state === "done" && !gone ? renewIfTold().then(follow) : undefined)));
  const send = () => {
    tell({ sync: { ...status.sync, busy: true } });
    return sender.send();
  };
  const app = makeApp({ who: () => status.who, send, syncState: () => status.sync, onSync: subscribe, guard });
  render(h(Shell, { app, status: { get: () => status, subscribe } }), root);

  // Recordings that the content in use no longer has go from this phone.
  const follow = async () => gone || behind().then((later) => later.follow(app)).catch(() => undefined);

  onNewerVersion(() => tell({ stale: true }));
  void watchForUpdates((update) => tell({ update }));
  setInterval(() => void look(send), LOOK_MS);
  await look(send);
  onChange((topic) => { if (topic === "outbox") void sendNew(send); });
  whenOpened(guard, () => void import("./capture-snapshot.js").then((m) => m.renewAll(app)).then(() => look(send)));
  await send();
}

let lastWaiting = 0;

/** A record that is new in the outbox is sent at once; a receipt that left it is not. @param {() => Promise<unknown>} send */
async function sendNew(send) {
  if (gone) return;
  const { waiting } = await counts();
  const grew = waiting > lastWaiting;
  lastWaiting = waiting;
  if (grew) await send();
}

start().catch((error) => {
  // Before there is a shell: the plainest way to say it, in the words that are there.
  console.error(error);
  const root = document.getElementById("app");
  if (root) root.textContent = asProblem(error).detail;
});
