import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';
import './address-form.ts';
import './file-button.ts';

/** What the page shows while no dump is open. Files are taken wherever they are dropped. */
export class DropZone extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .zone {
        display: grid;
        gap: calc(var(--step) * 4);
        justify-items: center;
        text-align: center;
        border: 1.5px dashed var(--line);
        border-radius: calc(var(--radius) * 2);
        background: var(--surface);
        padding: clamp(24px, 8vh, 88px) clamp(16px, 4vw, 48px);
      }
      h1 { font-size: 22px; letter-spacing: -0.01em; }
      p { margin: 0; max-width: 58ch; }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 230px), 1fr));
        gap: calc(var(--step) * 5);
        list-style: none;
        margin: calc(var(--step) * 6) 0 0;
        padding: 0;
      }
      li b { display: block; }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <div class="zone">
        <h1 tabindex="-1">Drop a kernel memory dump here</h1>
        <p class="muted">
          vmcore, KDUMP, ELF, LiME, VMware, Xen, raw memory, also compressed or in parts.
        </p>
        <vm-file-button .label=${'Choose files…'} .isPrimary=${true}></vm-file-button>
        <vm-address-form></vm-address-form>
        <p>or <a href="#/gallery">look at an example</a></p>
      </div>
      <ul class="muted">
        <li>
          <b>Nothing is uploaded</b> This page reads the file where it is. Its policy lets a file
          reach no server. From an address it only fetches, once you agreed.
        </li>
        <li>
          <b>Nothing else is needed</b> It finds the kernel, its release and its KASLR offset without
          a vmlinux.
        </li>
        <li>
          <b>Every answer names its evidence</b> What is not proved stays open. The command vmcorekit
          gives the same answers.
        </li>
      </ul>
    `;
  }
}

customElements.define('vm-drop-zone', DropZone);
