import { type CSSResult, css, html, type TemplateResult } from 'lit';

/** A view of titled sections, one under the other. */
export const sectionsStyle: CSSResult = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(var(--step) * 4);
    max-width: 1760px;
  }
  .sections { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 5); }
  section > h2 { margin-bottom: calc(var(--step) * 2); }
  .lead { margin: 0; }
  p.panel { margin: 0; padding: calc(var(--step) * 3); overflow-wrap: anywhere; }
`;

/** A part of a view under its title. */
export function section(title: string, content: TemplateResult): TemplateResult {
  return html`<section><h2>${title}</h2>${content}</section>`;
}
