// Which languages this phone carries to hear: how much each is, before any of it
// is fetched, and how much of it is here.
import { html, useEffect, useState } from '../vendor/ui.js';
import { languageName, t } from '../text/messages.js';
import { carry, leave, voices } from '../sync/media.js';
import { Voices as View } from '../views/voices.js';
import { PICTURES } from './hear.js';

/** Bytes of a megabyte, as shops of telephones count them. */
const MB = 1_000_000;

/** How much it is, never nothing. @param {number} bytes */
const inMB = (bytes) => Math.max(0.1, bytes / MB).toFixed(1);

export function Voices({ app }) {
  const [rows, setRows] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(/** @type {any} */ (null)); // {code, here, of}
  const [told, setTold] = useState(/** @type {Record<string, any>} */ ({})); // by language: what did not come
  const [pictures, setPictures] = useState(false);
  const read = async () => {
    const [all, packs] = await Promise.all([voices(app), app.content.locales()]);
    setRows(all.map((v) => ({ ...v, mb: inMB(v.bytes), name: languageName(packs.find((p) => p.code === v.code)) })));
  };
  useEffect(() => {
    read();
    app.settings.get(PICTURES).then((on) => setPictures(Boolean(on)));
    return app.onChange((topic) => { if (topic === 'content') read(); });
  }, []);
  const work = (code, doing) => async () => {
    if (busy) return;
    setBusy({ code, here: 0, of: 0 });
    setTold((was) => ({ ...was, [code]: null }));
    try {
      const { failed = [] } = (await doing((here, of) => setBusy({ code, here, of }))) || {};
      if (failed.length) setTold((was) => ({ ...was, [code]: { failed } }));
    } catch (error) {
      setTold((was) => ({ ...was, [code]: { detail: app.asProblem(error).detail } }));
    }
    setBusy(null);
    await read();
  };
  const onPictures = async (on) => {
    await app.settings.put(PICTURES, on);
    setPictures(on);
  };
  const live = busy && busy.of ? t('hear.progress', { n: busy.here, of: busy.of }) : '';
  return rows && html`<${View} rows=${rows} busy=${busy} told=${told} live=${live} pictures=${pictures} onPictures=${onPictures}
    onCarry=${(code) => work(code, (tell) => carry(app, code, tell))()} onLeave=${(code) => work(code, () => leave(app, code))()} />`;
}
