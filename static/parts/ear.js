// What can be heard of a text: a button, or the video of a sign language, where
// this phone carries a recording that says exactly what stands there. Where there
// is none there is nothing, not even a gap.
import { html, useEffect, useState } from '../vendor/ui.js';
import { message, SOURCE } from '../text/messages.js';
import { play } from './player.js';

/** A word for the person: of their pack, else of the page in their language, else Spanish. */
export function personWord(id, pack, instead = id) {
  const theirs = pack && (pack.messages || {})[id];
  const own = message(instead, undefined, pack ? pack.code : SOURCE);
  return theirs ? { text: theirs.text, locale: pack.code } : own;
}

// A speaker, and beside it waves, or the two bars that stand for a pause.
const SPEAKER = 'M4 15h7l9-8v26l-9-8h-7z';
const WAVES = 'M25 13a9 9 0 0 1 0 14M29 8a15 15 0 0 1 0 24';
const BARS = 'M26 13v14M32 13v14';

const Speaker = ({ on }) => html`<svg class="speaker" viewBox="0 0 40 40" aria-hidden="true" focusable="false"><path d=${SPEAKER} /><path class="line" d=${on ? BARS : WAVES} /></svg>`;

/** What the button does now, as the id of a word. */
const doing = (state) => (state === 'waiting' || state === 'playing' ? 'chrome.quiet' : state === 'ended' ? 'chrome.again' : 'chrome.listen');

/**
 * The recording of a text, once it is known; null: there is none here.
 * @param {any} ears see app/hear.js @param {string[]} ids of the message, the likely first @param {{text: string, locale: string}} said @param {(found: any) => void} [onFound]
 */
function useRecording(ears, ids, said, onFound) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let here = true;
    setFound(null);
    ears.of(said.locale, ids, said.text).then((one) => {
      if (!here) return;
      if (onFound) onFound(one);
      setFound(one.recording);
    });
    return () => { here = false; };
  }, [ears, said.locale, said.text, ids[0]]);
  return found;
}

/**
 * @param {any} props said: {text, locale} as it stands on the screen; big: of the question, with its word;
 *   auto: it sounds by itself when it appears; onPlaying: with the SHA-256, when it really sounds; onTap
 */
export function Ear({ ears, ids, said, pack, big, auto, onFound, onPlaying, onTap }) {
  const recording = useRecording(ears, ids, said, onFound);
  const [state, setState] = useState('');
  const [end, setEnd] = useState(/** @type {any} */ (null));
  const address = recording && recording.address;
  const tell = (next) => {
    setState(next);
    if (next === 'playing' && onPlaying) onPlaying(recording.sha256);
  };
  const start = () => setEnd(() => play(address, tell));
  useEffect(() => { if (address && auto) start(); }, [address]);
  useEffect(() => end || undefined, [end]); // what replaces it, or takes it away, silences it
  if (!recording) return null;
  if (recording.type.startsWith('video/')) {
    return html`<video class=${big ? 'sign-video' : 'sign-video small'} src=${address} controls playsinline preload="metadata" aria-label=${said.text} lang=${said.locale}
      onPlaying=${() => tell('playing')} />`;
  }
  const on = state === 'waiting' || state === 'playing';
  const word = personWord(doing(state), pack);
  const tap = () => {
    if (onTap) onTap();
    if (on) end();
    else start();
  };
  const failed = state === 'failed' && html`<span class="small" role="alert" lang=${personWord('hear.failed', null).locale}>${personWord('hear.failed', null).text}</span>`;
  return big
    ? html`<button type="button" class="ear big" data-act="hear" aria-pressed=${on ? 'true' : 'false'} onClick=${tap}><${Speaker} on=${on} /> <span lang=${word.locale}>${word.text}</span></button>${failed}`
    : html`<button type="button" class="ear" data-hear=${ids[0]} aria-pressed=${on ? 'true' : 'false'} aria-label=${word.text + ': ' + said.text} lang=${said.locale} onClick=${tap}><${Speaker} on=${on} /></button>${failed}`;
}

/** A button with the ear that says its words, where there is a recording. */
export function Eared({ children, ...props }) {
  return html`<div class="eared">${children}<${Ear} ...${props} /></div>`;
}
