// The phones of an agency: a code for a new one, and the end of a lost one.
import { html, useState } from '../vendor/ui.js';
import { groupsOf } from '../crypto/trust-chain.js';
import { t } from '../text/messages.js';
import { Devices as DevicesView } from '../views/devices.js';
import { useServer } from './admin.js';
import { when } from './capture-state.js';
import { around } from './office.js';

/** Devices in words: those in use first, the one longest out of contact on top. */
export function deviceRows({ devices, accounts }) {
  const who = (id) => (accounts.find((a) => a.id === id) || { display: '' }).display;
  const at = (time) => time && when(time);
  return [...devices].sort((a, b) => Number(Boolean(a.revoked)) - Number(Boolean(b.revoked)) || ((a.seen || '') < (b.seen || '') ? -1 : 1)).map((d) => ({
    id: d.id, name: d.name, who: who(d.user), enrolled: when(d.enrolled), seen: at(d.seen), revoked: at(d.revoked), trip: at(d.trip_until), wiped: at(d.wiped),
  }));
}

/** What a new code says, in words. @param {any} code */
export function codeWords(code) {
  return { code: code.code, qr: code.qr, until: when(code.expires_at), server: groupsOf(code.server_fingerprint), reviewers: groupsOf(code.reviewers_fingerprint) };
}

export function Devices({ app }) {
  const [made, setMade] = useState(/** @type {any} */ (null));
  const admin = app.session().user.account === 'admin';
  const { data, busy, failure, live, run, reload } = useServer(app, async () => {
    // Who only supervises sees no list of accounts.
    const [devices, accounts] = await Promise.all([app.api('GET', '/devices'), admin ? app.api('GET', '/accounts') : { items: [] }]);
    return deviceRows({ devices: devices.items, accounts: accounts.items });
  }, []);
  return html`<${DevicesView} ...${around(app, 'devices')} rows=${data || []} made=${made} busy=${busy} failure=${failure} live=${live} onAgain=${reload}
    onCode=${() => run(async () => setMade(codeWords(await app.api('POST', '/devices/codes'))), t('devices.code_title'))} onSeen=${() => setMade(null)}
    onRevoke=${(id) => run(() => app.api('POST', '/devices/' + encodeURIComponent(id) + '/revoke'), t('ask.saved'))} />`;
}
