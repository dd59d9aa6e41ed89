// Package screening is the engine: given a protocol and the answers so far it
// says what to ask next, which indicators are met, which level follows, and why.
//
// It is pure: no I/O, no clock, no randomness, no state between calls. Every
// function is total: garbage in gives an assessment out, never a panic, so that
// a damaged record can still be looked at. Whether an input is acceptable is
// asked of Validate, not of Evaluate. static/engine holds the same rules in
// JavaScript; the vectors in testdata and a differential test keep both equal.
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
//     The rules (a) to (g) are ours, built on the dimensions of the ILO and the
//     European Commission's operational indicators (2009), and are not validated.
//   - Danger is apart from the level (design, "Words"): codes of the dimension
//     danger are listed, and Next still returns the next item; the agent decides.
//   - Offences are suggested, never found (LGPSEDMTP arts. 10 to 36): each with
//     its elements and what the answers tell of each. An element that no answer
//     can show says so (beyond).
//   - Actions come last and may look at the level; nothing else may.
package screening
