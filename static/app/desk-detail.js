// What the detail of a detection shows, from what the server sent. Pure.
import { t } from '../text/messages.js';
import { byWhen, explain, optionsOf, words } from '../parts/explain.js';
import { isPersonField } from '../engine/index.js';
import { coverage } from './capture-sample.js';
import { clock, placeText, when } from './capture-state.js';

// What may be decided in each status, as the server has it (409 review-not-now
// tells where it has changed).
const DECISIONS = {
  new: ['confirm', 'dismiss', 'needs_more', 'refer', 'raise', 'lower'],
  in_review: ['confirm', 'dismiss', 'needs_more', 'refer', 'raise', 'lower'],
  confirmed: ['dismiss', 'needs_more', 'refer', 'raise', 'lower', 'close'],
  dismissed: ['confirm', 'needs_more', 'refer', 'raise', 'close'],
  needs_more: ['confirm', 'dismiss', 'needs_more', 'refer', 'raise', 'lower', 'close'],
  referred: ['confirm', 'dismiss', 'needs_more', 'refer', 'raise', 'lower', 'close'],
  closed: ['needs_more'],
};
const NEEDS_REASON = ['dismiss', 'raise', 'lower'];

export const FLAGS = ['assessment_differs', 'clock_ahead', 'clock_off', 'role_differs', 'other_device', 'device_revoked', 'conflict', 'encounter_missing', 'author_mismatch', 'protocol_unknown', 'protocol_altered', 'protocol_withdrawn', 'identity_key_unknown', 'legal_hold', 'text_recalled'];

/** Flags in words; an unknown one is shown as its code. */
export function flagLines(flags) {
  return flags.map((code) => (FLAGS.includes(code) ? { code, text: t('flag.' + code), why: t('flag.' + code + '_why') } : { code, text: code, why: '' }));
}

// Stands for a code that the reader's authority may not see.
const WITHHELD = 'withheld';

/** A row of the queue in words. */
export function rowLine(row, book, label) {
  return {
    ...row, levelText: label('levels', row.level), danger: (row.danger || []).map((c) => (c === WITHHELD ? t('withheld.one') : label('indicators', c))),
    where: label('settings', row.setting) + ', ' + placeText(book, row.state), at: when(row.received_at), flags: flagLines(row.flags || []),
    who: [label('sexes', row.sex), label('age_groups', row.age_group)].filter(Boolean).join(', '),
  };
}

/** The order of the levels, most severe first. */
export const SEVERITY = ['presumed_victim', 'possible_victim', 'inconclusive', 'labour_violation', 'none_found'];

function levelNotes(sent, label) {
  const device = label('levels', sent.device_level);
  const server = sent.assessment && label('levels', sent.assessment.level);
  const raised = sent.detection.assessment.raised;
  const notes = [];
  if (sent.assessment && sent.device_level !== sent.assessment.level) notes.push(t('detection.level_differs', { device, server }));
  if (raised) notes.push(t('detection.level_raised', { to: label('levels', raised.level), reason: label('raise_reasons', raised.reason) }));
  const moved = [...sent.reviews].reverse().find((r) => r.level);
  if (moved) notes.push(t('detection.level_moved', { to: label('levels', moved.level) }));
  return notes;
}

/** The value of an item in a record: among the answers, or in the person. */
export function givenIn(detection, items) {
  const last = new Map(detection.answers.map((a) => [a.item, a.value]));
  const s = detection.subject;
  return (id) => {
    const field = (items.get(id) || {}).field || '';
    if (!isPersonField(field)) return last.get(id) || '';
    if (field === 'age') return typeof s.age === 'number' ? String(s.age) : s.age_group || '';
    return field.startsWith('groups.') ? (s.groups || {})[field.slice('groups.'.length)] || '' : s[field] || '';
  };
}

// clockText says how far the phone's clock was off, where that is in doubt.
function clockText({ flags, clock_offset_s: off }) {
  if (!off || !(flags || []).includes('clock_off')) return '';
  const n = Math.round(Math.abs(off) / 60);
  return off > 0 ? t('clock.ahead_by', { n }) : t('clock.behind_by', { n });
}

function factsOf(sent, book, label) {
  const d = sent.detection;
  const s = d.subject;
  const list = (name, codes) => (codes || []).map((c) => (c === WITHHELD ? t('withheld.one') : label(name, c))).join(', ');
  const fact = (id, text) => ({ label: t('fact.' + id), text });
  return [
    fact('occurred', when(d.occurred_at)), fact('received', when(sent.received_at)), fact('clock', clockText(sent)), fact('mode', label('modes', d.mode)), fact('ended', label('ended', d.ended)),
    fact('setting', label('settings', d.setting)), fact('place', placeText(book, d.place.state) + (d.place.municipality ? ' · ' + d.place.municipality : '')),
    fact('post', label('roles', d.author.role)), fact('language', d.person_variant || d.person_language), fact('interpreter', label('interpreters', d.interpreter)),
    fact('kind', label('subject_kinds', s.kind)), fact('age', typeof s.age === 'number' ? t('answer.years', { n: s.age }) : label('age_groups', s.age_group)),
    fact('sex', label('sexes', s.sex)), fact('nationality', label('countries', s.nationality)), fact('origin', label('states', s.state_of_origin)),
    fact('groups', list('groups', Object.keys(s.groups || {}).filter((g) => s.groups[g] === 'yes'))),
    fact('needs', list('needs', d.needs)), fact('referrals', list('services', d.referrals)),
    fact('others', (d.others || []).map((o) => [label('relations', o.relation), label('age_groups', o.age_group), label('sexes', o.sex)].join(', ')).join(' · ')),
    { label: t('detection.withheld'), text: (sent.withheld || []).map((c) => t('withheld.' + c)).join(', ') },
    fact('linked', (d.linked || []).length ? String(d.linked.length) : ''), fact('protocol', d.protocol.id + ' v' + d.protocol.version),
  ];
}

