// What the screens hear with: which recordings this phone carries of the texts
// that they show, and what is kept of those that were played. It comes behind the
// first load; until it is there every screen works without a sound.
import { html } from '../vendor/ui.js';
import { itemMessage } from '../text/messages.js';
import { Ear, Eared } from '../parts/ear.js';
import { stop } from '../parts/player.js';
import { Picture } from '../parts/picture.js';
import { addressOf, makeMedia } from '../store/media.js';
import { finishPerson } from './capture-seal.js';
import { append } from './capture-store.js';

export { follow } from '../sync/media.js';
export { Voices } from './hear-voices.js';

/** Setting: whether drawings stand beside the questions in a language without recordings too. */
export const PICTURES = 'pictures';

/**
 * What can be heard on this phone now. A recording belongs to a text by its hash:
 * one that says other words, in another language or as they were before, is none.
 * @param {any} app
 */
export async function earsOf(app) {
  const media = makeMedia(app);
  const [sums, have, codes, pictures] = await Promise.all([media.sums(), media.here(), media.carried(), app.settings.get(PICTURES)]);
  const lists = new Map(await Promise.all(codes.map(async (code) => /** @type {const} */ ([code, await media.list(sums.get(code))]))));
  return {
    pictures: Boolean(pictures),
    /** Whether anything can be heard in a language. @param {string} locale */
    any: (locale) => Boolean(lists.get(locale)),
    /** @param {string} locale of the text as it stands there @param {string[]} ids that it may have @param {string} text */
    async of(locale, ids, text) {
      const files = lists.get(locale);
      const hash = await app.textHash(text);
      const id = files && ids.find((one) => files[one]?.text_hash === hash && have.has(files[one].sha256));
      return { hash, recording: id ? { ...files[id], address: addressOf(files[id].sha256) } : null };
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof earsOf>>} Ears */

/** What was played of a text, until it stands in the draft: by draft, item and text. @type {Map<string, {audio_sha256?: string}>} */
const heard = new Map();

/**
 * What an item's screen needs of it.
 * @param {any} app
 * @returns {Promise<(on: any) => any>} on: {state, draft, setDraft, item, face, auto?, onTap?}; what it gives joins the
 *   face: slot (beside the question), ear (round an answer), heard (for the record) and hush
 */
export async function listen(app) {
  const ears = await earsOf(app);
  return (on) => (on.item.kind === 'observation' ? {} : forItem(app, ears, on));
}

function forItem(app, ears, { state, draft, setDraft, item, face, auto, onTap }) {
  const { asked, person } = face;
  const key = JSON.stringify([draft.id, item.id, asked.locale, asked.text]);
  const played = heard.get(key) || {};
  heard.set(key, played);
  const id = itemMessage(item.id, item.words);
  const base = { ears, pack: person };
  // What was played before a reload, of this very text.
  const onFound = ({ hash }) => {
    const was = draft.shown.find((s) => s.item === item.id && s.text_hash === hash && s.audio_sha256);
    if (was && !played.audio_sha256) played.audio_sha256 = was.audio_sha256;
  };
  // On the disk at once: it was played, whatever becomes of the answer.
  const onPlaying = async (sha256) => {
    if (played.audio_sha256 === sha256) return;
    played.audio_sha256 = sha256;
    const next = await append(app, draft, { do: 'shown', item: item.id, locale: asked.locale, status: asked.status, text_hash: await app.textHash(asked.text), ...played });
    setDraft(next.fields.record ? await finishPerson(app, state, next) : next);
  };
  const draws = ears.pictures || ears.any(asked.locale);
  return {
    heard: played, hush: stop,
    slot: html`<div key=${'slot' + key} class="hearing">${draws && html`<${Picture} state=${state} item=${item} />`}
      <${Ear} ...${base} big auto=${auto} ids=${[id, id + '.child']} said=${asked} onFound=${onFound} onPlaying=${onPlaying} onTap=${onTap} /></div>`,
    ear: (o, button) => html`<${Eared} key=${o.code} ...${base} ids=${['answer.' + o.code, 'option.' + item.id + '.' + o.code]} said=${{ text: o.text, locale: o.locale || '' }}>${button}</${Eared}>`,
  };
}
