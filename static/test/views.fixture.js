// A protocol with one item of each type, and a codebook that has its codes:
// small enough to read, whole enough for the engine.
const yes = (item) => ({ item, is: ['yes'] });

/** @returns {any} */
export function protocol() {
  return {
    id: 'small', version: 1, title: 'Pequeña', depth: 'full', settings: ['agriculture'], roles: ['labour_inspector'],
    modules: [
      { id: 'place', title: 'El lugar', items: [{ id: 'obs_gate', kind: 'observation', scope: 'encounter', type: 'yes_no', text: '¿Hay una reja cerrada?' }] },
      { id: 'opening', title: 'Antes', items: [
        { id: 'open_who', kind: 'statement', type: 'none', text: 'Trabajo en una institución.' },
        { id: 'con_talk', kind: 'consent', type: 'yes_no', field: 'consent.talk', text: '¿Quiere platicar?', ends_on: ['no', 'declined'] },
      ] },
      { id: 'person', title: 'La persona', items: [
        { id: 'reg_age', kind: 'registration', type: 'age', list: 'age_groups', field: 'age', text: '¿Cuántos años tiene?' },
        { id: 'reg_nation', kind: 'registration', type: 'choice', list: 'countries', field: 'nationality', text: '¿De qué país es?' },
        { id: 'reg_indigenous', kind: 'registration', type: 'yes_no', field: 'groups.indigenous', text: '¿Pertenece a un pueblo?' },
      ] },
      { id: 'core', title: 'Trabajo', items: [
        { id: 'core_debt', kind: 'question', type: 'yes_no', core: true, text: '¿Debe más de {{.wage}} pesos?', child_text: '¿Debes dinero?', meets: { yes: 'coe_debt' },
          note: { asks: 'Si debe.', not: 'Cuánto.', threshold: 'Más de {{.wage}}.' }, law: ['LFT 110'] },
        { id: 'nee_fear', kind: 'question', type: 'yes_no', text: '¿Teme algo hoy?', meets: { yes: 'dan_fear' } },
        { id: 'nee_list', kind: 'question', type: 'multi', field: 'needs', list: 'needs', text: '¿Qué necesita?', ask_if: yes('core_debt') },
      ] },
    ],
    rules: {
      indicators: [{ code: 'coe_debt', dimension: 'coercion_destination', strength: 'strong' }, { code: 'dan_fear', dimension: 'danger', strength: 'danger' }],
      child_path: { any: [{ age_below: 18 }, { age_known: false }] }, child_words: { any: [{ age_below: 18 }, { age_known: false }] },
      levels: [
        { id: 'p', level: 'possible_victim', when: { count: { codes: ['coe_debt'], min: 1 } }, text: 'Hay una deuda.', source: '' },
        { id: 'i', level: 'inconclusive', when: { core_missing: true }, text: 'Faltan respuestas.', source: '' },
        { id: 'n', level: 'none_found', when: {}, text: 'Nada hoy.', source: '' },
      ],
      offences: [{ code: 'art12', verified: true, when: { count: { codes: ['coe_debt'], min: 1 } }, elements: [{ code: 'debt', text: 'Una deuda.', indicators: ['coe_debt'] }, { code: 'value', text: 'Sin valor justo.' }] }],
      actions: [
        { code: 'call_911', kind: 'do', to: 'emergency', by: 'now', text: 'Llame al 911.', when: { count: { codes: ['dan_fear'], min: 1 } }, law: ['CNPP 132'] },
        { code: 'report', kind: 'do', to: 'prosecutor', by: 'PT24H', text: 'Dé aviso.', when: { level_is: ['possible_victim'] } },
        { code: 'no_promise', kind: 'never', text: 'No prometa nada.', when: {} },
      ],
    },
    figures: [{ code: 'wage', unit: 'pesos', values: [{ year: 2025, value: '278.80', source: 'a', verified: true }, { year: 2026, value: '315.04', source: 'b', verified: false }] }],
  };
}

const row = (/** @type {string} */ code, /** @type {string} */ es, more = {}) => ({ code, es, en: es + ' (en)', ...more });

