import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { controls } from '../style/controls.ts';

/** Shows one of its children at a time: each says its title as `data-tab`. */
export class Tabs extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .list {
        display: flex;
        gap: calc(var(--step) * 4);
        border-bottom: 1px solid var(--line);
        margin-bottom: calc(var(--step) * 4);
      }
      .list button {
        border: 0;
        border-radius: 0;
        border-bottom: 2px solid transparent;
        background: none;
        padding-inline: 0;
        color: var(--muted);
      }
      .list button:hover { color: var(--ink); }
      .list button[aria-selected='true'] { border-color: var(--accent); color: var(--ink); }
    `,
  ];
  static override properties = {
    label: { attribute: false },
    chosen: { state: true },
    titles: { state: true },
  };
  /** What the tabs are views of, for screen readers. */
  declare label: string;
  declare chosen: number;
  declare titles: readonly string[];

  constructor() {
    super();
    this.label = '';
    this.chosen = 0;
    this.titles = [];
  }

  override render(): TemplateResult {
    return html`
      <div class="list" role="tablist" aria-label=${this.label} @keydown=${this.#move}>
        ${this.titles.map(
          (title, index) => html`
            <button
              role="tab"
              aria-selected=${index === this.chosen}
              tabindex=${index === this.chosen ? 0 : -1}
              @click=${() => (this.chosen = index)}
            >
              ${title}
            </button>
          `,
        )}
      </div>
      <slot @slotchange=${this.#take}></slot>
    `;
  }

  override updated(changed: PropertyValues<this>): void {
    this.#linkPanels();
    if (changed.has('chosen')) {
      this.#show();
    }
  }

  get #panels(): HTMLElement[] {
    return [...this.children].filter((child) => child instanceof HTMLElement);
  }

  #take(): void {
    this.titles = this.#panels.map(({ dataset }) => dataset.tab ?? '');
    for (const panel of this.#panels) {
      panel.setAttribute('role', 'tabpanel');
      panel.setAttribute('aria-label', panel.dataset.tab ?? '');
    }
    this.#show();
  }

  /** By element, because an id is not found from within a shadow tree. */
  #linkPanels(): void {
    const panels = this.#panels;
    for (const [index, tab] of this.renderRoot.querySelectorAll('[role=tab]').entries()) {
      tab.ariaControlsElements = panels.slice(index, index + 1);
    }
  }

  #show(): void {
    for (const [index, panel] of this.#panels.entries()) {
      panel.hidden = index !== this.chosen;
    }
  }

  async #move(event: KeyboardEvent): Promise<void> {
    const { length } = this.titles;
    const next = {
      ArrowRight: (this.chosen + 1) % length,
      ArrowLeft: (this.chosen + length - 1) % length,
      Home: 0,
      End: length - 1,
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      this.chosen = next;
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    }
  }
}

customElements.define('vm-tabs', Tabs);
