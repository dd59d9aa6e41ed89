// The agent's screens that no first question needs: a phone fetches them behind
// its first load, with their words, and "Ready for the field" says whether it has them.
export { CardScreen as Card, FinderScreen as Finder, GiveScreen as Give, HandScreen as Hand } from './capture-help.js';
export { InterpretersScreen as Calling, ReadyInterpreters } from './capture-interpreters.js';
export { follow, listen, Voices } from './hear.js';
export { CloseScreen as Close } from './capture-close.js';
export { IdentityScreen as Identity } from './capture-who.js';
export { AddendumScreen as Addendum, OutboxScreen as Outbox } from './capture-outbox.js';
export { VoiceScreen as Voice } from './capture-voice.js';
export { ProtectsScreen as Protects, ShiftScreen as Shift } from './capture-about.js';
