import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type { WalkAnswer } from '../../protocol/memory-calls.ts';
import type { CallError } from '../client/call-error.ts';
import { addressInWalkLink, memoryLink, walkLink } from '../links/memory-link.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import './place-form.ts';
import './walk-picture.ts';

/** The page-table walk of a virtual address. Its address is in the address of the page. */
export class WalkView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .view { display: grid; gap: calc(var(--step) * 3); grid-template-columns: minmax(0, 1fr); }
      .answer { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: baseline; }
      .answer h2 { font: var(--mono); font-weight: 600; overflow-wrap: anywhere; }
      .ended { border-color: var(--bad); background: var(--bad-ground); }
      pre { margin: 0; overflow-x: auto; }
      summary { cursor: pointer; }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    address: { state: true },
    answer: { state: true },
    failure: { state: true },
    refusal: { state: true },
  };
  declare model: DumpModel;
  declare address: bigint | null;
  declare answer: WalkAnswer | null;
  /** Why the walk led nowhere. */
  declare failure: CallError | null;
  /** Why the text of the form names no address. */
  declare refusal: string | null;
  readonly #onHash = (): void => {
    void this.#follow(addressInWalkLink(window.location.hash));
  };

  constructor() {
    super();
    this.address = null;
    this.answer = null;
    this.failure = null;
    this.refusal = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#onHash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#onHash);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model')) {
      this.#onHash();
    }
  }

  override render(): TemplateResult {
    const { address, answer, failure } = this;
    return html`
      <div class="view">
        <h1>Page tables</h1>
        <vm-place-form
          .refusal=${this.refusal}
          .action=${'Walk'}
          @go=${this.#go}
        ></vm-place-form>
        ${
          address === null
            ? html`<p class="muted">
                Give a virtual address or a symbol to see how the page tables lead to its page.
              </p>`
            : nothing
        }
        ${failure === null ? nothing : ended(failure)}
        ${address === null || answer === null ? nothing : this.#walk(address, answer)}
      </div>
    `;
  }

  #walk(address: bigint, { text, walk }: WalkAnswer): TemplateResult {
    return html`
      <div class="answer" role="status">
        <h2>${text.split('\n')[0]}</h2>
        <a href=${memoryLink('virtual', address)}>Show the virtual memory</a>
      </div>
      <vm-walk-picture .walk=${walk}></vm-walk-picture>
      <details class="panel">
        <summary>The answer of translate</summary>
        <pre tabindex="0">${text}</pre>
      </details>
    `;
  }

  async #go({ detail: text }: CustomEvent<string>): Promise<void> {
    this.refusal = null;
    try {
      const { address } = await this.model.supervisor.call('place', { text, space: 'virtual' });
      window.location.hash = walkLink(address);
    } catch (error) {
      this.refusal = (error as Error).message;
    }
  }

  async #follow(address: bigint | undefined): Promise<void> {
    if (address === undefined || (address === this.address && this.failure === null)) {
      return;
    }
    this.address = address;
    this.answer = null;
    this.failure = null;
    try {
      const answer = await this.model.supervisor.call('translate', { address });
      if (address === this.address) {
        this.answer = answer;
      }
    } catch (error) {
      if (address === this.address) {
        this.failure = error as CallError;
      }
    }
  }
}

/** The walk that led nowhere: the command's sentence, and the entry that ended it. */
function ended({ message, facts: { entryAt, level } }: CallError): TemplateResult {
  return html`
    <div class="panel ended" role="alert">
      ${message}
      ${
        typeof entryAt === 'number'
          ? html`<div>
              <a href=${memoryLink('physical', BigInt(entryAt))}>Show the entry of level ${level}</a>
            </div>`
          : nothing
      }
    </div>
  `;
}

customElements.define('vm-walk-view', WalkView);