function visitOf(encounter, w) {
  if (!encounter) return null;
  const { counts } = encounter;
  return {
    facts: [{ label: t('fact.started'), text: when(encounter.started_at) }, { label: t('fact.finished'), text: when(encounter.ended_at) },
      ...['seen', 'screened', 'refused', 'not_reached'].map((k) => ({ label: t('close.' + k), text: String(counts[k]) }))],
    covered: coverage(counts),
    seen: encounter.observations.map((o) => ({ id: o.item, ...w.item(o.item), answer: w.answer(o.item, o.value) })),
  };
}

// differences between the content shown and another that came with the same id.
function differences(here, there, w, label) {
  const rows = [];
  const add = (id, text, a, b) => { if (a !== b) rows.push({ id, label: text, here: a || t('answer.none'), there: b || t('answer.none') }); };
  add('level', t('fact.level'), label('levels', here.assessment.computed.level), label('levels', there.assessment.computed.level));
  add('ended', t('fact.ended'), label('ended', here.ended), label('ended', there.ended));
  add('captured', t('fact.captured'), when(here.captured_at), when(there.captured_at));
  const [a, b] = [givenIn(here, w.items), givenIn(there, w.items)];
  for (const id of w.items.keys()) if (a(id) !== b(id)) add(id, w.item(id).text, a(id) && w.answer(id, a(id)), b(id) && w.answer(id, b(id)));
  return rows;
}

function reviewLine(r, label) {
  return { id: r.id, text: t('decision.' + r.decision) + (r.level ? ': ' + label('levels', r.level) : ''),
    detail: [r.reason && label('review_reasons', r.reason), t('status.' + r.status), when(r.at)].filter(Boolean).join(' · ') };
}

/**
 * Everything the detail shows.
 * @param {any} sent what GET detections/{id} gave
 * @param {{protocol: any, reader: any, book: any}} with_ protocol null: this server does not know that version
 */
export function detailOf(sent, { protocol, reader, book }) {
  const empty = { id: '', modules: [], figures: [], rules: { indicators: [], levels: [], offences: [], actions: [] } };
  const w = words(protocol || empty, reader, book, new Date(sent.detection.occurred_at).getFullYear());
  const label = w.label;
  const d = sent.detection;
  const given = givenIn(d, w.items);
  const forGroup = (id) => Boolean((w.items.get(id) || {}).group) && d.answers.some((a) => a.item === id && a.from);
  const told = sent.assessment && protocol ? explain({ protocol, assessment: sent.assessment, w, given }) : null;
  const decisions = (DECISIONS[sent.status] || []).map((code) => ({ code, text: t('decision.' + code) }));
  const at = SEVERITY.indexOf(sent.level);
  const level = (code) => ({ code, text: label('levels', code) });
  const missing = optionsOf(book, 'missing');
  return {
    row: { ...rowLine(sent, book, label), status: sent.status }, told, level: { notes: levelNotes(sent, label) }, flags: flagLines(sent.flags || []),
    facts: factsOf(sent, book, label), visit: visitOf(sent.encounter, w),
    answers: [...w.items.keys()].filter((id) => given(id)).map((id) => ({ id, ...w.item(id), answer: w.answer(id, given(id)), forGroup: forGroup(id) })),
    addenda: sent.addenda.map((a) => ({ id: a.id, what: label('addendum_kinds', a.what), at: when(a.captured_at), codes: a.codes.map((c) => ['indicators', 'needs', 'raise_reasons', 'review_reasons', 'offences'].map((l) => label(l, c)).find((x) => x !== c) || c).join(', ') })),
    reviews: sent.reviews.map((r) => reviewLine(r, label)), lastReview: sent.reviews.length ? sent.reviews[sent.reviews.length - 1].id : null,
    referrals: sent.referrals.map((r) => ({ id: r.id, text: label('services', r.service), detail: [t('urgency.' + r.urgency), when(r.at)].join(' · ') })),
    notes: sent.notes.map((n) => ({ id: n.id, text: n.text, detail: when(n.at) })),
    conflicts: (sent.conflicts || []).map((c) => ({ sha256: c.sha256, at: when(c.received_at), differs: differences(d, c.detection, w, label) })),
    decisions,
    reasonsFor: (decision) => ({ needed: NEEDS_REASON.includes(decision), options: reasonsFor(book, decision) }),
    levelsFor: (decision) => (decision === 'raise' ? SEVERITY.slice(0, at).map(level) : decision === 'lower' ? SEVERITY.slice(at + 1).map(level) : []),
    services: optionsOf(book, 'services').filter((s) => s.code !== 'supervisor'),
    urgencies: ['now', 'today', 'this_week'].map((code) => ({ code, text: t('urgency.' + code) })),
    consents: [{ code: 'yes', text: t('consent.yes') }, { code: 'not_needed', text: t('consent.not_needed') }, { code: 'no', text: t('consent.no') }, ...missing.filter((m) => m.code === 'no_information')],
    by: (b) => byWhen(b, new Date(d.captured_at), clock),
  };
}

/** The coded reasons that fit a decision. */
export function reasonsFor(book, decision) {
  const fits = new Set(((book && book.review_reasons) || []).filter((r) => (r.for || '').split('|').includes(decision)).map((r) => r.code));
  return optionsOf(book, 'review_reasons').filter((o) => fits.has(o.code));
}
