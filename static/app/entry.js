// Sign-in, and where somebody belongs who has no session or no phone yet.
import { html, useEffect, useState } from "../vendor/ui.js";
import { SHELL_LANGUAGES, language } from "../text/messages.js";
import { SignIn } from "../views/sign-in.js";
import { homeOf, secondStep } from "./router.js";

/**
 * @typedef {import("./app.js").App} App
 * @typedef {{code: string, name: string}} Language
 * @typedef {import("./session.js").Form} Form
 */

/** Names of the shell's languages in themselves. @type {Record<string, string>} */
const NAMES = { "es-MX": "Español", en: "English" };

/** The shell language that is not shown now. @returns {Language} */
export function otherLanguage() {
  const code = SHELL_LANGUAGES.find((c) => c !== language()) ?? SHELL_LANGUAGES[0];
  return { code, name: NAMES[code] };
}

/** Runs work once at a time and tells its failure in words. @returns {[busy: boolean, error: string|null, run: (work: () => Promise<void>) => Promise<void>]} @param {App} app */
export function useWork(app) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {string|null} */ (null));
  return [busy, error, async (work) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (cause) {
      setError(app.asProblem(cause).detail);
    } finally {
      setBusy(false);
    }
  }];
}

/**
 * Signs in, and remembers what was typed while the server asks for a second step.
 * @param {App} app
 * @returns {[second: {view: Function, ask: any, form: Form, tries: number}|null, enter: (form: Form) => Promise<void>, back: () => void]}
 */
function useSecondStep(app) {
  const [second, setSecond] = useState(/** @type {{view: Function, ask: any, form: Form, tries: number}|null} */ (null));
  /** @param {Form} form */
  const enter = async (form) => {
    try {
      await app.signIn(form);
    } catch (cause) {
      const { type, args: ask } = app.asProblem(cause);
      if (!type.startsWith("second-factor")) throw cause;
      const view = (await secondStep()).default;
      const { username, password } = form;
      setSecond((old) => ({ view, ask, form: { username, password }, tries: (old?.tries ?? 0) + 1 }));
      if (type !== "second-factor") throw cause;
      return;
    }
    void app.sync.now();
  };
  return [second, enter, () => setSecond(null)];
}

/** @param {{app: App}} props */
export function SignInScreen({ app }) {
  const [busy, error, run] = useWork(app);
  const [waiting, setWaiting] = useState(0);
  const [second, enter, back] = useSecondStep(app);
  useEffect(() => {
    void app.outbox.summary().then((s) => setWaiting(s.waiting + s.refused));
  }, []);
  if (second) {
    return html`<${second.view} key=${second.tries} ask=${second.ask} busy=${busy} error=${error} onBack=${back}
      onSubmit=${(/** @type {() => Promise<object>|object} */ more) => run(async () => enter({ ...second.form, ...(await more()) }))} />`;
  }
  return html`<${SignIn} busy=${busy} error=${error} lastUser=${app.session()?.user.username} waiting=${waiting} setup=${app.href("first")}
    onUnlock=${app.guard.state().other ? () => app.guard.other(false) : null}
    offline=${!navigator.onLine} otherLanguage=${otherLanguage()} onLanguage=${() => app.setLanguage(otherLanguage().code)}
    onSubmit=${(/** @type {Form} */ form) => run(() => enter(form))} />`;
}

/**
 * Where somebody belongs who is at a screen that is not theirs yet: sign-in
 * without a session, enrolment for an agent without a device that knows its server; null: here.
 * @param {import("../sync/tokens.js").Session|null} session @param {import("../sync/tokens.js").Device|null} device
 * @param {import("./router.js").Route|null} route @param {boolean} open
 * @returns {string|null}
 */
export function belongs(session, device, route, open) {
  if (!session) return open ? null : "sign-in";
  const unenrolled = session.user.account === "agent" && !device?.pinned;
  if (unenrolled) return route?.name === "enrol" ? null : "enrol";
  // A phone that was just enrolled has nothing on it yet.
  if (route?.name === "enrol") return device ? "ready" : homeOf(session);
  // Whoever collects nothing has no use for an agent's home.
  const collects = ["agent", "supervisor"].includes(session.user.account);
  if (!route || route.name === "first" || (route.name === "home" && !collects) || (route.name === "sign-in" && !session.ended)) return homeOf(session);
  return null;
}
