// The control that hides everything, on every screen of a conversation: two taps
// blank the screen and lock; held for three seconds it also destroys what is
// open. One tap, a slip of the thumb or a short hold does nothing. It says little,
// for the person and a bystander see it too.
import { html, useEffect, useRef, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';

/** How long it is held, in ms: longer than any press by mistake, shorter than an argument. */
export const HOLD_MS = 3_000;
/** A press up to this long is a tap, in ms; a longer one that was let go means nothing. */
const TAP_MS = 700;
/** The second tap comes within this, in ms. */
export const TWICE_MS = 2_000;

const KEYS = ['Enter', ' '];

/** @param {{onHide: () => void, onHold: () => void, clock: import("../app/guard.js").Clock}} props */
export function Hide({ onHide, onHold, clock }) {
  const [armed, setArmed] = useState(false);
  const [holding, setHolding] = useState(false);
  const press = useRef(/** @type {{at: number, end: () => void}|null} */ (null));
  const tapped = useRef(/** @type {{at: number, end: () => void}|null} */ (null));
  const byHand = useRef(false); // the click that follows a press was counted with it

  const letGo = () => {
    press.current?.end();
    press.current = null;
    setHolding(false);
  };
  const forget = () => {
    tapped.current?.end();
    tapped.current = null;
    setArmed(false);
  };
  useEffect(() => () => { press.current?.end(); tapped.current?.end(); }, []);

  const tap = () => {
    const now = clock.now();
    const twice = tapped.current && now - tapped.current.at <= TWICE_MS && now >= tapped.current.at;
    forget();
    if (twice) return onHide();
    tapped.current = { at: now, end: clock.after(TWICE_MS, forget) };
    setArmed(true);
  };
  const down = () => {
    if (press.current) return;
    setHolding(true);
    press.current = { at: clock.now(), end: clock.after(HOLD_MS, () => { letGo(); forget(); onHold(); }) };
  };
  const up = () => {
    if (!press.current) return;
    const short = clock.now() - press.current.at <= TAP_MS;
    letGo();
    if (short) tap();
    else forget();
  };

  const keyDown = (e) => {
    if (!KEYS.includes(e.key)) return;
    e.preventDefault();
    if (!e.repeat) down();
  };
  const keyUp = (e) => {
    if (!KEYS.includes(e.key)) return;
    e.preventDefault();
    up();
  };
  const pointerDown = (e) => {
    if (e.button !== 0 || !e.isPrimary) return;
    byHand.current = true;
    down();
  };
  // What a screen reader activates comes as a click alone.
  const click = () => {
    if (byHand.current) byHand.current = false;
    else tap();
  };
  const says = holding ? '' : armed ? t('hide.again') : '';
  return html`<div class="hide">
    <button type="button" data-act="hide" class=${(holding ? 'holding' : '') + (armed ? ' armed' : '')} aria-label=${t('hide.name')} aria-describedby="hide-how"
      onPointerDown=${pointerDown} onPointerUp=${up} onPointerCancel=${letGo} onPointerLeave=${letGo} onClick=${click} onContextMenu=${(e) => e.preventDefault()}
      onKeyDown=${keyDown} onKeyUp=${keyUp} onBlur=${letGo}><span class="fill" aria-hidden="true"></span><span class="sign" aria-hidden="true"></span></button>
    <span id="hide-how" hidden>${t('hide.how')}</span>
    <span class=${says ? 'says' : 'hidden'} role="status">${says}</span></div>`;
}
