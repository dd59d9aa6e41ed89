// Start of the page: words, session, the service worker, the schedule that
// sends, and the shell. Nothing here waits for a network.
import { h, render } from "../vendor/ui.js";
import { onNewerVersion } from "../store/db.js";
import * as settings from "../store/settings.js";
import { schedule } from "../sync/schedule.js";
import { SHELL_LANGUAGES, SOURCE, language, loadMessages, setLanguage } from "../text/messages.js";
import { makeApp } from "./app.js";
import { sealDue } from "./sealing.js";
import { session } from "./session.js";
import { Shell } from "./shell.js";
import { watchForUpdates } from "./update.js";

/** Between two looks for finished screenings whose time for corrections is over, in ms. */
const SEAL_LOOK_MS = 60_000;

/** @type {import("./shell.js").Status} */
let status = { outcome: null, update: false };
/** @type {Set<() => void>} */
const watchers = new Set();

/** @param {Partial<import("./shell.js").Status>} change */
function tell(change) {
  status = { ...status, ...change };
  for (const fn of watchers) fn();
}

const source = {
  get: () => status,
  /** @param {() => void} fn */
  subscribe(fn) {
    watchers.add(fn);
    return () => { watchers.delete(fn); };
  },
};

/** The language chosen before, else the browser's where the shell has it, else Spanish. */
async function chooseLanguage() {
  const chosen = (await settings.get("language")) ?? (navigator.language.startsWith("en") ? "en" : SOURCE);
  await loadMessages(SHELL_LANGUAGES.includes(chosen) ? chosen : SOURCE);
  setLanguage(chosen);
  document.documentElement.lang = language();
}

async function start() {
  await chooseLanguage();
  const sender = schedule((outcome) => tell({ outcome }));
  const app = makeApp(sender);
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app");
  render(h(Shell, { app, status: source, first: await session() }), root);
  onNewerVersion(() => tell({ update: true }));
  await watchForUpdates((update) => tell({ update }));
  const sealThenSend = async () => {
    if (await sealDue()) await sender.send();
  };
  setInterval(() => void sealThenSend(), SEAL_LOOK_MS);
  await sealDue();
  if (await session()) await sender.send();
}

void start();
