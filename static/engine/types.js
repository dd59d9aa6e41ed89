/**
 * The shapes that the engine reads and writes, as screening/protocol.go and
 * screening/assessment.go define them; a list that Go left empty may be null.
 * This file holds types only.
 *
 * @typedef {{item: string, value: string, from?: string}} Answer
 *
 * @typedef {Object} Person
 * @property {number|null} [age] whole years, where known
 * @property {string} [age_group] a band, or a missing code
 * @property {string} [sex]
 * @property {string} [nationality]
 * @property {string} [state_of_origin]
 * @property {Record<string, string>|null} [groups] code -> yes, no or a missing code
 *
 * @typedef {Object} Input
 * @property {string} role
 * @property {string} setting
 * @property {Person} person
 * @property {Answer[]|null} answers a later answer to the same item replaces the earlier
 * @property {string} ended
 *
 * @typedef {Object} Count
 * @property {string[]|null} [dimensions]
 * @property {string[]|null} [codes]
 * @property {string[]|null} [strengths]
 * @property {string[]|null} [except]
 * @property {number} min
 *
 * @typedef {Object} Condition
 * @property {Condition[]|null} [all]
 * @property {Condition[]|null} [any]
 * @property {Condition|null} [not]
 * @property {string} [item]
 * @property {string[]|null} [is]
 * @property {Count|null} [count]
 * @property {string} [path]
 * @property {string[]|null} [sex]
 * @property {string[]|null} [role]
 * @property {string[]|null} [setting]
 * @property {string} [group]
 * @property {number} [age_below]
 * @property {boolean|null} [age_known]
 * @property {string[]|null} [ended_is]
 * @property {boolean|null} [core_missing]
 * @property {string[]|null} [level_is]
 *
 * @typedef {{code: string, text: string}} Option
 *
 * @typedef {Object} Item
 * @property {string} id
 * @property {string} kind
 * @property {string} [scope]
 * @property {string} type
 * @property {Option[]|null} [options]
 * @property {string} [list]
 * @property {string} [field]
 * @property {string} text
 * @property {string} [child_text]
 * @property {Condition|null} [ask_if]
 * @property {boolean} [core]
 * @property {boolean} [means]
 * @property {boolean} [group]
 * @property {Record<string, string>|null} [meets]
 * @property {string[]|null} [ends_on]
 * @property {{asks: string, not: string, avoid?: string, threshold?: string}|null} [note]
 * @property {string[]|null} [law]
 * @property {string} [source]
 *
 * @typedef {Object} Module
 * @property {string} id
 * @property {string} title
 * @property {Condition|null} [open_if]
 * @property {Item[]|null} items
 *
 * @typedef {{code: string, dimension: string, strength: string}} Indicator
 * @typedef {{id: string, level: string, when: Condition, text: string, source: string}} LevelRule
 * @typedef {{code: string, text: string, indicators?: string[]|null, not_needed?: Condition|null}} Element
 * @typedef {{code: string, when: Condition, verified: boolean, elements: Element[]|null}} OffenceRule
 * @typedef {{code: string, when: Condition, text: string, to?: string, by?: string, law?: string[]|null, kind: string}} ActionRule
 *
 * @typedef {Object} Rules
 * @property {Indicator[]|null} indicators
 * @property {Condition} child_path
 * @property {Condition} child_words
 * @property {LevelRule[]|null} levels
 * @property {OffenceRule[]|null} offences
 * @property {ActionRule[]|null} actions
 *
 * @typedef {{year: number, value: string, source: string, verified: boolean}} FigureValue
 * @typedef {{code: string, unit: string, values: FigureValue[]|null}} Figure
 *
 * @typedef {Object} Protocol
 * @property {string} id
 * @property {number} version
 * @property {string} title
 * @property {string} depth
 * @property {string[]|null} settings
 * @property {string[]|null} roles
 * @property {Module[]|null} modules
 * @property {Rules} rules
 * @property {Figure[]|null} [figures]
 *
 * @typedef {{module: string, item: Item, answer: string}} Step an item that applies; answer is empty while it has none
 *
 * @typedef {{code: string, state: string, items: string[]}} ElementState
 * @typedef {{code: string, verified: boolean, elements: ElementState[]}} Offence
 * @typedef {{kind: string, code: string, rule?: string, items: string[], indicators: string[]}} Reason
 *
 * @typedef {Object} Assessment
 * @property {string} level
 * @property {string} path
 * @property {string[]} danger
 * @property {string[]} indicators
 * @property {Offence[]} offences
 * @property {string[]} actions
 * @property {Reason[]} trace
 *
 * @typedef {{where: string, item?: string, why: string}} Problem
 * @typedef {(list: string, code: string) => boolean} Lookup whether code stands in the codebook's list
 * @typedef {{text: string, dated: string[], unknown: string[]}} Filled
 *
 * @typedef {{dimension: string, strength: string, rank: number}} Known rank: the place in the lists of codes
 *
 * What one forward pass has seen.
 * @typedef {Object} State
 * @property {Protocol} protocol
 * @property {Input} input
 * @property {string[]} met codes, in the order they were met
 * @property {Map<string, Known>} codebook what is known of the codes met
 * @property {Map<string, string>} given the last answer to each item, applicable or not
 * @property {Step[]} steps
 * @property {Item|null} next
 * @property {Map<string, string>} answers of the items that apply
 * @property {Map<string, string[]>} metBy code -> the items that met it
 * @property {string[]|null} indicators the codes met, in codebook order, once they were asked for
 * @property {Map<string, number>|null} order the rank of each item, once it was asked for
 * @property {string[]} coreMissing
 * @property {string} level
 * @property {string} pathNow empty: to be decided again
 * @property {boolean} findingPath
 */

export {};
