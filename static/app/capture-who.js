// The screen that takes who a person is.
import { html, useEffect, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Identity, NoIdentity } from '../views/identity.js';
import { mayIdentify } from './capture-draft.js';
import { isEmpty, nobody } from './capture-identity.js';
import { Gone, useOwn } from './capture-state.js';
import { setFields, stamp } from './capture-store.js';

export function IdentityScreen({ app, params }) {
  const [state, draft, setDraft] = useOwn(app, params.id);
  const [key, setKey] = useState(/** @type {any} */ (undefined));
  useEffect(() => { app.identity.key().then(setKey, () => setKey(null)); }, []);
  if (draft === false) return html`<${Gone} app=${app} />`;
  if (!state || !draft || key === undefined) return null;
  const leave = () => app.replace(draft.fields.record ? 'result' : 'item', { id: draft.id });
  const why = !mayIdentify(state.protocol, draft) ? 'no_consent' : !key ? 'no_key' : null;
  if (why) return html`<${NoIdentity} why=${why} onDone=${leave} onBack=${leave} />`;
  return html`<${Form} ...${{ app, draft, setDraft, leave }} />`;
}

function Form({ app, draft, setDraft, leave }) {
  const [value, setValue] = useState(draft.fields.identity || nobody());
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  const used = app.identity.bytes(value);
  const over = used > app.identity.limits.bytes;
  const save = async (next, said) => {
    if (app.identity.bytes(next) > app.identity.limits.bytes) return false;
    try {
      setDraft(await setFields(app, draft, { identity: isEmpty(next) ? null : { ...next, at: stamp(app.now()) } }));
      setFailed(null);
      setLive(said);
      return true;
    } catch (error) {
      setFailed(app.asProblem(error).detail);
      return false;
    }
  };
  const remove = async () => { setValue(nobody()); await save(nobody(), t('identity.removed')); };
  return html`<${Identity} value=${value} limits=${app.identity.limits} used=${used} over=${over} live=${live} failed=${failed}
    onChange=${setValue} onLeave=${() => save(value, t('ask.saved'))} onRemove=${remove}
    onDone=${async () => { if (await save(value, '')) leave(); }} onBack=${async () => { if (over || await save(value, '')) leave(); }} />`;
}
