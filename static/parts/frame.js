// The inside of every screen: a way back, one heading that takes the focus when
// the screen changes, a dock with what comes next under the thumb, and a live
// region that says what was saved or sent.
import { html, useEffect, useRef } from '../vendor/ui.js';
import { t } from '../text/messages.js';

// Heading takes the focus whenever `focusKey` changes, so that a screen reader
// starts at the new screen and the keyboard does not stay on a button that is gone.
export function Heading({ children, focusKey, class: cls, lang }) {
  const ref = useRef(/** @type {any} */ (null));
  useEffect(() => {
    if (ref.current) ref.current.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [focusKey]);
  return html`<h1 ref=${ref} tabindex="-1" class=${cls} lang=${lang}>${children}</h1>`;
}

// Frame: `title` null means that the screen brings its own Heading.
export function Frame({ title, focusKey, back, onBack, push, nav, wide, dock, live, children }) {
  return html`<div class=${'frame' + (wide ? ' wide' : '') + (dock ? ' docked' : '')}>
    <header class="top">
      ${onBack ? html`<button type="button" class="plain" data-act="back" onClick=${onBack}><span aria-hidden="true">←</span> ${back || t('app.back')}</button>`
        : html`<span class="name">${t('app.name')}</span>`}
      ${push && html`<div class="push row">${push}</div>`}
    </header>
    ${nav}
    <main>
      ${title != null && html`<${Heading} focusKey=${focusKey || title}>${title}</${Heading}>`}
      ${children}
      ${dock && html`<div class=${'dock' + (wide ? ' narrow' : '')} role="group" aria-label=${t('app.next_steps')}><div class="row">${dock}</div></div>`}
    </main>
    <p class="hidden" role="status" aria-live="polite">${live || ''}</p>
  </div>`;
}
