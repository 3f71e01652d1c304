import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Analysis } from '../../protocol/analysis-calls.ts';
import { controls } from '../style/controls.ts';

/** With more of them, the answer itself would be out of view. */
const openRemarks = 3;

/** What the reader of an answer must know: its remarks, and the sources of its parts. */
export class Evidence extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--step); }
      :host(:empty) { display: none; }
      ul { margin: 0; padding: 0 0 0 calc(var(--step) * 4); overflow-wrap: anywhere; }
      summary { cursor: pointer; color: var(--doubtful); }
      li { color: var(--doubtful); }
      .sources { font: var(--small); color: var(--muted); overflow-wrap: anywhere; }
    `,
  ];
  static override properties = { analysis: { attribute: false } };
  declare analysis: Pick<Analysis, 'remarks' | 'sources'>;

  override render(): TemplateResult {
    const { remarks, sources } = this.analysis;
    const list = html`<ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`;
    const named = Object.entries(sources);
    return html`
      ${
        remarks.length > openRemarks
          ? html`<details><summary>${remarks.length} remarks</summary>${list}</details>`
          : remarks.length > 0
            ? list
            : nothing
      }
      ${
        named.length === 0
          ? nothing
          : html`<div class="sources">${named.map(([part, source]) => `${part}: ${source}`).join(' · ')}</div>`
      }
    `;
  }
}

customElements.define('vm-evidence', Evidence);
