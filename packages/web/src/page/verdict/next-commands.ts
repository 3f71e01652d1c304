import type { ProbeParts } from '@vmcorekit/report';
import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import '../elements/copy-button.ts';
import { controls } from '../style/controls.ts';

/** The commands that go on with the dump on the user's machine, each to copy. */
export class NextCommands extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .panel { display: grid; gap: calc(var(--step) * 3); padding: calc(var(--step) * 3) calc(var(--step) * 4); }
      .step { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: calc(var(--step) * 2); }
      code { overflow-wrap: anywhere; align-self: center; }
      p { margin: 0; }
      .because { grid-column: 1 / -1; }
      h3 { font: var(--small); font-weight: 600; }
      ul { margin: 0; padding-inline-start: calc(var(--step) * 4); overflow-wrap: anywhere; }
    `,
  ];
  static override properties = { next: { attribute: false } };
  declare next: ProbeParts['next'];

  override render(): TemplateResult {
    const { kernels, hints } = this.next;
    return html`
      <div class="panel">
        <h2>Next</h2>
        ${kernels.map(
          ({ title, steps }) => html`
            ${kernels.length > 1 ? html`<h3>${title}</h3>` : nothing} ${steps.map(stepOf)}
          `,
        )}
        ${
          hints.length === 0
            ? nothing
            : html`<ul class="small muted">
              ${hints.map((hint) => html`<li>${hint}</li>`)}
            </ul>`
        }
      </div>
    `;
  }
}

function stepOf({ command, because }: ProbeParts['next']['kernels'][number]['steps'][number]) {
  return html`
    <div class="step">
      <code>${command}</code>
      <vm-copy-button .text=${command} .label=${command}></vm-copy-button>
      ${because === null ? nothing : html`<p class="because small muted">${because}</p>`}
    </div>
  `;
}

customElements.define('vm-next-commands', NextCommands);
