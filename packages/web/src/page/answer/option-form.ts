import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { AnalyzerOption, GivenOptions } from '../../protocol/analysis-calls.ts';
import { controls } from '../style/controls.ts';

/** A form made of an analyzer's options. Sends `options` with those that are set. */
export class OptionForm extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      form { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: calc(var(--step) * 2) calc(var(--step) * 3); align-items: center; }
      label { font: var(--mono); }
      .field { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      .field input:not([type='checkbox']) { flex: 0 1 240px; min-width: 0; }
    `,
  ];
  static override properties = { specs: { attribute: false }, given: { attribute: false } };
  declare specs: readonly AnalyzerOption[];
  declare given: GivenOptions;

  constructor() {
    super();
    this.specs = [];
    this.given = {};
  }

  override render(): TemplateResult {
    return html`
      <form @submit=${(event: Event) => event.preventDefault()}>
        ${this.specs.filter(isForPages).map(
          (spec) => html`
            <label for=${spec.name}>${spec.name}</label>
            <div class="field">
              ${this.#control(spec)}
              <span class="muted small" id="about-${spec.name}">${spec.summary}</span>
            </div>
          `,
        )}
      </form>
    `;
  }

  #control({ name, type, choices }: AnalyzerOption): TemplateResult {
    const value = this.given[name];
    const about = `about-${name}`;
    if (type === 'boolean') {
      return html`<input
        id=${name}
        type="checkbox"
        aria-describedby=${about}
        .checked=${value === true}
        @change=${({ target }: Event) => this.#set(name, (target as HTMLInputElement).checked)}
      />`;
    }
    const onText = ({ target }: Event): void =>
      this.#set(name, (target as HTMLInputElement | HTMLSelectElement).value);
    const text = typeof value === 'string' ? value : '';
    return choices === undefined
      ? html`<input
          id=${name}
          aria-describedby=${about}
          inputmode=${type === 'integer' ? 'numeric' : 'text'}
          autocomplete="off"
          spellcheck="false"
          .value=${text}
          @change=${onText}
        />`
      : html`<select id=${name} aria-describedby=${about} @change=${onText}>
          ${['', ...choices].map((each) => html`<option value=${each} ?selected=${each === text}>${each}</option>`)}
        </select>`;
  }

  #set(name: string, value: string | boolean): void {
    const { [name]: _before, ...others } = this.given;
    const isUnset = value === false || value === '';
    this.given = isUnset ? others : { ...others, [name]: value };
    this.dispatchEvent(new CustomEvent('options', { detail: this.given }));
  }
}

/** A page has no files but those that the user opened. */
function isForPages({ type }: AnalyzerOption): boolean {
  return type !== 'file';
}

customElements.define('vm-option-form', OptionForm);
