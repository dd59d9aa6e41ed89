// The close of a visit: its counts, and its record.
import { html, useState } from '../vendor/ui.js';
import { Close, Closed } from '../views/close.js';
import { countProblems, encounterOf, listCounts } from './capture-draft.js';
import { coverage } from './capture-sample.js';
import { finishPerson, sealFinished } from './capture-seal.js';
import { Gone, useVisit } from './capture-state.js';
import { sealDraft, setFields, stamp } from './capture-store.js';

export function CloseScreen({ app }) {
  const [state, read] = useVisit(app, ['outbox']);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(/** @type {any} */ (null));
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const [typed, setTyped] = useState(/** @type {any} */ (null));
  if (failed) throw failed;
  if (done) return html`<${Closed} ...${done} onHome=${() => app.go('home')} />`;
  if (!state) return null;
  const { visit, persons, protocol } = state;
  if (!visit) return html`<${Gone} app=${app} />`;
  const listed = listCounts(persons);
  const total = listed.screened + listed.refused + listed.not_reached;
  const saved = typed || visit.fields.counts || { seen: Math.max(total, (visit.fields.plan || { there: 0 }).there), refused: listed.refused, not_reached: listed.not_reached };
  const counts = { seen: saved.seen, refused: Math.max(saved.refused, listed.refused), not_reached: Math.max(saved.not_reached, listed.not_reached) };
  const save = async (next) => {
    setTyped(next);
    await setFields(app, visit, { counts: next }).catch(setFailed);
  };
  const interrupt = async (id) => {
    const person = persons.find((p) => p.id === id);
    try {
      await finishPerson(app, state, await setFields(app, person.draft, { ended: 'interrupted' }));
      await read();
    } catch (error) {
      setFailed(error);
    }
  };
  const seal = async () => {
    setBusy(true);
    try {
      await sealFinished(app, state);
      const whole = { ...counts, screened: listed.screened };
      const record = encounterOf({ protocol, visit, counts: whole, at: stamp(app.now()) });
      const ready = await setFields(app, visit, { record, finishedAt: stamp(app.now()), counts });
      setDone({ folio: await sealDraft(app, ready), counts: whole, covered: coverage(whole) });
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  return html`<${Close} counts=${counts} covered=${coverage({ ...counts, screened: listed.screened })} screened=${listed.screened} least=${listed} busy=${busy} problems=${countProblems(counts, listed)}
    unfinished=${persons.filter((p) => p.state === 'going_on')} onOpen=${(id) => app.go('item', { id })} onInterrupt=${interrupt}
    onCounts=${save} onSeal=${seal} onBack=${() => app.go('encounter')} />`;
}
