import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { saveText } from '../model/save-file.ts';
import { controls } from '../style/controls.ts';
import './copy-button.ts';

/** A text as the command prints it, to copy and to save. */
export class TextPanel extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: calc(var(--step) * 2);
        padding: calc(var(--step) * 2) calc(var(--step) * 3);
        border-bottom: 1px solid var(--line);
      }
      .tools code { margin-inline-end: auto; overflow-wrap: anywhere; }
      .panel { padding: 0; }
      pre { margin: 0; padding: calc(var(--step) * 3); overflow: auto; max-height: 75vh; }
      .save { min-height: 26px; padding-block: 0; font: var(--small); }
    `,
  ];
  static override properties = {
    text: { attribute: false },
    command: { attribute: false },
    file: { attribute: false },
  };
  declare text: string;
  /** The command that prints the same. */
  declare command: string;
  /** The name of the file that is saved. */
  declare file: string;

  override render(): TemplateResult {
    const { text, command, file } = this;
    return html`
      <div class="panel">
        <div class="tools">
          <code class="muted">${command}</code>
          <vm-copy-button .text=${text} .label=${`the output of ${command}`}></vm-copy-button>
          <button class="save" @click=${this.#save} aria-label=${`Save ${file}`}>Save</button>
        </div>
        <pre tabindex="0" role="region" aria-label=${command}>${text}</pre>
      </div>
    `;
  }

  #save(): void {
    const type = this.file.endsWith('.json') ? 'application/json' : 'text/plain';
    saveText(this.file, this.text, type);
  }
}

customElements.define('vm-text-panel', TextPanel);
