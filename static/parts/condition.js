// A condition in words, on screen: groups are lists in lists.
import { html } from '../vendor/ui.js';

export function Condition({ said }) {
  if (said.head) return html`<span>${said.head}</span><ul class="dots">${said.parts.map((part, i) => html`<li key=${i}><${Condition} said=${part} /></li>`)}</ul>`;
  return html`<span>${said.quote && html`«<span lang=${said.quote.locale}>${said.quote.text}</span>»: `}${said.text}</span>`;
}
