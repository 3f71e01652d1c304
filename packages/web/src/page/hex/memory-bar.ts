import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Space } from '../../protocol/memory-calls.ts';
import { controls } from '../style/controls.ts';

/** What the bar asks its view to do. */
export type BarAction = 'back' | 'forward' | 'previous' | 'next' | 'physical' | 'virtual';

/**
 * The controls above the grid. Sends `act` with a `BarAction`, and `go` with the text of a place.
 */
export class MemoryBar extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .bar { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      .joined { display: flex; }
      .joined button { border-radius: 0; margin-left: -1px; }
      .joined button:first-child { border-radius: var(--radius) 0 0 var(--radius); margin-left: 0; }
      .joined button:last-child { border-radius: 0 var(--radius) var(--radius) 0; }
      form { display: flex; flex: 1 1 240px; gap: calc(var(--step) * 1); }
      input { flex: 1; min-width: 0; font: var(--mono); }
      .failure { color: var(--bad); margin: calc(var(--step) * 1) 0 0; font: var(--small); }
    `,
  ];
  static override properties = {
    space: { attribute: false },
    hasVirtual: { attribute: false },
    canGoBack: { attribute: false },
    canGoForward: { attribute: false },
    failure: { attribute: false },
  };
  declare space: Space;
  declare hasVirtual: boolean;
  declare canGoBack: boolean;
  declare canGoForward: boolean;
  /** Why the last place was refused, in the command's words. */
  declare failure: string | null;

  override render(): TemplateResult {
    const held = this.space === 'physical' ? 'stored' : 'mapped';
    return html`
      <div class="bar">
        <div class="joined" role="group" aria-label="history">
          ${this.#button('back', 'Back', !this.canGoBack)}
          ${this.#button('forward', 'Forward', !this.canGoForward)}
        </div>
        <div class="joined" role="group" aria-label="address space">
          ${this.#toggle('physical', 'Physical')} ${this.#toggle('virtual', 'Virtual')}
        </div>
        <form @submit=${this.#go}>
          <input
            name="place"
            placeholder="address or symbol"
            aria-label="address or symbol to go to"
            aria-invalid=${this.failure === null ? 'false' : 'true'}
            aria-describedby=${this.failure === null ? nothing : 'failure'}
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
          />
          <button class="primary">Go</button>
        </form>
        <div class="joined" role="group" aria-label="skip what the dump does not have">
          ${this.#button('previous', `Previous ${held}`)} ${this.#button('next', `Next ${held}`)}
        </div>
      </div>
      ${
        this.failure === null
          ? nothing
          : html`<p id="failure" class="failure" role="alert">${this.failure}</p>`
      }
    `;
  }

  /** Puts the focus into the field. */
  focusPlace(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  #button(action: BarAction, title: string, isDisabled = false): TemplateResult {
    return html`<button ?disabled=${isDisabled} @click=${() => this.#act(action)}>${title}</button>`;
  }

  #toggle(space: Space, title: string): TemplateResult {
    return html`<button
      aria-pressed=${this.space === space ? 'true' : 'false'}
      ?disabled=${space === 'virtual' && !this.hasVirtual}
      @click=${() => this.#act(space)}
    >
      ${title}
    </button>`;
  }

  #act(action: BarAction): void {
    this.dispatchEvent(new CustomEvent('act', { detail: action }));
  }

  #go(event: SubmitEvent): void {
    event.preventDefault();
    const { value = '' } = this.renderRoot.querySelector('input') ?? {};
    if (value.trim() !== '') {
      this.dispatchEvent(new CustomEvent('go', { detail: value }));
    }
  }
}

customElements.define('vm-memory-bar', MemoryBar);
