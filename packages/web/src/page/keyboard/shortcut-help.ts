import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';
import { views } from '../views/index.ts';
import { areShortcutsOn, commonShortcuts, setShortcuts } from './shortcuts.ts';

/** The dialog that lists the keys. */
export class ShortcutHelp extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      dialog {
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: calc(var(--radius) * 2);
        padding: calc(var(--step) * 5);
        width: min(560px, 100vw - 24px);
        max-height: calc(100dvh - 48px);
      }
      dialog::backdrop { background: #0006; }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 230px), 1fr));
        gap: calc(var(--step) * 1) calc(var(--step) * 6);
        margin: calc(var(--step) * 4) 0;
      }
      dl div { display: flex; gap: calc(var(--step) * 3); }
      dt { min-width: 44px; }
      dd { margin: 0; }
      kbd {
        font: var(--mono);
        border: 1px solid var(--line);
        border-radius: 4px;
        background: var(--raised);
        padding: 0 calc(var(--step) * 1.5);
      }
      .foot { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 3); align-items: center; }
      label { margin-inline-end: auto; }
      input { min-height: 0; accent-color: var(--accent); }
    `,
  ];

  override render(): TemplateResult {
    const toViews = views.flatMap(({ key, title }) =>
      key === undefined ? [] : [[`g ${key}`, title] as const],
    );
    return html`
      <dialog aria-labelledby="title">
        <h2 id="title">Keyboard shortcuts</h2>
        <dl>
          ${[...commonShortcuts, ...toViews].map(
            ([keys, does]) => html`
              <div>
                <dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt>
                <dd>${does}</dd>
              </div>
            `,
          )}
        </dl>
        <div class="foot">
          <label>
            <input type="checkbox" .checked=${areShortcutsOn()} @change=${this.#toggle} />
            Shortcuts are on
          </label>
          <button @click=${this.#close}>Close</button>
        </div>
      </dialog>
    `;
  }

  show(): void {
    this.#dialog?.showModal();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  #toggle({ target }: Event): void {
    setShortcuts((target as HTMLInputElement).checked);
  }

  #close(): void {
    this.#dialog?.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-shortcut-help': ShortcutHelp;
  }
}

customElements.define('vm-shortcut-help', ShortcutHelp);
