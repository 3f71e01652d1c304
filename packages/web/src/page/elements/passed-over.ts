import { printable } from '@vmcorekit/core';
import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { PassedOver } from '../../protocol/dump-calls.ts';
import { controls } from '../style/controls.ts';

/** The files that the user gave and that nothing was read of, each with the reason. */
export class PassedOverFiles extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { margin-bottom: calc(var(--step) * 4); }
      .panel { border-color: var(--doubtful); }
      ul { margin: calc(var(--step) * 1) 0 0; padding-inline-start: calc(var(--step) * 5); }
      li { overflow-wrap: anywhere; }
    `,
  ];
  static override properties = { files: { attribute: false } };
  declare files: readonly PassedOver[];

  override render(): TemplateResult {
    return html`
      <div class="panel" role="note">
        Passed over:
        <ul>
          ${this.files.map(({ file, because }) => html`<li>${printable(textOf(file, because))}</li>`)}
        </ul>
      </div>
    `;
  }
}

/** Most reasons name their file. */
function textOf(file: string, because: string): string {
  return because.startsWith(file) ? because : `${file}: ${because}`;
}

customElements.define('vm-passed-over', PassedOverFiles);
