// Enrol: makes this phone known to the server with a code, once, with a network.
import { html, useEffect, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field } from '../parts/fields.js';

// Longest name of a device that the server keeps, in letters.
const LONGEST_NAME = 60;

// video gets the element that shows the camera; scanned is what it read.
export function Enrol({ busy, error, canScan, scanning, scanned, video, onScan, onStopScan, onSubmit, onSignOut }) {
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  useEffect(() => { if (scanned) setCode(scanned); }, [scanned]);
  const submit = (e) => { e.preventDefault(); if (name.trim() && code.trim()) onSubmit({ name: name.trim(), code: code.trim() }); };
  return html`<${Frame} title=${t('enrol.title')} back=${t('home.sign_out')} onBack=${onSignOut} live=${scanned && t('enrol.scanned')}>
    <p>${t('enrol.how')}</p>
    <form class="stack" onSubmit=${submit}>
      <${Field} label=${t('enrol.name')} hint=${t('enrol.name_hint')}><input name="device" autocomplete="off" required maxlength=${LONGEST_NAME} value=${name} onInput=${(e) => setName(e.currentTarget.value)} /></${Field}>
      <${Field} label=${t('enrol.code')} hint=${t('enrol.code_hint')}><input name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck=${false} required value=${code} onInput=${(e) => setCode(e.currentTarget.value)} /></${Field}>
      ${canScan && !scanning && html`<button type="button" class="wide" data-act="scan" disabled=${busy} onClick=${onScan}>${t('enrol.scan')}</button>`}
      ${scanning && html`<div class="stack tight"><p>${t('enrol.scan_how')}</p>
        <video class="camera" ref=${video} muted playsinline aria-label=${t('enrol.scan_how')}></video>
        <button type="button" class="wide" data-act="scan-stop" onClick=${onStopScan}>${t('enrol.scan_stop')}</button></div>`}
      ${scanned && code === scanned && html`<${Notice} work><p>${t('enrol.scanned')}</p></${Notice}>`}
      ${error && html`<${Notice} alert><p>${error}</p></${Notice}>`}
      <button class="main big wide" data-act="enrol" disabled=${busy || scanning}>${t(busy ? 'enrol.busy' : 'enrol.do')}</button>
    </form>
  </${Frame}>`;
}
