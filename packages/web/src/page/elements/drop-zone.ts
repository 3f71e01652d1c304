import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';

/** Takes files by drop or by choice. Sends `files` with the `File` objects as its detail. */
export class DropZone extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .zone {
        display: grid;
        gap: calc(var(--step) * 3);
        justify-items: center;
        text-align: center;
        border: 1.5px dashed var(--line);
        border-radius: calc(var(--radius) * 2);
        background: var(--surface);
        padding: clamp(24px, 8vw, 72px) clamp(16px, 4vw, 48px);
      }
      .zone.over { border-color: var(--accent); background: var(--accent-ground); }
      p { margin: 0; max-width: 60ch; }
      input { display: none; }
    `,
  ];
  static override properties = { isOver: { state: true } };
  declare isOver: boolean;

  constructor() {
    super();
    this.isOver = false;
  }

  override render(): TemplateResult {
    return html`
      <div
        class=${this.isOver ? 'zone over' : 'zone'}
        @dragover=${this.#over}
        @dragleave=${() => (this.isOver = false)}
        @drop=${this.#drop}
      >
        <h1>Drop a kernel memory dump here</h1>
        <p class="muted">
          vmcore, KDUMP, ELF, LiME, VMware, Xen, raw memory, also compressed or in parts. The file
          stays on this machine: this page reads it where it is, and uploads nothing.
        </p>
        <button class="primary" @click=${() => this.#input?.click()}>Choose files…</button>
        <input type="file" multiple tabindex="-1" aria-hidden="true" @change=${this.#choose} />
      </div>
    `;
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  #over(event: DragEvent): void {
    event.preventDefault();
    this.isOver = true;
  }

  #drop(event: DragEvent): void {
    event.preventDefault();
    this.isOver = false;
    this.#send([...(event.dataTransfer?.files ?? [])]);
  }

  #choose({ target }: Event): void {
    const input = target as HTMLInputElement;
    this.#send([...(input.files ?? [])]);
    // The same file can be chosen again, as after it changed.
    input.value = '';
  }

  #send(files: readonly File[]): void {
    if (files.length > 0) {
      this.dispatchEvent(
        new CustomEvent('files', { detail: files, bubbles: true, composed: true }),
      );
    }
  }
}

customElements.define('vm-drop-zone', DropZone);
