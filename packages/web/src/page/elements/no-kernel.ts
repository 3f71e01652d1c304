import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { LocatedKernel } from '../../protocol/dump-calls.ts';
import { controls } from '../style/controls.ts';

/** In place of a view that needs a kernel: why there is none, and where to go on. */
export class NoKernel extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      h1 { margin-bottom: calc(var(--step) * 3); }
      p { margin: 0 0 calc(var(--step) * 2); overflow-wrap: anywhere; }
      p:last-child { margin: 0; }
    `,
  ];
  static override properties = { located: { attribute: false }, heading: { attribute: false } };
  declare located: LocatedKernel | null;
  declare heading: string;

  override render(): TemplateResult {
    return html`
      <h1 tabindex="-1">${this.heading}</h1>
      <div class="panel">
        <p>This view reads the memory of a kernel, and none was found that can be read.</p>
        <p class="muted">${this.located?.parts.explanation ?? ''}</p>
        <p><a href="#/verdict">The verdict</a> says what was tried, and what may help.</p>
      </div>
    `;
  }
}

customElements.define('vm-no-kernel', NoKernel);
