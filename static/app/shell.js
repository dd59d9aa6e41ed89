// The frame round every view: where one is, what waits to be sent, whether the
// server was reached, a new version. It loads the view and catches what breaks.
import { html, useEffect, useErrorBoundary, useRef, useState } from "../vendor/ui.js";
import { asProblem } from "../text/problem.js";
import { message, onLanguage, t } from "../text/messages.js";
import { go, HOME, href, onRoute, replace, views } from "./router.js";
import { screeningOpen, startUpdate } from "./update.js";

/** Views of an agent's bar and of an office's bar. */
const FIELD = ["encounters", "outbox", "ready"];
const OFFICE = ["queue", "quarantine", "outbox"];

/**
 * @typedef {import("./app.js").App} App
 * @typedef {import("./router.js").Route} Route
 * @typedef {import("../sync/tokens.js").Session} Session
 * @typedef {{outcome: import("../sync/sync.js").Outcome|null, update: boolean}} Status
 * @typedef {{get: () => Status, subscribe: (fn: () => void) => () => void}} StatusSource
 */

/** @param {{app: App, status: StatusSource, first: Session|null}} props */
export function Shell({ app, status, first }) {
  const [route, setRoute] = useState(/** @type {Route|null} */ (null));
  const [session, setSession] = useState(first);
  const [, redraw] = useState(0);

  useEffect(() => onRoute((next) => setRoute(next)), []);
  useEffect(() => onLanguage((code) => {
    document.documentElement.lang = code;
    redraw((n) => n + 1);
  }), []);
  useEffect(() => status.subscribe(() => redraw((n) => n + 1)), []);
  useEffect(() => app.onChange((topic) => {
    if (topic === "session") void app.account.session().then(setSession);
  }), []);

  const view = route ? views[route.name] : null;
  useEffect(() => {
    screeningOpen(Boolean(view?.busy));
    if (!view || (view.signedIn && !session)) replace(session ? home(session) : "sign-in");
  }, [view, session]);

  const shown = view && !(view.signedIn && !session) ? view : null;
  return html`<div class="shell">
    <a class="skip" href="#main" onClick=${skipToMain}>${t("shell.skip")}</a>
    ${session && html`<${Bar} app=${app} session=${session} route=${route} />`}
    <${Notices} app=${app} session=${session} status=${status.get()} busy=${Boolean(view?.busy)} />
    <main id="main" tabindex="-1">
      ${shown && route && html`<${Screen} key=${location.hash} app=${app} route=${route} load=${shown.load} />`}
    </main>
  </div>`;
}

/** The first view of somebody who is signed in. @param {Session} session */
export function home(session) {
  return ["agent"].includes(session.user.account) ? HOME : "queue";
}

/** A link to #main would be an address of the router. @param {Event} event */
function skipToMain(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** @param {{app: App, session: Session, route: Route|null}} props */
function Bar({ app, session, route }) {
  const names = session.user.account === "agent" ? FIELD : OFFICE;
  return html`<header class="bar">
    <nav class="nav" aria-label=${t("shell.navigation")}>
      ${names.map((name) => html`<a key=${name} href=${href(name)} aria-current=${route?.name === name ? "page" : undefined}>
        ${t(`shell.nav.${name}`)}${name === "outbox" && html`<${Waiting} app=${app} />`}</a>`)}
    </nav>
    <span class="who">${session.user.display}</span>
    <button type="button" class="quiet" onClick=${() => signOut(app)}>${t("shell.sign_out")}</button>
  </header>`;
}

/** @param {App} app */
async function signOut(app) {
  const { waiting, refused } = await app.outbox.counts();
  const begun = await app.drafts.count();
  const question = waiting + refused + begun > 0 ? t("shell.sign_out_unsent", { n: waiting + refused, drafts: begun }) : t("shell.sign_out_sure");
  if (!confirm(question)) return;
  await app.account.signOut();
  go("sign-in");
}

/** How many records wait, as a number beside the link. @param {{app: App}} props */
function Waiting({ app }) {
  const [n, setN] = useState(0);
  useEffect(() => {
    const count = () => void app.outbox.counts().then((c) => setN(c.waiting + c.refused));
    count();
    return app.onChange((topic) => topic === "outbox" && count());
  }, []);
  return n > 0 && html` <span class="badge" aria-label=${t("shell.waiting", { n })}>${n}</span>`;
}

/** @param {{app: App, session: Session|null, status: Status, busy: boolean}} props */
function Notices({ app, session, status, busy }) {
  const [held, setHeld] = useState(false);
  const lines = [];
  const state = status.outcome?.state;
  if (session?.ended || state === "paused") {
    lines.push(html`<p class="notice" key="session">${t("session.ended")} ${!busy && html`<a href=${href("sign-in")}>${t("session.sign_in_again")}</a>`}</p>`);
  } else if (state === "failed") {
    lines.push(html`<p class="notice" key="offline">${t(status.outcome?.problem?.offline ? "sync.offline" : "sync.failed")}</p>`);
  }
  if (status.update && !busy) {
    lines.push(html`<p class="notice" key="update">${t(held ? "update.held" : "update.waiting")}
      <button type="button" onClick=${async () => setHeld(!(await startUpdate()))}>${t("update.start")}</button></p>`);
  }
  const language = message("shell.navigation").status;
  return html`<div class="notices" role="status" data-review=${language}>${lines}</div>`;
}

/** @param {{app: App, route: Route, load: () => Promise<{default: Function}>}} props */
function Screen({ app, route, load }) {
  const [view, setView] = useState(/** @type {{of: Function}|null} */ (null));
  const [failure, setFailure] = useState(/** @type {unknown} */ (null));
  const [broken, forget] = useErrorBoundary((error) => console.error(error));
  const box = useRef(/** @type {HTMLElement|null} */ (null));

  useEffect(() => {
    let here = true;
    load().then((module) => here && setView({ of: module.default }), (error) => here && setFailure(error));
    return () => { here = false; };
  }, [load]);
  // A screen reader starts at the new screen, not where the old one was left.
  useEffect(() => { if (view) document.getElementById("main")?.focus({ preventScroll: true }); }, [view]);
  useEffect(() => scrollTo(0, 0), [view]);

  const error = failure ?? broken;
  if (error) {
    return html`<section class="problem" role="alert" ref=${box}>
      <h1>${t("error.title")}</h1><p>${asProblem(error).detail}</p>
      <button type="button" onClick=${() => { setFailure(null); forget(); location.reload(); }}>${t("error.reload")}</button>
    </section>`;
  }
  return view && html`<${view.of} app=${app} params=${route.params} />`;
}
