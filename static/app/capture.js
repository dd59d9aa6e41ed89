// The agent's screens up to a result, as the router names them. Each reads the
// state, hands data and callbacks to its view, and saves every tap before the next
// thing shows.
export { EncounterScreen as Encounter, HomeScreen as Home, PersonScreen as Person, SetupScreen as Setup } from './capture-visit.js';
export { AnswersScreen as Answers, DangerScreen as Danger, ItemScreen as Item, ObserveScreen as Observe, RefusedScreen as Refused, StopScreen as Stop } from './capture-ask.js';
export { ResultScreen as Result } from './capture-result.js';
export { ReadyScreen as Ready } from './capture-phone.js';
