import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { controls } from '../style/controls.ts';
import { saveText } from './save.ts';

/** A picture that an analyzer drew. As an image, no script in it can ever run. */
export class Picture extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 2); justify-items: start; }
      img { max-width: 100%; height: auto; background: #fff; border-radius: var(--radius); }
    `,
  ];
  static override properties = { svg: { attribute: false }, label: {} };
  declare svg: string;
  declare label: string;
  #url = '';

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('svg')) {
      this.#forget();
      this.#url = URL.createObjectURL(new Blob([this.svg], { type: 'image/svg+xml' }));
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget();
  }

  override render(): TemplateResult {
    return html`
      <img src=${this.#url} alt=${this.label} />
      <button @click=${() => saveText(this.label, 'svg', this.svg)}>Save the picture</button>
    `;
  }

  #forget(): void {
    URL.revokeObjectURL(this.#url);
  }
}

customElements.define('vm-picture', Picture);
