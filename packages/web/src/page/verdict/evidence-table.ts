import type { EvidencePart } from '@vmcorekit/report';
import { type CSSResult, css, html, type TemplateResult } from 'lit';
import { placeLinks } from './place-links.ts';

/** Evidence beside its strength; on a narrow page each row is a block. */
export const evidenceTableStyle: CSSResult = css`
  .evidence { padding: 0; container-type: inline-size; }
  .evidence table { border-collapse: collapse; width: 100%; }
  .evidence th {
    text-align: start;
    font: var(--small);
    color: var(--muted);
    padding: calc(var(--step) * 2) calc(var(--step) * 3);
    border-bottom: 1px solid var(--line);
  }
  .evidence td { padding: calc(var(--step) * 2) calc(var(--step) * 3); vertical-align: top; }
  .evidence tr + tr td { border-top: 1px solid var(--line); }
  .evidence .claim { font: var(--mono); color: var(--muted); overflow-wrap: anywhere; }
  .evidence td.wide { min-width: 30ch; }
  .evidence .name { font: var(--mono); font-weight: 600; }
  .evidence .places { font: var(--small); margin-top: calc(var(--step) * 1); }
  .evidence p { margin: 0; overflow-wrap: anywhere; }
  @container (max-width: 1000px) {
    .evidence thead { position: absolute; clip-path: inset(50%); }
    .evidence tr {
      display: grid;
      grid-template-columns: 90px 160px minmax(0, 1fr);
      padding-block: calc(var(--step) * 2);
    }
    .evidence td, .evidence tr + tr td { border: 0; padding-block: calc(var(--step) * 0.5); }
    .evidence tr + tr { border-top: 1px solid var(--line); }
    .evidence .claim { grid-column: 3; }
  }
  @container (max-width: 640px) {
    .evidence tr { grid-template-columns: auto minmax(0, 1fr); align-items: baseline; }
    .evidence td.wide { grid-column: 1 / -1; }
  }
`;

/** Rows of evidence: how strong, by what, what it claims, and why. */
export function evidenceTable(title: string, rows: readonly EvidencePart[]): TemplateResult {
  return html`
    <div class="panel evidence">
      <table role="table" aria-label=${title}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">strength</th>
            <th role="columnheader" scope="col">by</th>
            <th role="columnheader" scope="col">because</th>
            <th role="columnheader" scope="col">claim</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${rows.map(evidenceRow)}
        </tbody>
      </table>
    </div>
  `;
}

function evidenceRow(row: EvidencePart): TemplateResult {
  const { strength, by, kind, isWitness, claim, because, at } = row;
  return html`
    <tr role="row">
      <td role="cell"><span class="chip ${strength}">${strength}</span></td>
      <td role="cell">
        <div class="name">${by}</div>
        <div class="small muted">${kind}${isWitness ? ', witness' : ''}</div>
      </td>
      <td role="cell" class="wide">
        <p>${because}</p>
        ${placeLinks(at)}
      </td>
      <td role="cell" class="wide claim">${claim}</td>
    </tr>
  `;
}
