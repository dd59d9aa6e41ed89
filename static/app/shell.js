// What stands round every screen: it decides which screen, says what the user
// must know wherever they are (a new version, an ended session), and catches
// what breaks. The screens draw their own header and main.
import { html, useEffect, useErrorBoundary, useState } from "../vendor/ui.js";
import { language, onLanguage, t } from "../text/messages.js";
import { asProblem } from "../text/problem.js";
import { belongs } from "./entry.js";
import { homeOf, href, onRoute, replace, views } from "./router.js";
import { screeningOpen, startUpdate } from "./update.js";

/**
 * @typedef {import("./app.js").App} App
 * @typedef {import("./router.js").Route} Route
 * @typedef {{who: import("./app.js").Who, sync: import("./app.js").SyncState, update: boolean, stale: boolean}} Status
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

  const { who, sync, update, stale } = status.get();
  const view = route ? views[route.name] : null;
  const elsewhere = route === undefined ? null : belongs(who.session, who.device, route, Boolean(view?.open));
  useEffect(() => screeningOpen(Boolean(view?.busy)), [view]);
  useEffect(() => { if (elsewhere) replace(elsewhere); }, [elsewhere, route]);
  // An address that no screen has, of somebody who is at the right place.
  useEffect(() => { if (route === null && !elsewhere && who.session) replace(homeOf(who.session)); }, [route, elsewhere]);

  return html`
    <${Notices} who=${who} sync=${sync} update=${update} stale=${stale} busy=${Boolean(view?.busy)} />
    ${view && route && !elsewhere && html`<${Screen} key=${href(route.name, route.params) + tongue} app=${app} route=${route} load=${view.load} />`}`;
}

/** @param {{who: import("./app.js").Who, sync: import("./app.js").SyncState, update: boolean, stale: boolean, busy: boolean}} props */
function Notices({ who, sync, update, stale, busy }) {
  const [held, setHeld] = useState(false);
  // In the middle of a screening nothing calls the eye away.
  if (busy) return null;
  const paused = sync.outcome?.state === "paused" ? sync.outcome.problem : null;
  const ended = who.session && (who.session.ended || paused?.status === 401);
  return html`<div class="notices" role="status">
    ${ended && html`<p class="notice">${t("session.ended")} <a href=${href("sign-in")}>${t("session.sign_in_again")}</a></p>`}
    ${who.session && paused && !ended && html`<p class="notice">${paused.detail}</p>`}
    ${stale && html`<p class="notice">${t("update.other_window")} <button type="button" onClick=${() => location.reload()}>${t("update.start")}</button></p>`}
    ${update && html`<p class="notice">${t(held ? "update.held" : "update.waiting")}
      <button type="button" data-act="update" onClick=${async () => setHeld(!(await startUpdate()))}>${t("update.start")}</button></p>`}
  </div>`;
}

/** @param {{app: App, route: Route, load: () => Promise<{default: Function}>}} props */
function Screen({ app, route, load }) {
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
  return view && html`<${view.of} app=${app} params=${route.params} />`;
}
