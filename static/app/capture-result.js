// The result of a screening, corrected until it is sealed.
import { html, useEffect, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { byWhen, explain, optionsOf, servicesFor } from '../parts/explain.js';
import { Result, Sealed } from '../views/result.js';
import { applicable } from '../engine/index.js';
import { inputOf, mayIdentify, needsOf, referralsOf } from './capture-draft.js';
import { isEmpty } from './capture-identity.js';
import { clock, Gone, useVisit } from './capture-state.js';
import { finishPerson, markPerson, recordOf } from './capture-seal.js';
import { sealDraft, setFields } from './capture-store.js';

/** Levels above this one, most severe first, as the protocol orders them. */
export function higherThan(protocol, level) {
  const order = [...new Set(protocol.rules.levels.map((r) => r.level))];
  const at = order.indexOf(level);
  return at < 0 ? order : order.slice(0, at);
}

export function ResultScreen({ app, params }) {
  const [state] = useVisit(app);
  const [draft, setDraft] = useState(/** @type {any} */ (null));
  const [sealed, setSealed] = useState(/** @type {any} */ (null));
  const [folio, setFolio] = useState('');
  useEffect(() => { app.folio(params.id).then(setFolio); }, []);
  useEffect(() => {
    const person = state && state.persons.find((p) => p.id === params.id);
    if (state) setDraft(person && person.draft ? person.draft : false);
  }, [state]);
  if (sealed) {
    return html`<${Sealed} number=${draft.fields.number} folio=${sealed} onNext=${() => app.replace('person')}
      onList=${() => app.replace('encounter')} />`;
  }
  if (draft === false) return html`<${Gone} app=${app} />`;
  if (!state || !draft || !folio) return null;
  if (!draft.fields.record) return html`<${ToItem} app=${app} id=${draft.id} />`;
  return html`<${Finished} ...${{ app, state, draft, setDraft, folio, setSealed }} />`;
}

function ToItem({ app, id }) {
  useEffect(() => { app.replace('item', { id }); }, []);
  return null;
}

function Finished({ app, state, draft, setDraft, folio, setSealed }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  const { protocol, visit, book, w, directory, lang, persons } = state;
  const record = draft.fields.record;
  const { assessment } = recordOf(app, state, draft);
  const steps = applicable(protocol, { ...inputOf(draft, visit, record.ended), person: record.subject });
  const given = (id) => (steps.find((s) => s.item.id === id) || {}).answer || '';
  const told = explain({ protocol, assessment, w, given });
  const finished = new Date(draft.fields.finishedAt);
  const kinds = [...new Set([...(told.danger.length ? ['emergency'] : []), ...told.acts.do.map((a) => a.to), ...told.acts.tell.map((a) => a.to)])].filter(Boolean);

  async function fill(fields) {
    setDraft({ ...draft, fields: { ...draft.fields, ...fields } });
    try {
      setDraft(await finishPerson(app, state, await setFields(app, draft, fields)));
      if (fields.linked) await markPerson(app, visit, draft.id, { linked: fields.linked });
      setLive(t('ask.saved'));
    } catch (error) {
      setFailed(app.asProblem(error).detail);
    }
  }

  async function seal() {
    setBusy(true);
    setFailed(null);
    try {
      // What was taken for the reviewers is not left out without a word.
      if (draft.fields.identity && !(await app.identity.key())) throw new app.Problem('keys-not-trusted');
      setSealed(await sealDraft(app, draft));
    } catch (error) {
      setFailed(app.asProblem(error).detail);
      setBusy(false);
    }
  }

  const raised = draft.fields.raised;
  const missing = optionsOf(book, 'missing').filter((o) => o.code !== 'not_applicable');
  return html`<${Result} told=${told} observed=${record.ended === 'observation_only'} onNext=${() => app.go('person')} folio=${folio} who=${t('encounter.person', { n: draft.fields.number })} lang=${lang} live=${live} busy=${busy} failed=${failed}
    raised=${raised && { ...raised, text: w.label('levels', raised.level), reasonText: w.label('raise_reasons', raised.reason) }}
    by=${(b) => byWhen(b, finished, clock)} calls=${servicesFor(directory, kinds, visit.fields.state)} sealAt=${clock(new Date(finished.getTime() + app.SEAL_AFTER_MS))}
    higher=${higherThan(protocol, told.level).map((code) => ({ code, text: w.label('levels', code) }))} raiseReasons=${optionsOf(book, 'raise_reasons')}
    fill=${{
      needs: { options: optionsOf(book, 'needs'), value: needsOf(protocol, draft, steps) },
      referrals: { options: optionsOf(book, 'services').filter((o) => o.code !== 'supervisor'), value: referralsOf(protocol, draft, steps) },
      linked: { options: persons.filter((p) => p.id !== draft.id && p.state !== 'refused' && p.state !== 'not_reached').map((p) => ({ code: p.id, text: t('encounter.person', { n: p.number }) })), value: draft.fields.linked || [] },
      others: draft.fields.others || [], relations: optionsOf(book, 'relations'),
      bands: [...optionsOf(book, 'age_groups'), ...missing], sexes: [...optionsOf(book, 'sexes'), ...missing],
    }}
    identity=${mayIdentify(protocol, draft) ? { given: !isEmpty(draft.fields.identity) } : null} onIdentity=${() => app.go('identity', { id: draft.id })}
    onFill=${fill} onRaise=${(next) => fill({ raised: next })} onSeal=${seal}
    onAnswers=${() => app.go('answers', { id: draft.id })} onBack=${() => app.go('encounter')} />`;
}
