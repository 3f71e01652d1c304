import { printable } from '@vmcorekit/core';
import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { PluginShelf } from '../model/plugin-shelf.ts';
import { controls } from '../style/controls.ts';
import { dialogStyle } from '../style/dialog.ts';

/** Asks whether the files that were given may run. Sends `answer` with true or false. */
export class PluginQuestion extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    dialogStyle,
    css`
      ul { margin: calc(var(--step) * 3) 0; padding-left: calc(var(--step) * 5); }
      li { overflow-wrap: anywhere; }
    `,
  ];
  static override properties = { shelf: { attribute: false } };
  declare shelf: PluginShelf;

  override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render(): TemplateResult {
    const { asked } = this.shelf;
    return html`
      <dialog aria-labelledby="title" aria-describedby="text" @cancel=${() => this.#answer(false)}>
        <h2 id="title">Run ${asked.length === 1 ? 'this plug-in' : 'these plug-ins'}?</h2>
        <ul class="mono">
          ${asked.map(({ name }) => html`<li>${printable(name)}</li>`)}
        </ul>
        <div id="text">
          A plug-in is a program. It sees the dump, and its answers count as evidence. It cannot
          reach the network, and this tab forgets it when you close it.
        </div>
        <div class="buttons">
          <button autofocus @click=${() => this.#answer(false)}>Do not run</button>
          <button class="primary" @click=${() => this.#answer(true)}>Run</button>
        </div>
      </dialog>
    `;
  }

  #answer(isAccepted: boolean): void {
    // Closing it gives the focus back to where it was; removing it would not.
    this.renderRoot.querySelector('dialog')?.close();
    this.dispatchEvent(new CustomEvent('answer', { detail: isAccepted }));
  }
}

customElements.define('vm-plugin-question', PluginQuestion);
