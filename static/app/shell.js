// What stands round every screen: it decides which screen (the lock before all
// others), says what the user must know wherever they are (a new version, an
// ended session), puts the control that hides everything on the screens of a
// conversation, and catches what breaks. The screens draw their own header and main.
import { html, useEffect, useErrorBoundary, useState } from "../vendor/ui.js";
import { language, onLanguage, t } from "../text/messages.js";
import { asProblem } from "../text/problem.js";
import { Hide } from "../parts/hide.js";
import { Empty } from "../views/empty.js";
import { belongs } from "./entry.js";
import { gate, realClock } from "./guard.js";
import { forgetParams, gates, homeOf, href, onRoute, replace, views } from "./router.js";
import { screeningOpen, startUpdate } from "./update.js";

/**
 * @typedef {import("./app.js").App} App
 * @typedef {import("./router.js").Route} Route
 * @typedef {{who: import("./app.js").Who, sync: import("./app.js").SyncState, update: boolean, stale: boolean, emptied: boolean}} Status
 * @typedef {{get: () => Status, subscribe: (fn: () => void) => () => void}} StatusSource
 */

/** @param {{app: App, status: StatusSource}} props */
export function Shell({ app, status }) {
  const [route, setRoute] = useState(/** @type {Route|null|undefined} */ (undefined));
  const [tongue, setTongue] = useState(language());
  const [, redraw] = useState(0);
  useEffect(() => onRoute(setRoute), []);
  useEffect(() => status.subscribe(() => redraw((n) => n + 1)), []);
  useEffect(() => onLanguage(setTongue), []);
  useEffect(() => app.guard.subscribe(() => redraw((n) => n + 1)), []);

  const { who, sync, update, stale } = status.get();
  const view = route ? views[route.name] : null;
  const closed = route === undefined ? "wait" : closedBy(app, who, route);
  const elsewhere = closed || route === undefined ? null : leads(who, route);
  useEffect(() => screeningOpen(Boolean(view?.busy) || closed === "decoy" || closed === "hand"), [view, closed]); // locked too: its answers are still open
  useEffect(() => { if (elsewhere) replace(elsewhere); }, [elsewhere, route]);
  // An address that no screen has, of somebody who is at the right place.
  useEffect(() => { if (route === null && !elsewhere && who.session) replace(homeOf(who.session)); }, [route, elsewhere]);

  if (status.get().emptied) return html`<${Empty} />`;
  const { hideNow, burn } = app.guard;
  const hide = html`<${Hide} onHide=${hideNow} onHold=${() => { forgetParams(); void burn(); }} clock=${realClock} />`;
  if (closed === "hand") return html`<div class="hides"><${Screen} key="hand" app=${app} params=${{ id: app.guard.state().handed }} load=${gates.hand} />${hide}</div>`;
  if (closed) return closed in gates && html`<${Screen} key=${closed + tongue} app=${app} params=${{}} load=${gates[closed]} />`;
  return html`
    <${Notices} who=${who} sync=${sync} update=${update} stale=${stale} busy=${Boolean(view?.busy)} />
    ${view && route && !elsewhere && html`<div class=${view.hides ? "hides" : ""}>
      <${Screen} key=${[route.name, route.n, tongue].join()} app=${app} params=${route.params} load=${view.load} />
      ${view.hides && hide}</div>`}`;
}

/**
 * What stands before the screen, see gate(). Whoever makes the lock may read what
 * it is for, and an agent's phone is enrolled before it is made.
 * @param {App} app @param {import("./app.js").Who} who @param {Route|null} route
 */
function closedBy(app, { session, device }, route) {
  const by = gate(app.guard.state(), session, device);
  return by === "create" && route?.name === "protects" ? null : by;
}

/** Where this screen leads instead of showing, or null. @param {import("./app.js").Who} who @param {Route|null} route */
function leads({ session, device }, route) {
  const view = route ? views[route.name] : null;
  const elsewhere = belongs(session, device, route, Boolean(view?.open));
  if (elsewhere || !route || !view?.needs) return elsewhere;
  return view.needs.every((name) => route.params[name]) ? null : view.falls ?? null;
}

/** @param {{who: import("./app.js").Who, sync: import("./app.js").SyncState, update: boolean, stale: boolean, busy: boolean}} props */
function Notices({ who, sync, update, stale, busy }) {
  const [held, setHeld] = useState(false);
  // In the middle of a screening nothing calls the eye away.
  if (busy) return null;
  const paused = sync.outcome?.state === "paused" ? sync.outcome.problem : null;
  const ended = who.session?.ended;
  return html`<div class="notices" role="status">
    ${ended && html`<p class="notice">${t("session.ended")} <a href=${href("sign-in")}>${t("session.sign_in_again")}</a></p>`}
    ${who.session && paused && html`<p class="notice">${paused.detail}</p>`}
    ${stale && html`<p class="notice">${t("update.other_window")} <button type="button" onClick=${() => location.reload()}>${t("update.start")}</button></p>`}
    ${update && html`<p class="notice">${t(held ? "update.held" : "update.waiting")}
      <button type="button" data-act="update" onClick=${async () => setHeld(!(await startUpdate()))}>${t("update.start")}</button></p>`}
  </div>`;
}

/** @param {{app: App, params: import("./router.js").Params, load: () => Promise<{default: Function}>}} props */
function Screen({ app, params, load }) {
  const [view, setView] = useState(/** @type {{of: Function}|null} */ (null));
  const [failure, setFailure] = useState(/** @type {unknown} */ (null));
  const [broken] = useErrorBoundary((error) => console.error(error));
  useEffect(() => {
    let here = true;
    load().then((module) => here && setView({ of: module.default }), (error) => here && setFailure(error));
    return () => { here = false; };
  }, []);

  const error = failure ?? broken;
  if (error) {
    return html`<main class="frame" role="alert"><h1>${t("error.title")}</h1><p>${asProblem(error).detail}</p>
      <p>${t("error.kept")}</p>
      <button type="button" onClick=${() => location.reload()}>${t("error.reload")}</button></main>`;
  }
  return view && html`<${view.of} app=${app} params=${params} />`;
}
