import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from 'lit';
import type { ByteFacts, MemoryShape, MemoryStretch, Space } from '../../protocol/memory-calls.ts';
import { memoryLink, walkLink } from '../links/memory-link.ts';
import { controls } from '../style/controls.ts';
import { stateWords } from './memory-states.ts';
import { numbersAt } from './values.ts';

/** What is known of the selected byte: its place, its state, and the numbers that begin there. */
export class BytePanel extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .panel { display: grid; gap: calc(var(--step) * 3); padding: calc(var(--step) * 3); }
      dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 2px 12px; margin: 0; }
      dt { color: var(--muted); font: var(--small); line-height: 20px; }
      dd { margin: 0; font: var(--mono); overflow-wrap: anywhere; }
      table { border-collapse: collapse; font: var(--mono); width: 100%; }
      th { text-align: left; vertical-align: top; font-weight: 400; color: var(--muted); padding: 0; }
      td { text-align: right; padding: 0 0 0 12px; overflow-wrap: anywhere; }
      p { margin: 0; }
    `,
  ];
  static override properties: PropertyDeclarations = {
    space: { attribute: false },
    address: { attribute: false },
    shape: { attribute: false },
    bytes: { attribute: false, hasChanged: areOther },
    stretch: { attribute: false },
    facts: { attribute: false },
  };
  declare space: Space;
  declare address: bigint;
  declare shape: MemoryShape;
  /** The byte and those after it, at most eight, as far as they are known. */
  declare bytes: readonly number[];
  declare stretch: MemoryStretch | undefined;
  declare facts: ByteFacts | null;

  override render(): TemplateResult {
    const { space, address, stretch } = this;
    return html`
      <section class="panel" aria-label="selected byte" aria-live="polite">
        <dl>
          <dt>${space}</dt>
          <dd>${hexText(address)}</dd>
          ${this.#facts()}
          <dt>state</dt>
          <dd>${stretch === undefined ? '…' : this.#state(stretch)}</dd>
        </dl>
        ${stretch?.because ? html`<p class="small">${stretch.because}</p>` : nothing}
        ${
          space === 'virtual'
            ? html`<a href=${walkLink(address)}>Walk the page tables</a>`
            : nothing
        }
        ${this.bytes.length === 0 ? nothing : this.#numbers()}
      </section>
    `;
  }

  #state({ state }: MemoryStretch): string {
    const words = stateWords.find(({ kind }) => kind === state)?.words ?? state;
    return this.facts?.pageState === 'partial'
      ? `${words}; the dump holds a part of its page`
      : words;
  }

  #facts(): TemplateResult | typeof nothing {
    const { facts, space } = this;
    if (facts === null) {
      return nothing;
    }
    const { symbol, physicalAddress, fileOffset } = facts;
    return html`
      ${symbol === null ? nothing : html`<dt>symbol</dt><dd>${symbol}</dd>`}
      ${
        space === 'physical' || physicalAddress === null
          ? nothing
          : html`<dt>physical</dt>
              <dd>
                <a href=${memoryLink('physical', physicalAddress)}>${hexText(physicalAddress)}</a>
              </dd>`
      }
      ${fileOffset === null ? nothing : html`<dt>file offset</dt><dd>${hexText(fileOffset)}</dd>`}
    `;
  }

  #numbers(): TemplateResult {
    const { byteOrder } = this.shape;
    return html`
      <table>
        <caption hidden>numbers that begin here</caption>
        <tbody>
          ${numbersAt(this.bytes, byteOrder).map(({ name, value, sizeInBytes }) =>
            value === null
              ? nothing
              : html`<tr>
                  <th scope="row">${name}</th>
                  <td>
                    <div>0x${value.toString(16).padStart(2 * sizeInBytes, '0')}</div>
                    <div class="muted">${value.toString()}</div>
                  </td>
                </tr>`,
          )}
        </tbody>
      </table>
      <p class="small muted">${byteOrder}-endian</p>
    `;
  }
}

function hexText(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}

/** Each window that is read has the view look for its bytes again, and few find others. */
function areOther(to: readonly number[], from: readonly number[] | undefined): boolean {
  return to.length !== from?.length || to.some((byte, index) => byte !== from[index]);
}

customElements.define('vm-byte-panel', BytePanel);
