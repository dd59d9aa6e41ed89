// Print: a fingerprint in groups, as two persons compare it over two screens.
import { html } from '../vendor/ui.js';

export function Print({ label, groups, none }) {
  return html`<div class="stack tight" data-print><h2>${label}</h2>
    ${groups.length ? html`<p class="print">${groups.map((g, i) => html`<span key=${i}>${g}</span> `)}</p>` : html`<p>${none}</p>`}</div>`;
}
