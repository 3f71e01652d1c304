import { type CSSResult, css, html, type TemplateResult } from 'lit';

/** Labels and values side by side; on a narrow page the value is under its label. */
export const factsStyle: CSSResult = css`
  .facts {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: calc(var(--step) * 1) calc(var(--step) * 6);
    margin: 0;
  }
  .facts dt { color: var(--muted); }
  .facts dd { margin: 0; font: var(--mono); overflow-wrap: anywhere; }
  .facts .from { font: var(--small); color: var(--muted); margin-inline-start: 1ch; }
  @media (max-width: 480px) {
    .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
    .facts dd { margin-bottom: calc(var(--step) * 2); }
  }
`;

/** Facts in a panel. */
export function factsPanel(
  facts: readonly (readonly [label: string, value: string | TemplateResult])[],
): TemplateResult {
  return html`
    <dl class="panel facts">
      ${facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}
    </dl>
  `;
}
