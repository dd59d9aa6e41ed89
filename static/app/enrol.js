// Enrolment: a code, typed or scanned; then the phone knows its server, by the
// code itself or because a person compared.
import { html, useEffect, useRef, useState } from "../vendor/ui.js";
import { groupsOf } from "../crypto/trust-chain.js";
import { Enrol } from "../views/enrol.js";
import { Compare, Differs } from "../views/enrol-compare.js";
import { canScan, scan } from "./camera.js";
import { readCode } from "./enrol-code.js";
import { useWork } from "./entry.js";

/** @typedef {import("./app.js").App} App */

/** @param {{app: App}} props */
export function EnrolScreen({ app }) {
  const device = app.session()?.device;
  const [differs, setDiffers] = useState(false);
  if (differs) return html`<${Differs} onAgain=${() => setDiffers(false)} onSignOut=${() => void app.signOut()} />`;
  if (device && !device.pinned) return html`<${CompareScreen} app=${app} onDiffers=${() => setDiffers(true)} />`;
  return html`<${CodeScreen} app=${app} />`;
}

/** @param {{app: App}} props */
function CodeScreen({ app }) {
  const [busy, error, run] = useWork(app);
  const [able, setAble] = useState(false);
  const [scanning, setScanning] = useState(false);
  const [scanned, setScanned] = useState("");
  const video = useRef(/** @type {any} */ (null));
  const stop = useRef(/** @type {AbortController|null} */ (null));
  useEffect(() => {
    void canScan().then(setAble);
    return () => stop.current?.abort();
  }, []);
  useEffect(() => {
    if (!scanning) return undefined;
    const mine = (stop.current = new AbortController());
    void run(async () => {
      try {
        setScanned((await scan(video.current, mine.signal)) ?? "");
      } finally {
        setScanning(false);
      }
    });
    return () => mine.abort();
  }, [scanning]);
  return html`<${Enrol} busy=${busy && !scanning} error=${error} canScan=${able} scanning=${scanning} scanned=${scanned} video=${video}
    onScan=${() => setScanning(true)} onStopScan=${() => stop.current?.abort()} onSignOut=${() => void app.signOut()}
    onSubmit=${(/** @type {{name: string, code: string}} */ form) => run(async () => {
      const read = readCode(form.code);
      if (!read) throw new app.Problem("enrol-code-form");
      const { pinned } = await app.enrol(form.name, read.code, read.prints);
      void app.sync.now();
      if (pinned) app.go("ready");
    })} />`;
}

/** @param {{app: App, onDiffers: () => void}} props */
function CompareScreen({ app, onDiffers }) {
  const [busy, error, run] = useWork(app);
  const [prints, setPrints] = useState(/** @type {import("../sync/trust.js").Pins|null} */ (null));
  const read = () => run(async () => setPrints(await app.trust.published()));
  useEffect(() => { void read(); }, []);
  return html`<${Compare} busy=${busy} error=${error} onAgain=${read} onSignOut=${() => void app.signOut()}
    prints=${prints && { server: groupsOf(prints.server), reviewers: groupsOf(prints.reviewers) }}
    onYes=${() => run(async () => {
      if (!prints) return;
      await app.trust.confirm(prints);
      app.go("ready");
    })}
    onNo=${() => run(async () => {
      onDiffers();
      await app.trust.refuse();
    })} />`;
}
