// The agent's screens, as the router names them. Each reads the state, hands
// data and callbacks to its view, and saves every tap before the next thing shows.
export { CloseScreen as Close, EncounterScreen as Encounter, HomeScreen as Home, PersonScreen as Person, SetupScreen as Setup } from './capture-visit.js';
export { AnswersScreen as Answers, DangerScreen as Danger, ItemScreen as Item, ObserveScreen as Observe, RefusedScreen as Refused, StopScreen as Stop } from './capture-ask.js';
export { ResultScreen as Result } from './capture-result.js';
export { IdentityScreen as Identity } from './capture-identity.js';
export { ProtectsScreen as Protects, ShiftScreen as Shift } from './capture-about.js';
export { AddendumScreen as Addendum, OutboxScreen as Outbox, ReadyScreen as Ready } from './capture-phone.js';
