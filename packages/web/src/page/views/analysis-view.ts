import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type { Analysis, TextTable } from '../../protocol/analysis-calls.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';

/** What one analyzer answers: its remarks, its lines and its tables. */
export class AnalysisView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      table { border-collapse: collapse; font: var(--mono); }
      th, td { text-align: left; padding: 2px 12px 2px 0; white-space: nowrap; }
      .number { text-align: right; }
      .scroll { overflow: auto; }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    analyzer: { attribute: false },
    options: { attribute: false },
    heading: { attribute: false },
    analysis: { state: true },
    failure: { state: true },
  };
  declare model: DumpModel;
  declare analyzer: string;
  declare options: Readonly<Record<string, string | boolean>>;
  declare heading: string;
  declare analysis: Analysis | null;
  declare failure: string | null;

  constructor() {
    super();
    this.analysis = null;
    this.failure = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('analyzer') || changed.has('options') || changed.has('model')) {
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    this.analysis = null;
    this.failure = null;
    const { analyzer } = this;
    try {
      const analysis = await this.model.analysis(analyzer, this.options);
      if (analyzer === this.analyzer) {
        this.analysis = analysis;
      }
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  override render(): TemplateResult {
    if (this.failure !== null) {
      return html`<div class="panel" role="alert">${this.failure}</div>`;
    }
    if (this.analysis === null) {
      return html`<div class="panel" role="status">reading…</div>`;
    }
    return html`
      <h1>${this.heading}</h1>
      ${this.analysis.remarks.map((remark) => html`<p class="muted">${remark}</p>`)}
      <div class="panel scroll" tabindex="0">
        ${this.analysis.text.map((part) =>
          typeof part === 'string' ? html`<div class="mono">${part}</div>` : tableOf(part),
        )}
      </div>
    `;
  }
}

function tableOf({ heads, cells }: TextTable): TemplateResult {
  return html`
    <table>
      <thead>
        <tr>
          ${heads.map(({ title, kind }) => html`<th class=${kind}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${cells.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) => html`<td class=${heads[index]?.kind ?? ''}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  `;
}

customElements.define('vm-analysis-view', AnalysisView);
