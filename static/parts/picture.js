// Drawings for key ideas, of our own: thick lines of one colour, nobody's face,
// nothing that tells a bystander more than "work" or "papers". Which idea an item
// has is data (protocols/codebook/pictures.csv): by the item, by what an answer to it
// would mean, or by its module. An idea without a row has no drawing, nor has what
// was done to a body: the words alone say that.
import { html } from '../vendor/ui.js';

/** @type {Record<string, string>} on 48 by 48, drawn with a line */
const SHAPES = {
  work: 'M8 40l20-20M24 10l14 14M20 14l8-8 14 14-8 8z',
  money: 'M4 14h40v20H4zM24 18a6 6 0 1 0 0 12a6 6 0 1 0 0-12M10 24h.1M38 24h.1',
  papers: 'M12 5h17l8 8v30H12zM29 5v8h8M18 21h13M18 28h13M18 35h8',
  house: 'M6 24L24 8l18 16M11 20v21h26V20M20 41V29h8v12',
  road: 'M14 43L20 6M34 43L28 6M24 9v5M24 21v6M24 34v7',
  clock: 'M24 5a19 19 0 1 0 0 38a19 19 0 1 0 0-38M24 13v11l8 6',
  family: 'M14 8a5 5 0 1 0 0 10a5 5 0 1 0 0-10M34 8a5 5 0 1 0 0 10a5 5 0 1 0 0-10M24 22a4 4 0 1 0 0 8a4 4 0 1 0 0-8M5 40V29a9 9 0 0 1 12-6M43 40V29a9 9 0 0 0-12-6M16 42v-2a8 8 0 0 1 16 0v2',
  body: 'M24 5a6 6 0 1 0 0 12a6 6 0 1 0 0-12M13 43V27a7 7 0 0 1 7-6h8a7 7 0 0 1 7 6v16M24 27v10M19 32h10',
  warning: 'M24 6l20 36H4zM24 18v12M24 36h.1',
  phone: 'M15 4h18v40H15zM22 38h4',
  school: 'M4 12q10-4 20 2q10-6 20-2v26q-10-4-20 2q-10-6-20-2zM24 14v26',
};

/** The idea of an item, or undefined. @param {any} protocol @param {any} item @param {{code: string, picture: string}[]} rows */
export function ideaOf(protocol, item, rows) {
  const module = protocol.modules.find((m) => m.items.includes(item));
  const codes = [item.id, ...Object.values(item.meets || {}), module && module.id];
  const row = codes.map((code) => rows.find((r) => r.code === code)).find(Boolean);
  return row && row.picture;
}

/** @param {any} props */
export function Picture({ state, item }) {
  const shape = SHAPES[ideaOf(state.protocol, item, state.book.pictures || []) || ''];
  return shape && html`<svg class="picture" viewBox="0 0 48 48" aria-hidden="true" focusable="false"><path d=${shape} /></svg>`;
}
