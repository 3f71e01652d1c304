import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Analysis, GivenOptions } from '../../protocol/analysis-calls.ts';
import { AnalysisRun } from '../answer/analysis-run.ts';
import { runStatus } from '../answer/run-status.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import type { ChosenTask } from '../tasks/task-details.ts';
import { marksOf, statesOf, taskAt } from '../tasks/task-rows.ts';
import '../answer/answer.ts';
import '../tasks/task-details.ts';

type Choices = readonly (readonly [value: string, title: string])[];

/** Which tasks, by the options of `ps`. */
const kinds: Choices = [
  ['', 'all tasks'],
  ['processes', 'processes'],
  ['user', 'of programs'],
  ['kernel', 'of the kernel'],
];
/** How they are shown: an option of `ps`, or a value of its `view`. */
const forms: Choices = [
  ['', 'list'],
  ['tree', 'tree'],
  ['parents', 'parents'],
  ['children', 'children'],
  ['times', 'times'],
  ['last-run', 'last run'],
  ['threads', 'threads'],
  ['limits', 'limits'],
  ['summary', 'summary'],
];

/** The tasks, and the details of the chosen one. */
export class TasksView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 3); min-width: 0; }
      .bar { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      .cpu { width: 96px; }
      .split { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 4); min-width: 0; }
      .split.open vm-answer { --table-height: 40dvh; }
      @media (min-width: 1800px) {
        .split.open { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; }
        .split.open vm-answer { --table-height: calc(100dvh - 260px); }
      }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    kind: { state: true },
    form: { state: true },
    state: { state: true },
    cpu: { state: true },
    chosen: { state: true },
  };
  declare model: DumpModel;
  declare kind: string;
  declare form: string;
  declare state: string;
  declare cpu: string;
  declare chosen: ChosenTask | null;
  readonly #run: AnalysisRun = new AnalysisRun(this);
  #marked: { analysis: Analysis; state: string; marks: Uint8Array | null } | null = null;

  constructor() {
    super();
    this.kind = '';
    this.form = '';
    this.state = '';
    this.cpu = '';
    this.chosen = null;
  }

  override willUpdate(): void {
    void this.#run.run(this.model, 'ps', this.#options);
  }

  get #options(): GivenOptions {
    return {
      ...(this.kind === '' ? {} : { [this.kind]: true }),
      ...(this.form === '' ? {} : this.form === 'tree' ? { tree: true } : { view: this.form }),
      ...(this.cpu === '' ? {} : { cpu: this.cpu }),
    };
  }

  override render(): TemplateResult {
    const { analysis } = this.#run;
    return html`
      <h1>Tasks</h1>
      ${this.#bar()} ${runStatus(this.#run)}
      <div class="split ${this.chosen === null ? '' : 'open'}">
        ${analysis === null ? nothing : this.#answer(analysis)}
        ${
          this.chosen === null
            ? nothing
            : html`<vm-task-details
                .model=${this.model}
                .task=${this.chosen}
                @closed=${() => (this.chosen = null)}
              ></vm-task-details>`
        }
      </div>
    `;
  }

  #answer(analysis: Analysis): TemplateResult {
    return html`<vm-answer
      .model=${this.model}
      .analyzer=${'ps'}
      .options=${this.#options}
      .analysis=${analysis}
      .label=${'Tasks'}
      .only=${this.#marks(analysis)}
      @row-chosen=${({ detail }: CustomEvent<number>) => (this.chosen = taskAt(analysis, detail))}
    ></vm-answer>`;
  }

  /** The same object until the state or the answer is another. */
  #marks(analysis: Analysis): Uint8Array | null {
    if (this.#marked?.analysis !== analysis || this.#marked.state !== this.state) {
      const { state } = this;
      this.#marked = { analysis, state, marks: state === '' ? null : marksOf(analysis, state) };
    }
    return this.#marked.marks;
  }

  #bar(): TemplateResult {
    const { analysis } = this.#run;
    const states = analysis === null ? [] : statesOf(analysis);
    return html`
      <div class="bar">
        ${selectOf('Which tasks', kinds, this.kind, (kind) => (this.kind = kind))}
        ${selectOf('Shown as', forms, this.form, (form) => (this.form = form))}
        ${selectOf(
          'State',
          [['', 'any state'], ...states.map((state) => [state, state] as const)],
          this.state,
          (state) => (this.state = state),
        )}
        <input
          class="cpu"
          aria-label="CPU"
          placeholder="CPU"
          inputmode="numeric"
          .value=${this.cpu}
          @change=${({ target }: Event) => (this.cpu = (target as HTMLInputElement).value.trim())}
        />
      </div>
    `;
  }
}

function selectOf(
  label: string,
  choices: Choices,
  chosen: string,
  set: (value: string) => void,
): TemplateResult {
  return html`<select
    aria-label=${label}
    @change=${({ target }: Event) => set((target as HTMLSelectElement).value)}
  >
    ${choices.map(([value, title]) => html`<option value=${value} ?selected=${value === chosen}>${title}</option>`)}
  </select>`;
}

customElements.define('vm-tasks-view', TasksView);
