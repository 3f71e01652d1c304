import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { CallError } from '../client/call-error.ts';
import { controls } from '../style/controls.ts';

/** Why something was refused: the command's own sentence, and its code. */
export class FailurePanel extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .panel { border-color: var(--bad); border-inline-start-width: 4px; }
      h1 { font-size: 15px; margin-bottom: calc(var(--step) * 1); }
      p { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
      .small { margin-top: calc(var(--step) * 2); }
    `,
  ];
  static override properties = { failure: { attribute: false }, what: { attribute: false } };
  declare failure: CallError;
  /** What failed: `This file cannot be opened`. */
  declare what: string;

  override render(): TemplateResult {
    const { code, message } = this.failure;
    return html`
      <div class="panel" role="alert" data-code=${code}>
        <h1 tabindex="-1">${this.what}</h1>
        <p>${message}</p>
        <p class="small muted">code <code>${code}</code></p>
      </div>
    `;
  }
}

customElements.define('vm-failure-panel', FailurePanel);
