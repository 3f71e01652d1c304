import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';

/** A field for an address or a symbol. Sends `go` with its text. */
export class PlaceForm extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      form { display: flex; gap: calc(var(--step) * 1); max-width: 640px; }
      input { flex: 1; min-width: 0; font: var(--mono); }
      .refusal { color: var(--bad); margin: calc(var(--step) * 1) 0 0; font: var(--small); }
    `,
  ];
  static override properties = {
    refusal: { attribute: false },
    action: { attribute: false },
  };
  /** Why the last text was refused, in the command's words. */
  declare refusal: string | null;
  /** What the button says. */
  declare action: string;

  override render(): TemplateResult {
    const { refusal } = this;
    return html`
      <form @submit=${this.#go}>
        <input
          name="place"
          placeholder="address or symbol"
          aria-label="address or symbol"
          aria-invalid=${refusal === null ? 'false' : 'true'}
          aria-describedby=${refusal === null ? nothing : 'refusal'}
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
        />
        <button class="primary">${this.action}</button>
      </form>
      ${
        refusal === null
          ? nothing
          : html`<p id="refusal" class="refusal" role="alert">${refusal}</p>`
      }
    `;
  }

  #go(event: SubmitEvent): void {
    event.preventDefault();
    const { value = '' } = this.renderRoot.querySelector('input') ?? {};
    if (value.trim() !== '') {
      this.dispatchEvent(new CustomEvent('go', { detail: value }));
    }
  }
}

customElements.define('vm-place-form', PlaceForm);
