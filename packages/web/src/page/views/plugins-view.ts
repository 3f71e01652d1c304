import { printable } from '@vmcorekit/core';
import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { follow } from '../elements/follow.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';

/** The user's plug-ins: what they contribute, what failed, what hung. */
export class PluginsView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; gap: calc(var(--step) * 4); max-width: 76ch; }
      ul { list-style: none; margin: 0; padding: 0; display: grid; gap: calc(var(--step) * 2); }
      li { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: start; }
      .what { overflow-wrap: anywhere; }
      .failed { color: var(--bad); }
      input { display: none; }
      p { margin: 0; }
    `,
  ];
  static override properties = { model: { attribute: false } };
  declare model: DumpModel;

  constructor() {
    super();
    follow(this, () => ({
      change: this.model.plugins,
      hung: this.model.supervisor,
    }));
  }

  override render(): TemplateResult {
    const { outcome, failure, files } = this.model.plugins;
    return html`
      <h1>Plug-ins</h1>
      <p class="muted">
        Your own formats, heuristics and analyzers, as JavaScript files. They run in this tab only,
        see the dump, and cannot reach the network.
      </p>
      ${failure === null ? nothing : html`<div class="panel failed" role="alert">${failure}</div>`}
      ${
        files.length === 0
          ? nothing
          : html`<div class="panel" role="status">
            ${outcome === null ? 'loading…' : this.#list(outcome)}
          </div>`
      }
      ${this.#hung()}
      <div>
        <button class="primary" @click=${() => this.#input?.click()}>Add plug-ins…</button>
        <input
          type="file"
          multiple
          accept=".js,.mjs,text/javascript"
          tabindex="-1"
          aria-hidden="true"
          @change=${this.#choose}
        />
      </div>
    `;
  }

  #list({ loaded, failed }: NonNullable<DumpModel['plugins']['outcome']>): TemplateResult {
    return html`<ul>
      ${loaded.map(
        ({ file, name, contributions }) => html`<li>
          <div class="what">
            <strong>${printable(name)}</strong> <span class="muted mono">${printable(file)}</span>
            <div>${contributions.map(printable).join(', ')}</div>
          </div>
          ${this.#remove(file)}
        </li>`,
      )}
      ${failed.map(
        ({ file, because }) => html`<li>
          <div class="what failed"><span class="mono">${printable(file)}</span>: ${printable(because)}</div>
          ${this.#remove(file)}
        </li>`,
      )}
    </ul>`;
  }

  #remove(file: string): TemplateResult {
    return html`<button aria-label="Remove ${printable(file)}" @click=${() => this.model.plugins.remove(file)}>
      Remove
    </button>`;
  }

  #hung(): TemplateResult | typeof nothing {
    const { hung } = this.model.supervisor;
    return hung.length === 0
      ? nothing
      : html`<div class="panel" role="status">
          ${hung.map(
            ({ what, limitInMilliseconds }) =>
              html`<div>
                ${printable(what)} hung for ${Math.round(limitInMilliseconds / 1000)} s, and was ended.
              </div>`,
          )}
        </div>`;
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  #choose({ target }: Event): void {
    const input = target as HTMLInputElement;
    void this.model.plugins.ask([...(input.files ?? [])]);
    input.value = '';
  }
}

customElements.define('vm-plugins-view', PluginsView);
