// What stands round every office screen: who is signed in, the other language,
// the way out, and where this kind of account may go.
import { html } from '../vendor/ui.js';
import { OfficeNav, OfficeTop } from '../views/queue.js';
import { signOut } from './capture-visit.js';
import { otherLanguage } from './entry.js';

/** The screens of each kind of account that has no phone to carry. @type {Record<string, string[]>} */
const SCREENS = {
  supervisor: ['queue', 'quarantine', 'figures', 'protocols', 'keys', 'interpreters', 'devices', 'retention', 'recalls', 'outbox'],
  admin: ['accounts', 'devices', 'interpreters', 'protocols', 'keys', 'retention', 'languages', 'recalls', 'audit'],
  analyst: ['figures'],
  translator: ['languages', 'recalls'],
};

/** What stands at the top of an office screen, for its view. @param {any} app @param {string} at the screen */
export function around(app, at) {
  const { user } = app.session();
  const links = (SCREENS[user.account] || []).map((name) => ({ name, href: app.href(name) }));
  const other = otherLanguage();
  const out = async () => signOut(app, await app.outbox.summary(), await app.drafts.count());
  return {
    nav: links.length > 1 && html`<${OfficeNav} at=${at} links=${links} />`,
    top: html`<${OfficeTop} user=${user.display} otherLanguage=${other} security=${at !== 'security' && app.href('security')} onLanguage=${() => app.setLanguage(other.code)} onSignOut=${out} />`,
  };
}
