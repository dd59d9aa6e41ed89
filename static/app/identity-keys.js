// The screen of identity keys, and the card on a detection that opens one. Keys
// are opened for one act and forgotten with it.
import { html, useEffect, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { groupsOf, reviewersPrint } from '../crypto/trust-chain.js';
import { sha256Hex } from '../crypto/hash.js';
import { fromBase64url } from '../crypto/base64url.js';
import { makeKey, makeOwn, openIdentity, openOwn, openShare, sealShare } from '../crypto/reviewers.js';
import { argon2 } from '../store/vault.js';
import { optionsOf } from '../parts/explain.js';
import { IdentityCard, Reviewers as ReviewersView } from '../views/reviewers.js';
import { when } from './capture-state.js';
import { around } from './office.js';

/** How long an identity stays on the screen, in ms: to write it down or ring, not to leave it there. */
const SHOWN_MS = 60_000;

/** A fingerprint in groups that can be read out. @param {string|undefined} print */
export const groups = (print) => groupsOf(print).join(' ');

/**
 * Fingerprints of all keys that people compare: of the agency's by kid, of own
 * ones by account. A server that put a key of its own in their place shows here.
 * @param {any} sent @returns {Promise<Map<string, string>>}
 */
export async function printsOf(sent) {
  const prints = new Map();
  for (const k of sent.keys) prints.set(k.kid, await reviewersPrint(k));
  for (const c of sent.candidates) prints.set(c.user, await sha256Hex(fromBase64url(c.public_key)));
  return prints;
}

/** What the screen shows of what the server said. @param {any} sent @param {{id: string, account: string}} user @param {Map<string, string>} prints */
export function viewOf(sent, user, prints) {
  const reviews = user.account === 'supervisor';
  const current = sent.keys.find((k) => k.current);
  const holds = (id) => Boolean(current && sent.holders.some((h) => h.user === id && h.kid === current.kid));
  const name = (id) => [...sent.candidates, ...sent.holders].find((c) => c.user === id)?.display ?? id;
  const waits = (id) => sent.pending.some((p) => p.user === id && current && p.kid === current.kid);
  const second = (p) => p.by !== user.id && p.user !== user.id && (user.account === 'admin' || sent.holders.some((h) => h.user === user.id && h.kid === p.kid));
  return {
    reviews, hasOwn: Boolean(sent.me), ownFingerprint: groups(prints.get(user.id)),
    keys: [...sent.keys].reverse().map((k) => ({ kid: k.kid, current: k.current, made: when(k.created), fingerprint: groups(prints.get(k.kid)), holders: sent.holders.filter((h) => h.kid === k.kid).map((h) => h.display) })),
    mayMakeFirst: reviews && Boolean(sent.me) && sent.keys.length === 0,
    lacksShare: reviews && Boolean(current) && Boolean(sent.me) && !holds(user.id),
    mayRotate: reviews && holds(user.id),
    candidates: reviews && holds(user.id) ? sent.candidates.filter((c) => c.user !== user.id && !holds(c.user) && !waits(c.user)).map((c) => ({ ...c, fingerprint: groups(prints.get(c.user)) })) : [],
    pending: sent.pending.map((p) => ({ id: p.id, by: name(p.by), to: name(p.user), at: when(p.at), canApprove: second(p), canRefuse: second(p) || p.by === user.id })),
  };
}

/** The secrets of a key, opened with the passphrase. @param {any} sent @param {string} kid @param {string} passphrase @param {string} user */
async function secretsOf(sent, kid, passphrase, user) {
  const own = await openOwn(sent.me, passphrase, argon2);
  const share = sent.shares.find((s) => s.kid === kid);
  const key = sent.keys.find((k) => k.kid === kid);
  return openShare(share, key.public_key, own, user);
}

export function IdentityKeys({ app }) {
  const [sent, setSent] = useState(/** @type {any} */ (null));
  const [view, setView] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(/** @type {string|null} */ (null));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [live, setLive] = useState('');
  const { user } = app.session();
  const read = async () => {
    try {
      const got = await app.api('GET', '/reviewers');
      const prints = await printsOf(got);
      setSent(got);
      setView(viewOf(got, user, prints));
      setFailure(null);
    } catch (error) {
      setFailure(app.asProblem(error).detail);
    }
  };
  useEffect(() => { read(); }, []);
  /** @param {string} where @param {() => Promise<void>} work @returns {Promise<boolean>} */
  const run = async (where, work) => {
    setBusy(true);
    setLive('');
    setProblems({});
    try {
      await work();
      setLive(t('ask.saved'));
      await read();
      return true;
    } catch (error) {
      if (where) setProblems({ [where]: app.asProblem(error).detail });
      else setFailure(app.asProblem(error).detail);
      return false;
    } finally {
      setBusy(false);
    }
  };
  /** @param {string} passphrase @param {string|null} kid of the key before */
  const publish = async (passphrase, kid) => {
    // Opened first: a passphrase opens the own key under its true public half alone,
    // so that no server has the new key sealed to another.
    const { publicKey } = await openOwn(sent.me, passphrase, argon2);
    const before = kid ? await secretsOf(sent, kid, passphrase, user.id) : null;
    const { body } = await makeKey({ agency: user.agency.id, user: user.id, own: publicKey, before });
    await app.api('POST', '/reviewers/keys', body);
  };
  const current = sent && sent.keys.find((k) => k.current);
  return html`<${ReviewersView} ...${around(app, 'keys')} view=${view} busy=${busy} failure=${failure} problems=${problems} live=${live} onAgain=${read}
    onOwn=${(passphrase) => run('own', async () => { await app.api('POST', '/reviewers/me', await makeOwn(passphrase, argon2)); })}
    onFirst=${(passphrase) => run('first', () => publish(passphrase, null))}
    onRotate=${(passphrase) => run('rotate', () => publish(passphrase, current.kid))}
    onPropose=${(to, passphrase) => run(to.user, async () => {
      const secrets = await secretsOf(sent, current.kid, passphrase, user.id);
      await app.api('POST', '/reviewers/shares', { user: to.user, kid: current.kid, sealed: await sealShare(secrets, to.public_key, to.user) });
    })}
    onApprove=${(id) => run('', () => app.api('POST', '/reviewers/shares/' + encodeURIComponent(id) + '/approve'))}
    onRefuse=${(id) => run('', () => app.api('POST', '/reviewers/shares/' + encodeURIComponent(id) + '/refuse'))} />`;
}

/** An identity in words, line by line. @param {any} identity */
export function identityFacts(identity) {
  const fact = (id, text) => ({ label: t('identity.' + id), text });
  return [
    fact('name', identity.name), ...identity.contacts.map((c) => ({ label: t('identity.kind_' + c.kind), text: c.value })),
    fact('safe_where', identity.safe.where), fact('safe_when', identity.safe.when), fact('safe_how', identity.safe.how),
    fact('notes', identity.notes), fact('collected', identity.collected_at && when(identity.collected_at)),
  ];
}

/** The card of a detection's identity. @param {{app: any, id: string, has: boolean, book: any}} props */
export function Identity({ app, id, has, book }) {
  const [shown, setShown] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string|null} */ (null));
  const hide = () => setShown(null);
  // It is for the eyes of who asked, now: another tab or a minute later it is closed.
  useEffect(() => {
    if (!shown) return undefined;
    if (document.hidden) return hide();
    const timer = setTimeout(hide, SHOWN_MS);
    const onHide = () => { if (document.hidden) hide(); };
    document.addEventListener('visibilitychange', onHide);
    return () => { clearTimeout(timer); document.removeEventListener('visibilitychange', onHide); };
  }, [shown]);
  const open = async (purpose, passphrase) => {
    setBusy(true);
    setProblem(null);
    try {
      const sent = await app.api('GET', '/reviewers');
      if (!sent.me) throw new app.Problem('reviewers-own-missing');
      const own = await openOwn(sent.me, passphrase, argon2);
      // The passphrase is right: only now is the purpose written and the envelope asked for.
      const { envelope } = await app.api('POST', '/detections/' + encodeURIComponent(id) + '/identity', { purpose });
      const share = sent.shares.find((s) => s.kid === envelope.kid);
      const key = sent.keys.find((k) => k.kid === envelope.kid);
      if (!share || !key) throw new app.Problem('identity-not-shared');
      const opened = identityFacts(await openIdentity(envelope, await openShare(share, key.public_key, own, app.session().user.id)));
      if (!document.hidden) setShown(opened); // else it was left while it opened
      return true;
    } catch (error) {
      setProblem(app.asProblem(error).detail);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return html`<${IdentityCard} has=${has} purposes=${optionsOf(book, 'identity_purposes')} shown=${shown} busy=${busy} problem=${problem} onOpen=${open} onHide=${hide} />`;
}
