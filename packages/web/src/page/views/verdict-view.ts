import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';

/** The answer of the search, with its evidence. */
export class VerdictView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      pre { margin: 0; overflow-x: auto; }
    `,
  ];
  static override properties = { model: { attribute: false } };
  declare model: DumpModel;

  override render(): TemplateResult {
    return html`<pre class="panel" tabindex="0">${this.model.located?.fullText}</pre>`;
  }
}

customElements.define('vm-verdict-view', VerdictView);
