// What stands in the code of an enrolment.

/** The text of the QR code: form, code, the server's fingerprint, the reviewers' or none. */
const QR = /^UMBRAL:1:([^\s:]{8,64}):([0-9a-f]{64}):([0-9a-f]{64}|-)$/;

/** Longest code, in characters, that a server may set. */
const LONGEST_CODE = 64;

/**
 * Reads what was typed, pasted or scanned. A typed code goes to the server as it
 * is: there look-alikes and small letters are read as people mean them.
 * @param {string} text
 * @returns {{code: string, prints: import("../sync/trust.js").Pins|null}|null} prints: only the QR code has them; null: no code
 */
export function readCode(text) {
  const typed = text.trim();
  const [, code, server, reviewers] = QR.exec(typed) ?? [];
  if (code) return { code, prints: { server, reviewers: reviewers === "-" ? null : reviewers } };
  if (!typed || typed.length > LONGEST_CODE || /^umbral:/i.test(typed)) return null;
  return { code: typed, prints: null };
}
