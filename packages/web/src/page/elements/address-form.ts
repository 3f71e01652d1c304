import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';

/** A field for the address of a dump on a server. Sends `address` with its text as the detail. */
export class AddressForm extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { width: min(100%, 460px); }
      form { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: calc(var(--step) * 1.5); }
      label { grid-column: 1 / -1; }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <form autocomplete="off" @submit=${this.#send}>
        <label for="address">or paste the address of a dump on a server</label>
        <input id="address" required autocomplete="off" spellcheck="false" placeholder="https://…" />
        <button>Open…</button>
      </form>
    `;
  }

  #send(event: Event): void {
    event.preventDefault();
    const field = this.renderRoot.querySelector('input');
    const detail = field?.value ?? '';
    if (field !== null) {
      // It may be a secret, which is shown no longer than needed.
      field.value = '';
    }
    this.dispatchEvent(new CustomEvent('address', { detail, bubbles: true, composed: true }));
  }
}

customElements.define('vm-address-form', AddressForm);
