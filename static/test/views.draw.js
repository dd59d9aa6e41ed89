// Draws a screen for a test, and says whether it is sound: axe-core finds
// nothing, nothing is wider than the window, every target is large enough.
import { render } from '../vendor/ui.js';
import { equal, ok } from './harness.js';

/** axe-core puts itself on the window; a string, so that the type checker leaves it alone. @type {string} */
const AXE = './axe.min.js';

/** Least height of what a finger hits, in px: 48 less the rounding of half a pixel. */
const TARGET = 47.5;

/** Draws a screen with the real styles. @param {unknown} screen @returns {Promise<HTMLElement>} */
export async function draw(screen) {
  if (!document.querySelector('link[rel=stylesheet]')) {
    for (const href of ['/styles/main.css', '/styles/later.css']) {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
      const loaded = new Promise((resolve) => { link.onload = resolve; });
      document.head.append(link);
      await loaded;
    }
  }
  document.getElementById('stage')?.remove();
  const stage = Object.assign(document.createElement('div'), { id: 'stage' });
  document.body.append(stage);
  render(screen, stage);
  await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
  return stage;
}

/** @param {HTMLElement} stage @param {string} selector @returns {any} */
export const find = (stage, selector) => {
  const found = stage.querySelector(selector);
  if (!found) throw new Error('nothing is ' + selector);
  return found;
};

/** @param {HTMLElement} stage @param {string} [focused] what has the focus */
export async function sound(stage, focused = 'h1') {
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  await import(AXE);
  const { violations } = await /** @type {any} */ (globalThis).axe.run(stage, { runOnly: rules });
  equal(violations.map((/** @type {any} */ v) => v.id + ': ' + v.nodes[0].html), []);
  ok(document.documentElement.scrollWidth <= innerWidth, 'wider than the window');
  const small = [...stage.querySelectorAll('button, a, select, summary, label.pick')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < TARGET);
  equal(small.map((e) => e.outerHTML.slice(0, 120)), [], 'too small for a finger');
  equal(stage.querySelectorAll('h1').length, 1, 'one heading');
  ok(document.activeElement?.matches(focused), 'the focus is on ' + document.activeElement?.outerHTML.slice(0, 80));
}

/** Waits until something holds. @param {() => unknown} so @param {string} what */
export async function until(so, what) {
  for (let i = 0; i < 400; i++) {
    if (so()) return;
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
  throw new Error(what + ' did not come about: ' + document.getElementById('stage')?.innerText.slice(0, 400));
}
