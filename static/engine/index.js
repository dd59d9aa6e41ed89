/** What the rest of the page may use of the engine. */
export { evaluate } from "./evaluate.js";
export { applicable, isMissing, isPersonField, next, pathOf, wordsOf } from "./next.js";
export { answerAllowed, validate } from "./answer.js";
export { fill, text } from "./text.js";
