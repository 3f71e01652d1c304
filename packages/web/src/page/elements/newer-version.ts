import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';

/** Says that a newer version of the page is there. Sends `take` when the user wants it. */
export class NewerVersion extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      div { display: flex; flex-wrap: wrap; align-items: center; gap: calc(var(--step) * 2); }
    `,
  ];
  static override properties = { isThere: { attribute: false } };
  declare isThere: boolean;

  override render(): TemplateResult {
    return html`<div role="status">
      ${
        this.isThere
          ? html`<span>A newer version is there.</span> <button @click=${this.#take}>Reload</button>`
          : nothing
      }
    </div>`;
  }

  #take(): void {
    this.dispatchEvent(new Event('take'));
  }
}

customElements.define('vm-newer-version', NewerVersion);