/** @returns {any} */
export function book() {
  return {
    levels: [row('possible_victim', 'Posible víctima'), row('inconclusive', 'No concluyente'), row('none_found', 'Sin indicios hoy')],
    indicators: [row('coe_debt', 'Deuda', { dimension: 'coercion_destination' }), row('dan_fear', 'Teme hoy', { dimension: 'danger' })],
    offences: [row('art12', 'Servidumbre')], groups: [row('indigenous', 'Indígena'), row('older', 'Mayor')], needs: [row('medical', 'Atención médica'), row('shelter', 'Refugio')],
    age_groups: [row('0_12', '0 a 12'), row('13_17', '13 a 17'), row('18_29', '18 a 29')], sexes: [row('female', 'Mujer')], countries: [row('MEX', 'México'), row('GTM', 'Guatemala')],
    states: [row('12', 'Guerrero'), row('20', 'Oaxaca')], settings: [row('agriculture', 'Campo')], missing: [row('unknown', 'No sabe'), row('declined', 'No quiso'), row('no_information', 'Sin información')],
    ended: [row('completed', 'Completa'), row('stopped_by_person', 'Quiso parar'), row('interrupted', 'Interrumpida')], modes: [row('live', 'Real'), row('training', 'Práctica'), row('paper', 'Papel')],
    interpreters: [row('none_needed', 'No hizo falta'), row('needed_not_available', 'Faltó'), row('relative', 'Familiar', { conflict_es: 'Puede callar.', conflict_en: 'May stay silent.' })], relations: [row('child_of', 'Hija o hijo')], services: [row('emergency', 'Emergencias')], raise_reasons: [row('fear_seen', 'Mostró miedo')],
    review_reasons: [row('training_or_test', 'Práctica', { for: 'dismiss|discard' }), row('new_information', 'Nueva', { for: 'raise|lower' })], addendum_kinds: [row('new_fact', 'Hecho nuevo')],
    roles: [row('labour_inspector', 'Inspección')], subject_kinds: [row('direct', 'La persona')], languages: [{ code: 'mxv', grouping: 'mixteco', variant: 'mixteco de Guerrero del este medio', autonym: 'tu’un savi', states: '12' }, { grouping: 'mixteco', variant: 'mixteco de otro lugar', autonym: 'tu’un' }],
  };
}

/** A directory with a number of each kind of certainty. */
export const directory = () => ({ services: [
  { id: 'a', kind: 'prosecutor', name: 'Fiscalía', status: 'unverified', for: { es: 'Avisos', en: 'Reports' }, note: { es: 'Sin número.', en: 'No number.' } },
  { id: 'b', kind: 'emergency', name: 'Emergencias', phone: '911', hours: { es: '24 horas', en: '24 hours' }, status: 'verified', verified_on: '2025-09-23', for: { es: 'Peligro', en: 'Danger' }, note: { es: '', en: '' } },
  { id: 'c', kind: 'emergency', name: 'Otra', phone: '55 5209 8800', status: 'dated', verified_on: '', states: ['09'], for: { es: 'x', en: 'x' }, note: { es: '', en: '' } },
] });

const author = { user: 'u-1', role: 'labour_inspector', agency: 'a-1' };

/** An encounter in hand. @param {object} [fields] @returns {any} */
export function visit(fields = {}) {
  return { id: '01920000-0000-7000-8000-00000000000e', kind: 'encounter', encounter: null, startedAt: '2026-11-23T09:00:00.000-06:00', shown: [],
    answers: [{ item: 'obs_gate', value: 'yes', at: '2026-11-23T09:01:00.000-06:00' }],
    fields: { author, setting: 'agriculture', state: '12', municipality: '', mode: 'live', protocol: { id: 'small', version: 1, sha256: 'f'.repeat(64) }, persons: [], ...fields } };
}

/** A screening in hand with answers {item: value}. @param {Record<string, string>} answers @param {object} [fields] @returns {any} */
export function screening(answers = {}, fields = {}) {
  return { id: '01920000-0000-7000-8000-000000000001', kind: 'screening', encounter: visit().id, startedAt: '2026-11-23T09:05:00.000-06:00', shown: [],
    answers: Object.entries(answers).map(([item, value]) => ({ item, value, at: '2026-11-23T09:06:00.000-06:00' })),
    fields: { author, number: 1, language: 'es-MX', pack: null, interpreter: 'none_needed', linked: [], person: {}, ...fields } };
}
