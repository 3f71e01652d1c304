import { plural, printable, sizeText } from '@vmcorekit/core';
import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { OpenedFiles } from '../../protocol/dump-calls.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { keptTheme, showTheme, type Theme, themes } from '../model/theme.ts';
import { chips } from '../style/chips.ts';
import { controls } from '../style/controls.ts';
import './file-button.ts';

/** The head of the page: what is open, its verdict, and what acts on the whole page. */
export class Header extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    chips,
    css`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: calc(var(--step) * 2) calc(var(--step) * 3);
        padding: calc(var(--step) * 2) calc(var(--step) * 4);
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: calc(var(--step) * 2);
        color: var(--ink);
        font-weight: 650;
        letter-spacing: -0.01em;
        text-decoration: none;
      }
      .file { display: flex; flex-wrap: wrap; gap: 0 calc(var(--step) * 2); min-width: 0; }
      .file .mono { font-weight: 600; overflow-wrap: anywhere; }
      .space { flex: 1; }
      .tools { display: flex; gap: calc(var(--step) * 2); }
      @media (max-width: 720px) {
        .file, .chip { order: 1; }
        .file { font: var(--small); }
      }
    `,
  ];
  static override properties = { model: { attribute: false }, theme: { state: true } };
  declare model: DumpModel;
  declare theme: Theme;

  constructor() {
    super();
    this.theme = keptTheme();
    showTheme(this.theme);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.model.addEventListener('change', () => this.requestUpdate());
  }

  override render(): TemplateResult {
    const { opened, located } = this.model;
    return html`
      <header>
        <a class="brand" href="#/"><img src="icon.svg" width="20" height="20" alt="" />vmcorekit</a>
        ${opened === null ? nothing : fileChip(opened)} ${this.#transfer()}
        ${
          located === null
            ? nothing
            : html`<a
              class="chip ${located.confidence}"
              href="#/verdict"
              aria-label="Verdict: ${located.confidence}"
              >${located.confidence}</a
            >`
        }
        <span class="space"></span>
        <slot></slot>
        <span class="tools">
          ${
            opened === null
              ? nothing
              : html`<vm-file-button .label=${'Open another…'}></vm-file-button>`
          }
          <select aria-label="Theme" @change=${this.#choose}>
            ${themes.map(
              (theme) =>
                html`<option value=${theme} ?selected=${theme === this.theme}>${theme}</option>`,
            )}
          </select>
          <button aria-label="Keyboard shortcuts" title="Keyboard shortcuts" @click=${this.#help}>
            ?
          </button>
        </span>
      </header>
    `;
  }

  #transfer(): TemplateResult | typeof nothing {
    const { transfer, request, addresses } = this.model;
    const address = request?.address;
    if (transfer === null || address === undefined) {
      return nothing;
    }
    const fetched = sizeText(transfer.bytesFetched);
    const limit = sizeText(address.maxTransferInBytes);
    return html`
      <span class="file muted" data-transfer>
        ${plural(transfer.requests, 'request')}, ${fetched} of at most ${limit}
        <button
          aria-label="Fetch with another limit"
          @click=${() => addresses.ask(address.url)}
        >
          Limit…
        </button>
      </span>
    `;
  }

  #choose({ target }: Event): void {
    const chosen = (target as HTMLSelectElement).value;
    this.theme = themes.find((theme) => theme === chosen) ?? 'auto';
    showTheme(this.theme);
  }

  #help(): void {
    this.dispatchEvent(new CustomEvent('shortcuts', { bubbles: true, composed: true }));
  }
}

function fileChip({ files, sizeText: size, kindText }: OpenedFiles): TemplateResult {
  const [first = '', ...others] = files.map(printable);
  const more = others.length;
  return html`
    <span class="file" title=${[first, ...others].join('\n')}>
      <span class="mono">${first}${more > 0 ? ` and ${more} more` : ''}</span>
      <span class="muted">${size}, ${kindText}</span>
    </span>
  `;
}

customElements.define('vm-header', Header);
