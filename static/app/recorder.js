// The state of a recorder on a screen. What hears and encodes is fetched when
// somebody records for the first time: most phones never do.
import { useEffect, useRef, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';

/** The most of a finished file, in bytes, by its type; package locales has the same. */
const MOST = { 'audio/mpeg': 2 ** 20, 'audio/mp4': 2 ** 20, 'video/mp4': 2 ** 22 };

/** What browsers call a file of these types. */
const SAME = { 'audio/mp3': 'audio/mpeg', 'audio/x-m4a': 'audio/mp4', 'audio/m4a': 'audio/mp4', 'audio/aac': 'audio/mp4' };

/** The kinds of who interprets whom an agency may list, and whose voice may be recorded. @param {any} book */
export const listed = (book) => (book.interpreters || []).filter((r) => r.listed === 'yes');

const sound = async () => {
  const [record, measure, encode] = await Promise.all([import('../sound/record.js'), import('../sound/measure.js'), import('../sound/encode.js')]);
  return { ...record, ...measure, ...encode };
};

/** What went wrong, in words. @param {any} error */
function wordsOf(error) {
  const known = { NotAllowedError: 'refused', NotFoundError: 'none', EncodingError: 'no_sound', type: 'no_sound', size: 'too_large' };
  return t('record.' + (known[error.name] || 'failed'));
}

/** @param {string} name */
const refusal = (name) => Object.assign(new Error(name), { name });

const IDLE = { at: 'idle', level: 0, seconds: 0, take: null, failure: '' };

/** A take as it is shown and sent. @param {Uint8Array<ArrayBuffer>} bytes @param {string} type @param {any} measured @param {string[]} unfit */
function takeOf(bytes, type, measured, unfit) {
  return {
    bytes, type, size: bytes.length, url: URL.createObjectURL(new Blob([bytes], { type })), seconds: measured && measured.seconds,
    flaws: measured ? measured.flaws : [], fit: !measured || !measured.flaws.some((f) => unfit.includes(f)),
  };
}

/**
 * A recorder: its state, and what its buttons do. It is the props of
 * parts/recorder.js but for onUse, and forgets its take when key changes.
 * @param {string} key of the text that is read
 */
export function useRecorder(key) {
  const [state, setState] = useState(/** @type {any} */ (IDLE));
  const now = useRef(/** @type {any} */ (null)); // the microphone, while it is open
  const turn = useRef(0); // what was begun before the text changed comes to nothing
  const clear = () => {
    turn.current++;
    now.current?.cancel();
    now.current = null;
    setState((s) => {
      if (s.take) URL.revokeObjectURL(s.take.url);
      return IDLE;
    });
  };
  useEffect(() => clear, [key]);
  const attempt = async (work) => {
    const mine = turn.current;
    try {
      await work(() => mine === turn.current);
    } catch (error) {
      if (mine === turn.current) setState({ ...IDLE, failure: wordsOf(error) });
    }
  };
  const finish = () => attempt(async (current) => {
    if (!now.current) return;
    const listening = now.current;
    now.current = null;
    setState({ ...IDLE, at: 'working' });
    const s = await sound();
    const samples = await listening.stop();
    const measured = s.measure(samples, s.RATE);
    const bytes = s.encode(samples.subarray(measured.from, measured.to));
    if (current()) setState({ ...IDLE, at: 'take', take: takeOf(bytes, s.MP3, measured, s.UNFIT) });
  });
  const start = () => attempt(async (current) => {
    setState({ ...IDLE, at: 'asking' });
    const s = await sound();
    const listening = await s.listen((level, seconds) => setState((old) => (old.at === 'recording' ? { ...old, level, seconds } : old)), () => void finish());
    if (!current()) return listening.cancel();
    now.current = listening;
    setState({ ...IDLE, at: 'recording' });
  });
  const file = (chosen) => attempt(async (current) => {
    const type = SAME[chosen.type] || chosen.type;
    if (!MOST[type]) throw refusal('type');
    if (chosen.size > MOST[type]) throw refusal('size');
    setState({ ...IDLE, at: 'working' });
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    const s = await sound();
    // The hands of a sign language make no sound; decoding takes the bytes away, so it gets a copy.
    const measured = type === 'video/mp4' ? null : s.measure(await s.samplesOf(bytes.slice().buffer), s.RATE);
    if (current()) setState({ ...IDLE, at: 'take', take: takeOf(bytes, type, measured, s.UNFIT) });
  });
  return { ...state, onStart: start, onStop: finish, onAgain: clear, onFile: file };
}
