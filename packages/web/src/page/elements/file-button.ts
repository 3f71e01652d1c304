import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';

/** Lets the user choose files. Sends `files` with the `File` objects as its detail. */
export class FileButton extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: inline-block; }
      input { display: none; }
    `,
  ];
  static override properties = { label: { attribute: false }, isPrimary: { attribute: false } };
  declare label: string;
  declare isPrimary: boolean;

  constructor() {
    super();
    this.label = '';
    this.isPrimary = false;
  }

  override render(): TemplateResult {
    return html`
      <button class=${this.isPrimary ? 'primary' : ''} @click=${this.choose}>${this.label}</button>
      <input type="file" multiple tabindex="-1" aria-hidden="true" @change=${this.#take} />
    `;
  }

  /** Shows the system's choice of files. */
  choose(): void {
    this.renderRoot.querySelector('input')?.click();
  }

  #take({ target }: Event): void {
    const input = target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // The same file can be chosen again, as after it changed.
    input.value = '';
    sendFiles(this, files);
  }
}

/** Hands files to the page, which opens them as one dump. */
export function sendFiles(from: EventTarget, files: readonly File[]): void {
  if (files.length > 0) {
    from.dispatchEvent(new CustomEvent('files', { detail: files, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-file-button': FileButton;
  }
}

customElements.define('vm-file-button', FileButton);
