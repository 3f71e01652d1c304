import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { GivenOptions } from '../../protocol/analysis-calls.ts';
import { AnalysisRun } from '../answer/analysis-run.ts';
import { runStatus } from '../answer/run-status.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import '../answer/answer.ts';

/** A task that was chosen in a table. */
export interface ChosenTask {
  /** Of its `task_struct`: it selects this task alone, where a pid of 0 would not. */
  readonly address: string;
  readonly pid: string;
  readonly comm: string;
}

interface Part {
  readonly title: string;
  readonly analyzer: string;
  readonly options: GivenOptions;
}

const parts: readonly Part[] = [
  { title: 'Stack', analyzer: 'bt', options: {} },
  { title: 'Files', analyzer: 'files', options: {} },
  { title: 'Memory', analyzer: 'vm', options: {} },
  { title: 'Arguments', analyzer: 'ps', options: { arguments: true } },
  { title: 'Details', analyzer: 'ps', options: { details: true } },
];

/** One task: its stack, files, memory and arguments. Sends `closed`. */
export class TaskDetails extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 3); min-width: 0; align-content: start; }
      .bar { display: flex; flex-wrap: wrap; gap: var(--step) calc(var(--step) * 2); align-items: center; }
      h2 { overflow-wrap: anywhere; }
      .space { flex: 1; }
      vm-answer { --table-height: 50dvh; }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    task: { attribute: false },
    shownPart: { state: true },
  };
  declare model: DumpModel;
  declare task: ChosenTask;
  declare shownPart: Part;
  readonly #run: AnalysisRun = new AnalysisRun(this);

  constructor() {
    super();
    const [first] = parts;
    this.shownPart = first as Part;
  }

  override willUpdate(): void {
    void this.#run.run(this.model, this.shownPart.analyzer, this.#options);
  }

  get #options(): GivenOptions {
    return { ...this.shownPart.options, select: this.task.address };
  }

  override render(): TemplateResult {
    const { analysis } = this.#run;
    const { pid, comm } = this.task;
    return html`
      <div class="bar">
        <h2>${pid} ${comm}</h2>
        <span class="space"></span>
        <button @click=${() => this.dispatchEvent(new CustomEvent('closed'))}>Close</button>
      </div>
      <div class="bar" role="group" aria-label="Of this task">
        ${parts.map(
          (part) =>
            html`<button aria-pressed=${part === this.shownPart} @click=${() => (this.shownPart = part)}>${part.title}</button>`,
        )}
      </div>
      ${runStatus(this.#run)}
      ${
        analysis === null
          ? nothing
          : html`<vm-answer
              .model=${this.model}
              .analyzer=${this.shownPart.analyzer}
              .options=${this.#options}
              .analysis=${analysis}
              .label=${`${this.shownPart.title} of ${pid} ${comm}`}
            ></vm-answer>`
      }
    `;
  }
}

customElements.define('vm-task-details', TaskDetails);
