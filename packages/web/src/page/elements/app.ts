import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import { views } from '../views/index.ts';
import type { View } from '../views/view.ts';
import './drop-zone.ts';

const groups = ['Kernel', 'Machine', 'Memory', 'Dump', 'More'] as const;

/** The whole page: its head, the navigation, and the view that the address names. */
export class App extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template: auto 1fr / 208px minmax(0, 1fr); min-height: 100dvh; }
      header {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: calc(var(--step) * 3);
        padding: calc(var(--step) * 2) calc(var(--step) * 4);
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .brand { font-weight: 650; letter-spacing: -0.01em; }
      .file { overflow-wrap: anywhere; }
      .space { flex: 1; }
      nav { border-right: 1px solid var(--line); padding: calc(var(--step) * 3); }
      nav h2 {
        font: var(--small);
        color: var(--muted);
        padding: calc(var(--step) * 3) calc(var(--step) * 2) calc(var(--step) * 1);
      }
      nav a {
        display: block;
        padding: calc(var(--step) * 1) calc(var(--step) * 2);
        border-radius: var(--radius);
        color: var(--ink);
        text-decoration: none;
      }
      nav a:hover { background: var(--raised); }
      nav a[aria-current='page'] { background: var(--accent-ground); color: var(--accent); }
      main { min-width: 0; padding: clamp(12px, 2vw, 24px); }
      .progress { display: grid; gap: calc(var(--step) * 2); max-width: 480px; }
      progress { width: 100%; accent-color: var(--accent); }
      .failure { border-color: var(--bad); }
      @media (max-width: 720px) {
        :host { grid-template: auto auto 1fr / minmax(0, 1fr); }
        nav {
          display: flex;
          gap: calc(var(--step) * 1);
          overflow-x: auto;
          border-right: 0;
          border-bottom: 1px solid var(--line);
          padding: calc(var(--step) * 2);
        }
        nav h2 { display: none; }
        nav a { white-space: nowrap; }
      }
    `,
  ];
  static override properties = { viewId: { state: true } };
  declare viewId: string;
  readonly model: DumpModel = new DumpModel();
  readonly #onHash = (): void => {
    this.viewId = idInAddress();
  };

  constructor() {
    super();
    this.viewId = idInAddress();
    this.model.addEventListener('change', () => this.requestUpdate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#onHash);
    this.addEventListener('files', (event) => {
      const { detail: files } = event as CustomEvent<readonly File[]>;
      void this.model.open({ files });
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#onHash);
  }

  override render(): TemplateResult {
    const { opened, located } = this.model;
    return html`
      <header>
        <span class="brand">vmcorekit</span>
        <span class="file mono">${opened?.files.join(', ') ?? ''}</span>
        <span class="space"></span>
        ${located === null ? nothing : html`<span>${located.confidence}</span>`}
      </header>
      ${opened === null ? nothing : this.#navigation()}
      <main>${this.#main()}</main>
    `;
  }

  #navigation(): TemplateResult {
    const current = this.#view;
    return html`
      <nav aria-label="Views">
        ${groups.map((group) => {
          const shown = views.filter((view) => view.group === group);
          return shown.length === 0
            ? nothing
            : html`<h2>${group}</h2>
                ${shown.map(
                  (view) =>
                    html`<a href="#/${view.id}" aria-current=${view === current ? 'page' : nothing}
                      >${view.title}</a
                    >`,
                )}`;
        })}
      </nav>
    `;
  }

  #main(): TemplateResult {
    const { phase, failure, progress } = this.model;
    switch (phase) {
      case 'empty':
        return html`<vm-drop-zone></vm-drop-zone>`;
      case 'opening':
      case 'searching':
        return html`
          <div class="panel progress" role="status">
            <span>${progress?.doing ?? (phase === 'opening' ? 'opening' : 'searching')}</span>
            <progress .value=${progress?.fraction ?? 0} aria-label="progress"></progress>
          </div>
        `;
      case 'failed':
        return html`
          <div class="panel failure" role="alert" data-code=${failure?.code ?? ''}>
            ${failure?.message}
          </div>
          <vm-drop-zone></vm-drop-zone>
        `;
      default: {
        const view = this.#view;
        void view.load();
        return view.show(this.model);
      }
    }
  }

  get #view(): View {
    const [first] = views;
    const named = views.find(({ id }) => id === this.viewId);
    return named ?? (first as View);
  }
}

function idInAddress(): string {
  return /^#\/([\w-]+)/.exec(window.location.hash)?.[1] ?? '';
}

customElements.define('vm-app', App);
