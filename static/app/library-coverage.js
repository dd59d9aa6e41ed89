// What a protocol can find: for each indicator of the codebook the items that can
// meet it, by form of exploitation, by dimension and by offence. What no item
// meets stands there too, and says so. Pure.
import { t } from '../text/messages.js';
import { dimensionText, kindText } from '../parts/condition-words.js';

/** @param {any} protocol @param {any} book @param {any} w */
export function coverageOf(protocol, book, w) {
  const meets = meetsOf(protocol, w);
  const all = (book && book.indicators) || [];
  const line = (row) => ({ code: row.code, text: w.label('indicators', row.code), kind: kindText(row.dimension, row.strength), items: meets.get(row.code) || [] });
  const group = (code, title, rows) => {
    const indicators = rows.map(line);
    return { code, title, indicators, met: indicators.filter((i) => i.items.length > 0).length };
  };
  const grouped = (field, title) => distinct(all.map((row) => row[field] || '')).map((code) => group(code, title(code), all.filter((row) => (row[field] || '') === code)));
  const forms = grouped('form_hint', (code) => t('form.' + (code || 'none')));
  return {
    form: [...forms.filter((g) => g.code), ...forms.filter((g) => !g.code)],
    dimension: grouped('dimension', dimensionText),
    offence: protocol.rules.offences.map((o) => group(o.code, w.label('offences', o.code), all.filter((row) => supports(o, row.code)))),
  };
}

/** The items that can meet each indicator, with the answer that does. @returns {Map<string, any[]>} */
function meetsOf(protocol, w) {
  const meets = new Map();
  for (const module of protocol.modules) {
    for (const item of module.items) {
      for (const [answer, code] of Object.entries(item.meets || {})) {
        meets.set(code, [...(meets.get(code) || []), { id: item.id + answer, ...w.item(item.id), answer: w.answer(item.id, answer) }]);
      }
    }
  }
  return meets;
}

/** @param {string[]} codes */
const distinct = (codes) => [...new Set(codes)];

function supports(offence, code) {
  return (offence.elements || []).some((e) => (e.indicators || []).includes(code));
}
