// Package screening is the engine: given a protocol and the answers so far it
// says what to ask next, which indicators are met, which level follows, and why.
//
// It is pure: no I/O, no clock, no randomness but a seed that the caller gives to
// Wander and WaysOf, no state between calls. Every function is total: garbage in
// gives an assessment out, never a panic, so that a damaged record can still be
// looked at. Whether an input is acceptable is asked of Validate, not of Evaluate.
// static/engine holds the same rules in JavaScript; the vectors in testdata and a
// differential test keep both equal.
//
// It never decides what a rule weighs: indicators, levels, offences and actions
// are data of the protocol (protocols/rules.yaml, protocols/actions.yaml). What
// follows are the rules of the engine itself, with where each comes from.
//
//   - One forward pass (design, "The engine"): modules and items are taken in
//     the protocol's order; every condition sees only what came earlier. So the
//     order in which answers were given does not matter, going back is safe, and
//     answers behind a gate that was closed again count for nothing.
//   - A question answered once is never asked again (design, "Progressive"):
//     the last answer to an item is its answer, those of the encounter included.
//   - Under 18, or of unknown or doubtful age, is the child path (LGPSEDMTP
//     art. 3 X: minority is presumed); so is a person unable to understand the
//     act or to resist it (arts. 13, 16, 18, 25: the law treats both alike). On
//     it items about the means are not asked (art. 13, last paragraph).
//     Palermo Protocol art. 3 (c) says the same of children.
//   - One answer meets at most one indicator (design): Item.Meets is a map.
//   - A missing answer (declined, unknown, no_information, not_applicable) never
//     counts as "no" (design): it meets nothing, and a core item left without an
//     answer makes core_missing hold; not_applicable alone counts as answered.
//     Core items that an ends_on answer cut off count as missing too: what was
//     never asked is not "nothing found".
//   - The level is that of the first level rule that holds, most severe first.
//     Where no rule holds, it is inconclusive: silence of the data is no finding.
//   - Danger is apart from the level (design, "Words"): codes of the dimension
//     danger are listed, and Next still returns the next item; the agent decides.
//   - Offences are suggested, never found (LGPSEDMTP arts. 10 to 36): each with
//     its elements and what the answers tell of each. An element that no answer
//     can show says so (beyond).
//   - Actions come last and may look at the level; nothing else may. The duties
//     behind them carry their articles in the data (ActionRule.Law).
//
// # Levels
//
// The rules of the levels are data. Those published today say, with E for the
// dimension exploitation and C for recruitment_coercive or coercion_destination:
//
//	presumed_victim   (a) one strong or two medium of E, and of C
//	                  (b) two strong of C, and one medium or strong of E
//	                  (c) before any exploitation: one strong of coercive or deceptive
//	                      recruitment, and two more of coercive recruitment
//	                  (d) a form that holds its coercion in itself (arts. 11, 12, 24,
//	                      28, 31; surrogacy; abduction or sale)
//	                  (e) debt bondage, forced tasks or forced crime, with one strong
//	                      or two medium other of C
//	                  (f) sexual exploitation with one strong or two medium of
//	                      deceptive recruitment (arts. 13, 19, 20)
//	                  (g) on the child path, without means (arts. 3 X, 13, 16, 18, 25,
//	                      26, 30; Palermo Protocol art. 3 (c))
//	possible_victim   any medium or strong of E, C or deceptive recruitment; a child
//	                  recruited; somebody captive now
//	inconclusive      a core item without an answer, not completed, or a danger that
//	                  keeps people from speaking
//	labour_violation  labour rights alone (Federal Labour Law): they never add up
//	                  with signs of exploitation
//	none_found        nothing found today; vulnerability alone is a need
//
// All are Umbral's own, built on the dimensions and strengths of the ILO and
// European Commission's operational indicators of trafficking (Delphi survey,
// 2009). They have not been validated, and every rule's source says so.
//
// # Offences
//
// Suggested by codebook/offence_rules.csv: arts. 10 (trafficking), 11 (slavery),
// 12 (servitude), 13, 14, 16, 18, 19, 20 (sexual exploitation in its several
// offences), 21 (labour exploitation), 22 (forced labour), 24 (begging), 25 (use
// in crime), 26, 27 (illegal adoption), 28, 29 (forced marriage), 30 (organs) and
// 31 (experiments) of the LGPSEDMTP, text of 14-11-2025. Arts. 15, 17 and 32 to
// 36 are the conduct of others, which a screening does not show. No lawyer has
// reviewed the elements. LGPSEDMTP is the Ley General para Prevenir, Sancionar y
// Erradicar los Delitos en Materia de Trata de Personas.
package screening
