import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';
import type { StackBlock as Block, StackLine } from './blocks.ts';

/** One stack, or a group of equal ones; frames that nothing proves stand out. */
export class StackBlock extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      details { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); }
      summary { cursor: pointer; padding: calc(var(--step) * 2) calc(var(--step) * 3); font: var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
      .badge { font: var(--small); color: var(--bad); background: var(--bad-ground); border-radius: var(--radius); padding: 1px 6px; margin-left: var(--step); }
      .lines { margin: 0; padding: 0 calc(var(--step) * 3) calc(var(--step) * 3); overflow-x: auto; }
      .lines:focus-visible { outline-offset: -2px; }
      .guess { color: var(--doubtful); }
      .note { color: var(--muted); }
      .found { background: var(--accent-ground); }
    `,
  ];
  static override properties = {
    block: { attribute: false },
    badge: {},
    word: {},
    isOpen: { attribute: false },
  };
  declare block: Block;
  /** What sets it apart from the others; empty for nothing. */
  declare badge: string;
  /** Lines with this text are marked. */
  declare word: string;
  declare isOpen: boolean;

  constructor() {
    super();
    this.badge = '';
    this.word = '';
    this.isOpen = true;
  }

  override render(): TemplateResult {
    const { head, lines } = this.block;
    return html`
      <details ?open=${this.isOpen}>
        <summary>${head}${this.badge === '' ? '' : html`<span class="badge">${this.badge}</span>`}</summary>
        <pre class="lines" tabindex="0">${lines.map((line) => this.#line(line))}</pre>
      </details>
    `;
  }

  #line({ text, kind }: StackLine): TemplateResult {
    const word = this.word.toLowerCase();
    const isFound = word !== '' && text.toLowerCase().includes(word);
    return html`<span class="${kind} ${isFound ? 'found' : ''}">${text}</span>\n`;
  }
}

customElements.define('vm-stack-block', StackBlock);
