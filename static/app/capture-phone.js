// Ready for the field: what this phone has, and what it lacks.
import { html, useEffect, useState } from '../vendor/ui.js';
import { languageName, t } from '../text/messages.js';
import { Line, Ready } from '../views/ready.js';
import { fieldState, when } from './capture-state.js';
import { LOCK_CHOICES_S } from './guard.js';

/** The facts of app.ready() as lines: what is here, what is missing, what to do. */
export function readyLines(facts) {
  return facts.filter((f) => !f.id.startsWith('language.')).map((f) => {
    const ok = fieldState(f);
    const args = { ...f.args, at: f.args && f.args.at ? when(f.args.at) : '' };
    return { id: f.id, ok, text: t('ready.' + f.id + (f.ok === 'yes' ? '' : '_no'), args), todo: f.ok === 'yes' ? '' : t('ready.' + f.id + '_todo', args) };
  });
}

// What the phone can ask in comes first, then greetings, then mere names.
const USE = ['yes', 'part', 'no'];
const byUse = (a, b) => USE.indexOf(a.ok) - USE.indexOf(b.ok) || languageName(a.args).localeCompare(languageName(b.args));

/** Where the end of the last trip is kept: the vault itself forgets a trip that is over. */
const TRIP = 'trip_until';

/** The trip of this phone: {until, over}. */
export async function tripNow(app) {
  if (!app.vault.current()) return { until: '', over: false };
  const [now, last] = await Promise.all([app.vault.trip(), app.vault.get(TRIP)]);
  return { until: now ? when(now.until) : '', over: !now && Boolean(last) };
}

/** What the part about the trip shows and does. */
function useTrip(app) {
  const [state, setState] = useState(/** @type {any} */ ({ until: '', over: false, busy: false, failure: null }));
  const read = async (more = {}) => { const now = await tripNow(app); setState((s) => ({ ...s, ...now, ...more })); };
  useEffect(() => { read(); }, []);
  const start = async (days) => {
    setState((s) => ({ ...s, busy: true, failure: null }));
    try {
      await app.ready.startTrip(days);
      await app.vault.put(TRIP, (await app.vault.trip()).until);
      await read({ busy: false });
    } catch (error) {
      await read({ busy: false, failure: app.asProblem(error).detail });
    }
  };
  return { ...state, onStart: start };
}

/** After how long this phone locks. */
function useLimit(app) {
  const [value, setValue] = useState(app.guard.state().limit);
  return { value, choices: LOCK_CHOICES_S, onPick: async (seconds) => { await app.guard.setLimit(seconds); setValue(seconds); } };
}

export function ReadyScreen({ app }) {
  const trip = useTrip(app);
  const lock = useLimit(app);
  const [facts, setFacts] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  const [turn, setTurn] = useState(0); // how often all was fetched
  const [more, setMore] = useState(/** @type {any} */ (null)); // what is behind the first load shows interpreters, and what can be heard
  const fetchAll = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await app.fetchAll((done, of, usable) => setLive(of ? t(usable ? 'ready.progress_usable' : 'ready.progress', { n: Math.round((100 * done) / of) }) : ''));
      setTurn((n) => n + 1);
      setLive(t('ready.fetched'));
    } catch (error) {
      setFailure(app.asProblem(error).detail);
    }
    setFacts(await app.ready());
    setBusy(false);
  };
  // On the first visit there is nothing yet, or not all of it: fetch without being asked.
  const begin = (f) => {
    setFacts(f);
    if (f.some((x) => x.id === 'rest' || (x.id === 'codebook' && x.ok === 'no'))) fetchAll();
  };
  useEffect(() => {
    app.ready().then(begin);
    app.behind().then(setMore, () => undefined);
  }, []);
  useEffect(() => app.onChange((topic) => { if (topic === 'content') app.ready().then(setFacts); }), []);
  if (!facts) return null;
  const languages = facts.filter((f) => f.id.startsWith('language.')).sort(byUse).map((f) => ({ code: f.args.code, name: languageName(f.args),
    text: t('ready.language_' + f.ok, f.args), audio: t(f.args.audio ? 'ready.audio' : 'ready.audio_no', { n: f.args.audio }) }));
  return html`<${Ready} voices=${more && html`<${more.Voices} app=${app} />`} trip=${trip} lock=${lock} lines=${readyLines(facts)} languages=${languages} busy=${busy} failure=${failure} live=${live} more=${more && html`<${more.ReadyInterpreters} ...${{ app, turn, Line }} />`} onFetch=${fetchAll} onBack=${() => app.go('home')} />`;
}
