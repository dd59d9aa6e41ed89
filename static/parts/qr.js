// Qr: a text as a code for another device's camera. It is always drawn dark on
// light, whatever the screen's colours are, with the quiet zone that cameras
// need. What it says must also stand beside it as text.
import { html } from '../vendor/ui.js';
import { qr } from '../vendor/qr.js';

// Light modules around the code (ISO/IEC 18004 wants four).
const QUIET = 4;

// qrPath is the dark modules as one path, each row's runs as bars.
export function qrPath(rows) {
  let path = '';
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      let n = 0;
      while (row[x + n]) n++;
      if (n) path += `M${x} ${y}h${n}v1h-${n}z`;
      x += n;
    }
  });
  return path;
}

export function Qr({ text, label }) {
  const rows = qr(text);
  const size = rows.length + 2 * QUIET;
  return html`<svg class="qr" role="img" aria-label=${label} viewBox=${[-QUIET, -QUIET, size, size].join(' ')} shape-rendering="crispEdges">
    <rect x=${-QUIET} y=${-QUIET} width=${size} height=${size} fill="#ffffff" /><path d=${qrPath(rows)} fill="#000000" /></svg>`;
}
