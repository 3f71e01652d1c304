import { printable } from '@vmcorekit/core';
import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { PluginShelf } from '../model/plugin-shelf.ts';
import { controls } from '../style/controls.ts';
import { follow } from './follow.ts';

/**
 * What became of the user's plug-ins, for a screen reader in any view. Without a dump, no view
 * shows it, so `isVisible` shows it here.
 */
export class PluginNews extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .panel { margin-block: calc(var(--step) * 4); }
      .panel div { overflow-wrap: anywhere; }
      .bad { color: var(--bad); }
      .hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
    `,
  ];
  static override properties = { shelf: { attribute: false }, isVisible: { attribute: false } };
  declare shelf: PluginShelf;
  declare isVisible: boolean;

  constructor() {
    super();
    this.isVisible = false;
    follow(this, () => ({ change: this.shelf }));
  }

  override render(): TemplateResult {
    const { outcome, failure, files } = this.shelf;
    const bad = [
      ...(failure === null ? [] : [failure]),
      ...(outcome?.failed ?? []).map(({ file, because }) => `Plug-in ${file} failed: ${because}`),
    ];
    const good = (outcome?.loaded ?? []).map(({ name }) => `Plug-in ${name} is loaded`);
    const isLoading = files.length > 0 && outcome === null;
    const isEmpty = bad.length + good.length === 0 && !isLoading;
    return html`<div role="status" class=${this.isVisible && !isEmpty ? 'panel' : 'hidden'}>
      ${isLoading ? html`<div>Loading plug-ins…</div>` : ''}
      ${bad.map((text) => html`<div class="bad">${printable(text)}</div>`)}
      ${good.map((text) => html`<div>${printable(text)}</div>`)}
    </div>`;
  }
}

customElements.define('vm-plugin-news', PluginNews);
