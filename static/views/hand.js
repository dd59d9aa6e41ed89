// Hand-over: the person holds the phone alone. One question, four large shapes of
// our own with their words; nothing tells a bystander which answer was touched,
// and nothing of the agent's screens is here.
import { html } from '../vendor/ui.js';
import { language, t } from '../text/messages.js';
import { Ear, personWord } from '../parts/ear.js';
import { Frame, Heading } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { TwoTexts } from '../parts/two-texts.js';

// Shapes of the same weight: none of them looks like right or wrong.
const SHAPES = {
  yes: 'M20 4a16 16 0 1 0 0 32a16 16 0 1 0 0-32',
  no: 'M6 6h28v28h-28z',
  unknown: 'M20 4l18 32h-36z',
  declined: 'M20 1l19 19l-19 19l-19-19z',
};

// What the person says in the first person; else the word of the interface.
const OWN_WORDS = { unknown: 'hand.unknown', declined: 'hand.declined' };

function Word({ id, pack, instead }) {
  const w = personWord(id, pack, instead);
  return html`<span class="of" lang=${w.locale}>${w.text}</span>`;
}

/** @param {any} props asked: see two-texts.js; slot and ear: see app/hear.js; failed: the answer was not written */
export function Hand({ item, asked, person, slot, ear, failed, busy, onAnswer, onStop }) {
  return html`<div class="frame"><main class="hand">
    <${TwoTexts} asked=${asked} beside=${null} fellBack=${null} focusKey=${item.id} />
    ${slot}
    <div role="alert">${failed && html`<p class="strong"><${Word} id="hand.not_saved" pack=${person} /></p>`}</div>
    <div key=${item.id} class="answers" role="group" aria-label=${personWord('ask.answers', person).text}>
      ${Object.keys(SHAPES).map((code) => {
        const word = personWord('answer.' + code, person, OWN_WORDS[code]);
        const button = html`<button type="button" key=${code} data-answer=${code} disabled=${busy} onClick=${() => onAnswer(code)}>
        <svg class=${'figure ' + code} viewBox="0 0 40 40" aria-hidden="true" focusable="false"><path d=${SHAPES[code]} /></svg>
        <span class="of" lang=${word.locale}>${word.text}</span></button>`;
        return ear ? ear({ code, ...word }, button) : button;
      })}
    </div>
    <p class="end"><button type="button" data-act="stop" onClick=${onStop}><span aria-hidden="true">❚❚</span> <${Word} id="hand.stop" pack=${person} /></button></p>
  </main></div>`;
}

/** The person is done: the same words whatever was answered. @param {any} props ears: what can be heard, see app/hear.js; onGoOn: null where nothing is left to ask */
export function Over({ person, ears, auto, onGoOn, onMine }) {
  const thanks = personWord('hand.over', person);
  return html`<div class="frame"><main class="hand">
    <${Heading} focusKey="over" lang=${thanks.locale} class="said">${thanks.text}</${Heading}>
    ${ears && html`<div class="hearing"><${Ear} ears=${ears} ids=${['hand.over']} said=${thanks} pack=${person} big auto=${auto} /></div>`}
    ${onGoOn && html`<button type="button" class="big" data-act="go-on" onClick=${onGoOn}><${Word} id="hand.go_on" pack=${person} /></button>`}
    <p class="end"><button type="button" data-act="mine" lang=${language()} onClick=${onMine}>${t('hand.mine')}</button></p>
  </main></div>`;
}

/** What the agent reads before the phone leaves their hand. @param {any} props byItself: whether each question sounds by itself; null where it cannot be heard */
export function Give({ who, spanish, byItself, onByItself, onGive, onBack }) {
  return html`<${Frame} title=${t('hand.title')} onBack=${onBack}
      dock=${html`<button type="button" class="main big" data-act="give" onClick=${onGive}>${t('hand.give')}</button>`}>
    <p class="small soft">${who}</p>
    ${spanish && html`<${Notice} title=${t('person.no_text')}><p>${t('hand.spanish')}</p></${Notice}>`}
    <ul class="dots"><li>${t('hand.how_1')}</li><li>${t('hand.how_2')}</li><li>${t('hand.how_3')}</li><li>${t('hand.how_4')}</li></ul>
    ${byItself != null && html`<${Notice} title=${t('hand.headphones')}><p>${t('hand.headphones_how')}</p>
      <label class="pick"><input type="checkbox" name="by-itself" checked=${byItself} onChange=${(e) => onByItself(e.currentTarget.checked)} /><span>${t('hand.by_itself')}</span></label></${Notice}>`}
  </${Frame}>`;
}
