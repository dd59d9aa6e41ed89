// Screens about protection: what protects the person, and the end of a shift.
import { html, useEffect, useState } from '../vendor/ui.js';
import { groupsOf } from '../crypto/trust-chain.js';
import { Protects } from '../views/protects.js';
import { Shift } from '../views/shift.js';
import { Gone, useVisit } from './capture-state.js';
import { sealDraft } from './capture-store.js';

/** A fingerprint in groups, for reading aloud. @param {string|null|undefined} print */
export const inGroups = (print) => groupsOf(print).join(' ');

export function ProtectsScreen({ app }) {
  const [prints, setPrints] = useState(/** @type {any} */ (null));
  useEffect(() => { app.fingerprints().then(setPrints); }, []);
  if (!prints) return null;
  return html`<${Protects} version=${inGroups(prints.version)} server=${inGroups(prints.server)} reviewers=${inGroups(prints.reviewers)} onBack=${() => app.go('home')} />`;
}

export function ShiftScreen({ app }) {
  const [state] = useVisit(app, ['outbox', 'drafts']);
  const [waiting, setWaiting] = useState(/** @type {number|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(/** @type {string|null} */ (null));
  useEffect(() => { app.outbox.summary().then((s) => setWaiting(s.waiting)); }, [state]);
  if (!state || waiting === null) return null;
  if (!state.session) return html`<${Gone} app=${app} />`;
  const finished = state.drafts.filter((d) => d.fields.record);
  const end = async () => {
    setBusy(true);
    setFailure(null);
    try {
      for (const draft of finished) await sealDraft(app, draft);
      await app.guard.endShift();
      app.replace('home'); // there whoever unlocks begins anew
      void app.sync.now();
    } catch (error) {
      setFailure(app.asProblem(error).detail);
      setBusy(false);
    }
  };
  return html`<${Shift} finished=${finished.length} open=${state.drafts.length - finished.length} waiting=${waiting} busy=${busy} failure=${failure}
    onEnd=${end} onBack=${() => app.go('home')} />`;
}
