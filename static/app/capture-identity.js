// Who the person is, taken only after their express yes. It lies in the draft,
// encrypted with it, until the record is sealed; a yes that is taken back removes it.
import { IDENTITY_CONSENT, mayIdentify } from './capture-draft.js';

/** Field of the answer that says whether the question was read aloud. */
const READ = "consent.read_aloud";

/** Whether an answer takes back the yes. @param {any} item @param {string} value */
export const takesBack = (item, value) => item.field === IDENTITY_CONSENT && value !== 'yes';

/**
 * Whether it is asked now, after this answer: the person said yes, and how they
 * were asked is noted too.
 * @param {any} protocol @param {any} draft as it is now @param {any} item the one answered @param {any} following the next one to ask
 */
export function asksNow(protocol, draft, item, following) {
  return [IDENTITY_CONSENT, READ].includes(item.field) && following?.field !== READ && mayIdentify(protocol, draft);
}

/** Nothing written yet. */
export const nobody = () => ({ name: '', contacts: [], safe: { where: '', when: '', how: '' }, notes: '' });

/** Whether anything is written in it. @param {any} identity */
export function isEmpty(identity) {
  return !identity || ![identity.name, identity.notes, ...identity.contacts.map((c) => c.value), ...Object.values(identity.safe)].some((text) => text.trim());
}
