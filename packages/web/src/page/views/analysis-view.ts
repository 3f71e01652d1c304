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

/** What one analyzer answers, and its options. */
export class AnalysisView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 3); min-width: 0; }
      .head { display: flex; flex-wrap: wrap; gap: var(--step) calc(var(--step) * 3); align-items: baseline; }
      summary { cursor: pointer; }
      details[open] summary { margin-bottom: calc(var(--step) * 3); }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    analyzer: { attribute: false },
    heading: { attribute: false },
    preferred: { attribute: false },
    given: { state: true },
    entry: { state: true },
  };
  declare model: DumpModel;
  declare analyzer: string;
  declare heading: string;
  declare preferred: 'people' | 'programs';
  declare given: GivenOptions;
  declare entry: AnalyzerEntry | null;
  readonly #run: AnalysisRun = new AnalysisRun(this);

  constructor() {
    super();
    this.preferred = 'people';
    this.given = {};
    this.entry = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('analyzer')) {
      this.given = {};
      void this.#describe(this.analyzer);
    }
    void this.#run.run(this.model, this.analyzer, this.given);
  }

  async #describe(name: string): Promise<void> {
    const entries = await this.model.analyzers();
    if (name === this.analyzer) {
      this.entry = entries.find((entry) => entry.name === name) ?? null;
    }
  }

  override render(): TemplateResult {
    const { analysis } = this.#run;
    return html`
      <div class="head">
        <h1>${this.heading}</h1>
        <span class="muted">${this.entry?.summary ?? ''}</span>
      </div>
      ${this.#options()} ${runStatus(this.#run)}
      ${
        analysis === null
          ? nothing
          : html`<vm-answer
              .model=${this.model}
              .analyzer=${this.analyzer}
              .options=${this.given}
              .analysis=${analysis}
              .label=${this.heading}
              .preferred=${this.preferred}
            ></vm-answer>`
      }
    `;
  }

  #options(): TemplateResult | typeof nothing {
    const { entry } = this;
    if (entry === null || entry.options.length === 0) {
      return nothing;
    }
    const count = Object.keys(this.given).length;
    return html`<details>
      <summary>Options${count === 0 ? '' : ` (${count} set)`}</summary>
      <vm-option-form
        .specs=${entry.options}
        .given=${this.given}
        @options=${({ detail }: CustomEvent<GivenOptions>) => (this.given = detail)}
      ></vm-option-form>
    </details>`;
  }
}

customElements.define('vm-analysis-view', AnalysisView);
