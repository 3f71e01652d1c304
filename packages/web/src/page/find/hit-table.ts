import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { Hit } from '../../protocol/find-calls.ts';
import type { Space } from '../../protocol/memory-calls.ts';
import { memoryLink } from '../links/memory-link.ts';
import { controls } from '../style/controls.ts';

/** The hits of a search; each address leads to the hex view. */
export class HitTable extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .scroll { overflow: auto; max-height: calc(100dvh - 240px); padding: 0; }
      table { border-collapse: collapse; font: var(--mono); width: 100%; }
      th {
        position: sticky;
        top: 0;
        background: var(--raised);
        font: var(--small);
        color: var(--muted);
        text-align: left;
        z-index: 1;
      }
      th, td { padding: 3px calc(var(--step) * 3); white-space: nowrap; }
      tr:hover td { background: var(--raised); }
      .address { text-align: right; }
      td.around { white-space: pre; }
    `,
  ];
  static override properties = { hits: { attribute: false }, space: { attribute: false } };
  declare hits: readonly Hit[];
  declare space: Space;

  override render(): TemplateResult {
    const other = this.space === 'physical' ? 'virtual' : 'physical';
    return html`
      <div class="panel scroll" tabindex="0" role="region" aria-label="hits">
        <table>
          <thead>
            <tr>
              <th class="address">${this.space}</th>
              <th class="address">${other}</th>
              <th>symbol</th>
              <th>around</th>
            </tr>
          </thead>
          <tbody>
            ${this.hits.map(
              (hit) => html`<tr>
                <td class="address">${link(this.space, hit.address)}</td>
                <td class="address">${this.#other(hit)}</td>
                <td>${hit.symbol ?? ''}</td>
                <td class="around">${textOf(hit.context.bytes)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  /** Where it lies in the other space; of several places, the first. */
  #other({ physicalAddress, virtualAddresses }: Hit): TemplateResult | string {
    if (this.space === 'virtual') {
      return physicalAddress === null ? '' : link('physical', physicalAddress);
    }
    const [first] = virtualAddresses;
    return first === undefined ? '' : link('virtual', first);
  }
}

function link(space: Space, address: bigint): TemplateResult {
  return html`<a href=${memoryLink(space, address)}>0x${address.toString(16)}</a>`;
}

/** Bytes as text; a dot stands for what is not printable ASCII. */
function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  ).join('');
}

customElements.define('vm-hit-table', HitTable);
