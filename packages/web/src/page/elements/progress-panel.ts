import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { Progress } from '../../protocol/messages.ts';
import { controls } from '../style/controls.ts';

/** What the worker does now, how far it is, and a way to end it. Sends `cancel`. */
export class ProgressPanel extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .panel { display: grid; gap: calc(var(--step) * 2); max-width: 520px; }
      progress { width: 100%; accent-color: var(--accent); }
      button { justify-self: start; }
    `,
  ];
  static override properties = { progress: { attribute: false }, doing: { attribute: false } };
  declare progress: Progress | null;
  /** What is done as a whole, until the worker says more. */
  declare doing: string;

  override render(): TemplateResult {
    const doing = this.progress?.doing ?? this.doing;
    const fraction = this.progress?.fraction ?? null;
    return html`
      <div class="panel">
        <h1 tabindex="-1">${this.doing}</h1>
        <span role="status">${doing}</span>
        ${
          fraction === null
            ? html`<progress aria-label=${doing}></progress>`
            : html`<progress aria-label=${doing} .value=${fraction}></progress>`
        }
        <button @click=${this.#cancel}>Cancel</button>
      </div>
    `;
  }

  #cancel(): void {
    this.dispatchEvent(new CustomEvent('cancel', { bubbles: true, composed: true }));
  }
}

customElements.define('vm-progress-panel', ProgressPanel);
