import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type { AnalyzerOption, GivenOptions } from '../../protocol/analysis-calls.ts';
import { AnalysisRun } from '../answer/analysis-run.ts';
import { runStatus } from '../answer/run-status.ts';
import { type LogTable, levelClass, logTable } from '../log/log-table.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import '../answer/evidence.ts';
import '../answer/export-bar.ts';
import '../table/table.ts';

/** What the kernel printed: levels, times, a filter, wrapped or not. */
export class LogView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 3); min-width: 0; }
      .bar { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      .filter { flex: 1 1 180px; min-width: 0; max-width: 420px; }
      .space { flex: 1; }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    level: { state: true },
    times: { state: true },
    filter: { state: true },
    wraps: { state: true },
    specs: { state: true },
  };
  declare model: DumpModel;
  declare level: string;
  declare times: string;
  declare filter: string;
  declare wraps: boolean;
  declare specs: readonly AnalyzerOption[];
  readonly #run: AnalysisRun = new AnalysisRun(this);
  #shown: { readonly text: string; readonly log: LogTable } | null = null;

  constructor() {
    super();
    this.level = '';
    this.times = '';
    this.filter = '';
    this.wraps = true;
    this.specs = [];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model')) {
      void this.#describe();
    }
    void this.#run.run(this.model, 'kernel-log', { ...this.#options, prefix: true });
  }

  /** As the command is given them; the prefix is only for this view. */
  get #options(): GivenOptions {
    return {
      ...(this.level === '' ? {} : { level: this.level }),
      ...(this.times === '' ? {} : { [this.times]: true }),
    };
  }

  async #describe(): Promise<void> {
    const entries = await this.model.analyzers();
    this.specs = entries.find(({ name }) => name === 'kernel-log')?.options ?? [];
  }

  override render(): TemplateResult {
    const { analysis } = this.#run;
    return html`
      <h1>Log</h1>
      ${this.#bar()} ${runStatus(this.#run)}
      ${analysis === null ? nothing : html`<vm-evidence .analysis=${analysis}></vm-evidence>`}
      ${analysis === null || this.specs.length === 0 ? nothing : this.#lines(analysis.text, analysis.isAnswered)}
    `;
  }

  #bar(): TemplateResult {
    const levels = this.specs.find(({ name }) => name === 'level')?.choices ?? [];
    const select = (
      label: string,
      choices: readonly [string, string][],
      set: (value: string) => void,
    ) =>
      html`<select aria-label=${label} @change=${({ target }: Event) => set((target as HTMLSelectElement).value)}>
        ${choices.map(([value, title]) => html`<option value=${value}>${title}</option>`)}
      </select>`;
    return html`
      <div class="bar">
        <input
          class="filter"
          type="search"
          aria-label="Filter messages"
          placeholder="Filter: words, or level:err"
          .value=${this.filter}
          @input=${({ target }: Event) => (this.filter = (target as HTMLInputElement).value)}
        />
        ${select(
          'Least urgent level',
          [['', 'all levels'], ...levels.map((name): [string, string] => [name, name])],
          (level) => (this.level = level),
        )}
        ${select(
          'Times',
          [
            ['', 'time since boot'],
            ['clock', 'wall clock (UTC)'],
            ['bare', 'no times'],
          ],
          (times) => (this.times = times),
        )}
        <label>
          <input
            type="checkbox"
            .checked=${this.wraps}
            @change=${({ target }: Event) => (this.wraps = (target as HTMLInputElement).checked)}
          />
          wrap
        </label>
        <span class="space"></span>
        <vm-export-bar .model=${this.model} .analyzer=${'kernel-log'} .options=${this.#options}></vm-export-bar>
      </div>
    `;
  }

  #lines(text: readonly unknown[], isAnswered: boolean): TemplateResult {
    const lines = text.filter((part) => typeof part === 'string').join('\n');
    if (!isAnswered) {
      return html`<div class="panel" role="status">${lines}</div>`;
    }
    if (this.#shown?.text !== lines) {
      const names = this.specs.find(({ name }) => name === 'level')?.choices ?? [];
      this.#shown = { text: lines, log: logTable(lines, names) };
    }
    const { table, levels } = this.#shown.log;
    return html`<vm-table
      .table=${table}
      .label=${'Log'}
      .filter=${this.filter}
      .wraps=${this.wraps}
      .rowClass=${(row: number) => levelClass(levels[row])}
    ></vm-table>`;
  }
}

customElements.define('vm-log-view', LogView);
