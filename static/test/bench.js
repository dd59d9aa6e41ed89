// What a visit of many costs on a real phone's path: persons are begun, answered,
// finished and sealed one by one, and timed beside those of a small visit. Run by
// `make bench`; times are no test.
import { html, render } from '../vendor/ui.js';
import { finishPerson } from '../app/capture-seal.js';
import { loadState } from '../app/capture-state.js';
import { append, sealDraft, unpacked } from '../app/capture-store.js';
import { EncounterScreen } from '../app/capture-visit.js';
import * as outbox from '../store/outbox.js';
import { beginPerson, beginVisit, realApp } from './capture.fixture.js';
import { newVault } from './fixture.js';
import { apart } from './harness.js';
import { draw } from './views.draw.js';

/** How many of its persons the list shows at once, see capture-visit.js. */
const LISTED = 30;

/** How many persons are timed in each. */
const TIMED = 5;

/** Taps of each of them. */
const TAPS = 6;

const median = (/** @type {number[]} */ all) => [...all].sort((a, b) => a - b)[all.length >> 1];

/**
 * A visit of so many persons, and after it a new one of a few: there the page, the
 * database and the machine are as warm and as full, and only the visit is small.
 * @param {number} persons
 * @returns {Promise<Record<string, {few: number, many: number}>>} medians in ms: of the persons of the small visit, and of the last of the large one
 */
export function visitOf(persons) {
  return apart('bench', async () => {
    await newVault();
    const { app, sha256 } = await realApp();
    app.go = app.replace = () => undefined;
    let visit = await beginVisit(app, sha256);
    /** @type {Record<string, number[][]>} */
    const times = {};
    for (let all = 1; all <= persons + TIMED; all++) {
      const isSmall = all > persons;
      const n = isSmall ? all - persons : all;
      if (isSmall && n === 1) {
        const listed = unpacked(await app.drafts.get(visit.id)).fields.persons.length;
        if (listed !== persons) throw new Error(`${listed} listed of ${persons}`);
        await app.drafts.remove(visit.id);
        visit = await beginVisit(app, sha256);
      }
      const end = isSmall ? 0 : n > persons - TIMED ? 1 : null;
      /** @template T @param {string} what @param {() => Promise<T>} work @returns {Promise<T>} */
      const timed = async (what, work) => {
        const from = performance.now();
        const result = await work();
        if (end !== null) ((times[what] ??= [[], []])[end]).push(performance.now() - from);
        return result;
      };
      const begun = await timed('next person', () => beginPerson(app, visit, n));
      visit = begun.visit;
      let draft = await append(app, begun.person, { do: 'answer', item: 'con_talk', value: 'yes' });
      for (let i = 0; i < TAPS; i++) draft = await timed('tap', () => append(app, draft, { do: 'answer', item: 'core_debt', value: i % 2 ? 'yes' : 'no' }));
      if (end !== null) {
        const stage = await timed('list', async () => {
          const drawn = await draw(html`<${EncounterScreen} key=${n} app=${app} />`);
          while (drawn.querySelectorAll('li').length < Math.min(n, LISTED)) await new Promise((resolve) => { setTimeout(resolve, 1); });
          return drawn;
        });
        render(null, stage); // a screen that nobody sees must not read along
      }
      const finished = await timed('end', async () => finishPerson(app, await loadState(app), draft));
      await timed('seal', () => sealDraft(app, finished));
    }
    const waiting = (await outbox.all()).length;
    if (waiting !== persons + TIMED) throw new Error(`${waiting} sealed of ${persons + TIMED}`);
    document.getElementById('stage')?.remove();
    return Object.fromEntries(Object.entries(times).map(([what, [few, many]]) => [what, { few: median(few), many: median(many) }]));
  });
}
