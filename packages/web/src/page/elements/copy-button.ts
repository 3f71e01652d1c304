import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';

const shownInMilliseconds = 1600;

/** Copies `text`, and says so for a moment. `label` names what is copied, for screen readers. */
export class CopyButton extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: inline-block; }
      button { min-height: 26px; padding-block: 0; min-width: 64px; font: var(--small); }
    `,
  ];
  static override properties = {
    text: { attribute: false },
    label: { attribute: false },
    outcome: { state: true },
  };
  declare text: string;
  declare label: string;
  declare outcome: 'none' | 'copied' | 'refused';

  constructor() {
    super();
    this.text = '';
    this.label = '';
    this.outcome = 'none';
  }

  override render(): TemplateResult {
    const words = { none: 'Copy', copied: 'Copied', refused: 'Refused' }[this.outcome];
    return html`
      <button @click=${this.#copy} aria-label=${`${words} ${this.label}`.trim()}>${words}</button>
      <span class="out-of-sight" role="status">${this.outcome === 'none' ? '' : words}</span>
    `;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.outcome = 'copied';
    } catch {
      // The browser asks the user, or the page is not served by https.
      this.outcome = 'refused';
    }
    window.setTimeout(() => {
      this.outcome = 'none';
    }, shownInMilliseconds);
  }
}

customElements.define('vm-copy-button', CopyButton);
