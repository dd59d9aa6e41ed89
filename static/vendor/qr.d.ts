// Types of vendor/qr.js (uqr): the modules of a QR code, row by row, true for
// dark, without the quiet zone. Error correction M. Throws where text is too long.
export function qr(text: string): boolean[][];
