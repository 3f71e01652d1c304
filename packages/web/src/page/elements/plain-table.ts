import { type CSSResult, css, html, type TemplateResult } from 'lit';

/** A table of a few rows, as the command lays it out. */
export interface PlainTable {
  readonly heads: readonly { readonly title: string; readonly kind: string }[];
  readonly cells: readonly (readonly string[])[];
}

/** How tables of a few rows look: in a panel that scrolls where the page is narrow. */
export const plainTableStyle: CSSResult = css`
  .table { overflow-x: auto; padding: 0; }
  .table table { border-collapse: collapse; width: 100%; }
  .table th {
    text-align: start;
    font: var(--small);
    color: var(--muted);
    padding: calc(var(--step) * 2) calc(var(--step) * 3);
    border-bottom: 1px solid var(--line);
    white-space: nowrap;
  }
  .table td {
    padding: calc(var(--step) * 1.5) calc(var(--step) * 3);
    vertical-align: top;
    white-space: nowrap;
    font: var(--mono);
  }
  .table tr + tr td { border-top: 1px solid var(--line); }
  .table .number { text-align: end; font-variant-numeric: tabular-nums; }
  .table td.prose, .table td.sentence {
    white-space: normal;
    font: var(--text);
    min-width: 28ch;
    overflow-wrap: anywhere;
  }
`;

/** A table with its name, for the panel `.table`. */
export function plainTable(name: string, { heads, cells }: PlainTable): TemplateResult {
  return html`
    <div class="panel table" tabindex="0" role="region" aria-label=${name}>
      <table>
        <thead>
          <tr>
            ${heads.map(({ title, kind }) => html`<th scope="col" class=${kind}>${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${cells.map(
            (row) => html`
              <tr>
                ${row.map((cell, at) => html`<td class=${heads[at]?.kind ?? ''}>${cell}</td>`)}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}
