import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Analysis } from '../../protocol/analysis-calls.ts';
import { AnalysisRun } from '../answer/analysis-run.ts';
import { runStatus } from '../answer/run-status.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { blocksWith, type StackBlock, stackBlocks } from '../stacks/blocks.ts';
import { controls } from '../style/controls.ts';
import '../answer/evidence.ts';
import '../answer/export-bar.ts';
import '../stacks/stack-block.ts';

/** More are drawn when they are asked for: a dump may have thousands. */
const blocksAtOnce = 100;
const every = { all: true } as const;
const grouped = { grouped: true } as const;
const cpus = { cpus: true } as const;

/** The stacks of the CPUs, the panicked one first, then those of all tasks, equal ones together. */
export class StacksView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 3); min-width: 0; }
      .bar { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      .filter { flex: 1 1 220px; min-width: 0; max-width: 420px; }
      .space { flex: 1; }
      .count { font: var(--small); color: var(--muted); }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    filter: { state: true },
    isGrouped: { state: true },
    maxBlocks: { state: true },
  };
  declare model: DumpModel;
  declare filter: string;
  declare isGrouped: boolean;
  declare maxBlocks: number;
  /** The CPU that panicked, else every CPU. */
  readonly #panicked: AnalysisRun = new AnalysisRun(this);
  readonly #cpus: AnalysisRun = new AnalysisRun(this);
  readonly #tasks: AnalysisRun = new AnalysisRun(this);

  constructor() {
    super();
    this.filter = '';
    this.isGrouped = true;
    this.maxBlocks = blocksAtOnce;
  }

  override willUpdate(): void {
    void this.#panicked.run(this.model, 'bt', {});
    void this.#cpus.run(this.model, 'bt', cpus);
    void this.#tasks.run(this.model, 'bt', this.#options);
  }

  get #options(): typeof grouped | typeof every {
    return this.isGrouped ? grouped : every;
  }

  override render(): TemplateResult {
    return html`
      <h1>Stacks</h1>
      ${this.#bar()}
      ${this.#section('CPUs', this.#cpus, this.#panickedHead)}
      ${this.#section('Tasks', this.#tasks)}
    `;
  }

  #bar(): TemplateResult {
    return html`
      <div class="bar">
        <input
          class="filter"
          type="search"
          aria-label="Filter stacks"
          placeholder="Filter: function, module, pid"
          .value=${this.filter}
          @input=${({ target }: Event) => (this.filter = (target as HTMLInputElement).value)}
        />
        <label>
          <input
            type="checkbox"
            .checked=${this.isGrouped}
            @change=${({ target }: Event) => (this.isGrouped = (target as HTMLInputElement).checked)}
          />
          equal stacks together
        </label>
        <span class="space"></span>
        <vm-export-bar .model=${this.model} .analyzer=${'bt'} .options=${this.#options}></vm-export-bar>
      </div>
    `;
  }

  #section(title: string, run: AnalysisRun, badged: string | null = null): TemplateResult {
    const { analysis } = run;
    const blocks = analysis === null ? [] : blocksOf(analysis);
    const shown = blocksWith(blocks, this.filter).sort(
      (one, other) => Number(other.head === badged) - Number(one.head === badged),
    );
    return html`
      <h2>${title} ${analysis === null ? nothing : html`<span class="count">${shown.length} of ${blocks.length}</span>`}</h2>
      ${runStatus(run)}
      ${analysis === null ? nothing : html`<vm-evidence .analysis=${analysis}></vm-evidence>`}
      ${shown.slice(0, this.maxBlocks).map(
        (block) => html`<vm-stack-block
          .block=${block}
          .word=${this.filter.trim()}
          .badge=${block.head === badged ? 'panicked' : ''}
        ></vm-stack-block>`,
      )}
      ${
        shown.length > this.maxBlocks
          ? html`<button @click=${() => (this.maxBlocks += blocksAtOnce)}>
              Show more of ${shown.length - this.maxBlocks}
            </button>`
          : nothing
      }
    `;
  }

  /** Without options `bt` shows one CPU of several only where it knows which one panicked. */
  get #panickedHead(): string | null {
    const { analysis: first } = this.#panicked;
    const { analysis: all } = this.#cpus;
    if (first === null || all === null) {
      return null;
    }
    const [only, ...others] = blocksOf(first);
    return others.length === 0 && blocksOf(all).length > 1 ? (only?.head ?? null) : null;
  }
}

function blocksOf({ text }: Analysis): StackBlock[] {
  return text.flatMap((part) => (typeof part === 'string' ? stackBlocks(part) : []));
}

customElements.define('vm-stacks-view', StacksView);
