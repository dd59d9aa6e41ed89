// The one voice of the page. It starts only where somebody touched something, and
// whatever takes the page out of sight, or the screen away, silences it: a phone
// in a pocket must not go on asking.

/** @typedef {"waiting"|"playing"|"ended"|"failed"} Sound */

/** One element for all: a browser that lets it sound once, after a touch, lets it sound again. @type {HTMLAudioElement|null} */
let audio = null;

/** @type {{tell: (state: Sound) => void}|null} */
let now = null;

function element() {
  if (audio) return audio;
  audio = document.body.appendChild(document.createElement('audio'));
  audio.preload = 'auto';
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') stop(); });
  for (const gone of ['pagehide', 'blur']) window.addEventListener(gone, stop);
  return audio;
}

/**
 * Plays a recording from its beginning, in the place of what sounds now. To be
 * called in the touch itself: some browsers allow no sound later.
 * @param {string} address @param {(state: Sound) => void} tell nothing after ended or failed
 * @returns {() => void} ends it, where it still sounds
 */
export function play(address, tell) {
  stop();
  const sound = element();
  const mine = now = { tell };
  const say = (/** @type {Sound} */ state) => {
    if (now !== mine) return;
    if (state !== 'playing') now = null;
    tell(state);
  };
  sound.onplaying = () => say('playing');
  sound.onended = () => say('ended');
  sound.onerror = () => say('failed');
  sound.src = address;
  tell('waiting');
  sound.play().catch(() => say('failed'));
  return () => { if (now === mine) stop(); };
}

/** Silences whatever sounds: nothing is said of it any more but that it ended. */
export function stop() {
  const was = now;
  now = null;
  if (audio && was) {
    audio.pause();
    audio.removeAttribute('src');
    audio.load(); // lets go of the file: it may have been withdrawn
  }
  for (const video of document.querySelectorAll('video')) video.pause();
  was?.tell('ended');
}
