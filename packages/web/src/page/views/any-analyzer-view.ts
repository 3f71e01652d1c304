import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type { AnalyzerEntry, GivenOptions } from '../../protocol/analysis-calls.ts';
import { AnalysisRun } from '../answer/analysis-run.ts';
import { runStatus } from '../answer/run-status.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import '../answer/answer.ts';
import '../answer/option-form.ts';

/** Any analyzer, also a user's own: its options as a form, run when asked. */
export class AnyAnalyzerView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 3); min-width: 0; }
      .bar { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      select { max-width: 100%; }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    entries: { state: true },
    chosen: { state: true },
    given: { state: true },
    asked: { state: true },
  };
  declare model: DumpModel;
  declare entries: readonly AnalyzerEntry[];
  declare chosen: string;
  declare given: GivenOptions;
  /** What the answer below is of. */
  declare asked: { readonly name: string; readonly options: GivenOptions } | null;
  readonly #run: AnalysisRun = new AnalysisRun(this);

  constructor() {
    super();
    this.entries = [];
    this.chosen = '';
    this.given = {};
    this.asked = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model')) {
      void this.#describe();
    }
  }

  async #describe(): Promise<void> {
    this.entries = await this.model.analyzers();
    this.chosen ||= this.entries[0]?.name ?? '';
  }

  override render(): TemplateResult {
    const entry = this.entries.find(({ name }) => name === this.chosen);
    return html`
      <h1>Any analyzer</h1>
      <div class="bar">
        <select aria-label="Analyzer" @change=${this.#choose}>
          ${this.entries.map(
            ({ name }) =>
              html`<option value=${name} ?selected=${name === this.chosen}>${name}</option>`,
          )}
        </select>
        <button class="primary" ?disabled=${entry === undefined || this.#run.isRunning} @click=${this.#start}>
          Run
        </button>
        <button ?disabled=${!this.#run.isRunning} @click=${() => this.#run.cancel()}>Cancel</button>
        <span class="muted">${entry?.summary ?? ''}</span>
      </div>
      ${
        entry === undefined || entry.options.length === 0
          ? nothing
          : html`<div class="panel">
              <vm-option-form
                .specs=${entry.options}
                .given=${this.given}
                @options=${({ detail }: CustomEvent<GivenOptions>) => (this.given = detail)}
              ></vm-option-form>
            </div>`
      }
      ${runStatus(this.#run)} ${this.#answer()}
    `;
  }

  #answer(): TemplateResult | typeof nothing {
    const { analysis } = this.#run;
    return analysis === null || this.asked === null
      ? nothing
      : html`<vm-answer
          .model=${this.model}
          .analyzer=${this.asked.name}
          .options=${this.asked.options}
          .analysis=${analysis}
          .label=${this.asked.name}
        ></vm-answer>`;
  }

  #choose({ target }: Event): void {
    this.chosen = (target as HTMLSelectElement).value;
    this.given = {};
  }

  #start(): void {
    this.asked = { name: this.chosen, options: this.given };
    void this.#run.start(this.model, this.chosen, this.given);
  }
}

customElements.define('vm-any-analyzer-view', AnyAnalyzerView);
