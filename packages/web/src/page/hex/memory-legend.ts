import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';
import { stateStyles, stateWords } from './memory-states.ts';

/** What the colours and patterns of the grid mean. */
export class MemoryLegend extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    stateStyles,
    css`
      ul { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 0; padding: 0; }
      li { display: flex; align-items: center; gap: 6px; font: var(--small); color: var(--muted); }
      .swatch {
        width: 22px;
        height: 14px;
        border: 1px solid var(--line);
        border-radius: 3px;
        background: var(--kind-ground, var(--surface));
        color: var(--kind-ink, var(--ink));
        font: 10px / 12px monospace;
        text-align: center;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <ul aria-label="states of memory">
        ${stateWords.map(
          ({ kind, words, mark }) => html`
            <li><span class="swatch" data-kind=${kind} aria-hidden="true">${mark}</span>${words}</li>
          `,
        )}
      </ul>
    `;
  }
}

customElements.define('vm-memory-legend', MemoryLegend);
