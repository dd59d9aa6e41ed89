// The book of who did what, for administrators. It asks the server each time;
// opening it stands in the book too.
import { html, useState } from '../vendor/ui.js';
import { language, t } from '../text/messages.js';
import { labelOf } from '../parts/explain.js';
import { folio } from '../crypto/folio.js';
import { Audit as AuditView } from '../views/audit.js';
import { bookOf, useServer } from './admin.js';
import { when } from './capture-state.js';
import { around } from './office.js';

/** Every act that the server enters; a Go test holds the list against its code. */
export const ACTS = [
  'account_added', 'account_disabled', 'account_enabled', 'account_reading', 'account_role', 'agency_added', 'agency_authority', 'announced_keys', 'announced_manifest',
  'destruction_approved', 'destruction_asked', 'destruction_refused', 'device_enrolled', 'device_revoked', 'device_wiped', 'enrol_code_made',
  'export_csv', 'export_ndjson', 'export_texts', 'export_xlsx', 'factors_reset', 'heard_recording', 'hold_lifted', 'hold_set', 'identity_opened',
  'interpreter_added', 'interpreter_changed', 'interpreter_removed', 'language_added', 'language_gate_raised', 'login', 'login_failed', 'logout', 'master_key_rotated', 'note',
  'passkey_added', 'passkey_counter', 'passkey_removed', 'password_set', 'quarantine_discarded', 'quarantine_released',
  'read_accounts', 'read_agencies', 'read_audit', 'read_audit_head', 'read_destructions', 'read_destructions_due', 'read_detection', 'read_detections', 'read_devices', 'read_interpreters',
  'read_quarantine', 'read_quarantined', 'read_recalls', 'read_retention', 'read_reviewers', 'read_stats', 'read_text_steps', 'read_texts', 'record_destroyed', 'recovery_code_used', 'recovery_codes_made', 'referral', 'retention_terms_set',
  'review_close', 'review_confirm', 'review_dismiss', 'review_lower', 'review_needs_more', 'review_raise', 'review_refer', 'reviewers_key_added', 'reviewers_own_key_set',
  'second_factor_failed', 'session_ended', 'session_reused', 'setup_armed', 'share_active', 'share_proposed', 'share_refused', 'signing_key_added', 'signing_key_dropped',
  'text_recalled', 'totp_removed', 'totp_set', 'translation_accept', 'translation_back_translate', 'translation_certify', 'translation_certify_recording', 'translation_comment',
  'translation_record', 'translation_refuse_recording', 'translation_return', 'translation_translate', 'trip_started',
];

/** Acts whose id is a record's. */
const OF_RECORDS = /^(hold_|note$|identity_opened$|quarantine_(discarded|released)$|read_detection$|record_destroyed$|referral$|review_)/;

/** Acts whose detail is a code of a list of the codebook. @type {Record<string, string>} */
const DETAILS = { agency_authority: 'authorities', identity_opened: 'identity_purposes' };

const SYSTEM = 'system';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An act in words; the code itself where there are none. @param {string} code */
export const actText = (code) => (ACTS.includes(code) ? t('audit.what_' + code) : code);

/** Entries in words. @param {any[]} items @param {{accounts: any[], agencies: any[], book: any}} known */
export function auditRows(items, { accounts, agencies, book }) {
  const person = (id) => (accounts.find((a) => a.id === id) || { display: '' }).display;
  const about = async (e) => {
    if (OF_RECORDS.test(e.what) && UUID.test(e.id)) return folio(e.id);
    return person(e.id) || (agencies.find((g) => g.id === e.id) || { name: e.id }).name;
  };
  return Promise.all(items.map(async (e) => ({
    seq: e.seq, at: when(e.at), who: e.who === SYSTEM ? t('audit.system') : person(e.who) || e.who, what: actText(e.what), about: await about(e),
    detail: DETAILS[e.what] && e.detail ? labelOf(book, DETAILS[e.what], e.detail) : e.detail || '',
  })));
}

/** The part of a request that says which entries. @param {Record<string, string>} want */
export function auditQuery(want) {
  const q = new URLSearchParams();
  for (const name of ['who', 'what', 'from', 'to', 'cursor']) if (want[name]) q.set(name, want[name]);
  return q.toString();
}

const sorted = (options) => options.sort((a, b) => a.text.localeCompare(b.text, language()));

export function Audit({ app }) {
  const [want, setWant] = useState(/** @type {Record<string, string>} */ ({}));
  const { data, busy, failure, live, run, reload } = useServer(app, async () => {
    const [accounts, agencies, book, head] = await Promise.all([app.api('GET', '/accounts'), app.api('GET', '/agencies'), bookOf(app), app.api('GET', '/audit/head')]);
    const page = await app.api('GET', '/audit?' + auditQuery(want));
    const rows = await auditRows(page.items, { accounts: accounts.items, agencies: agencies.items, book });
    return { rows, next: page.next, head: JSON.stringify(head), people: accounts.items.map((a) => ({ code: a.id, text: a.display })) };
  }, [want]);
  const acts = sorted(ACTS.map((code) => ({ code, text: actText(code) })));
  return html`<${AuditView} ...${around(app, 'audit')} want=${want} rows=${data ? data.rows : []} head=${data && data.head} more=${Boolean(data && data.next)} busy=${busy} failure=${failure} live=${live}
    people=${[{ code: SYSTEM, text: t('audit.system') }, ...sorted(data ? [...data.people] : [])]} acts=${acts}
    onWant=${setWant} onOlder=${() => setWant({ ...want, cursor: data.next })} onNewest=${() => setWant({ ...want, cursor: '' })} onAgain=${reload}
    onCopy=${() => run(() => navigator.clipboard.writeText(data.head), t('audit.copied'))} />`;
}
