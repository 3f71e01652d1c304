import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type { Analysis, GivenOptions, PackedTable } from '../../protocol/analysis-calls.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import type { ShownRows } from '../table/table.ts';
import '../table/table.ts';
import './evidence.ts';
import './export-bar.ts';
import './picture.ts';

type Form = 'people' | 'programs';

/**
 * What an analyzer answers: its lines, tables and picture, or its table for programs; what speaks
 * for it; and the table to copy and save. Sends `row-chosen` with the number of the row among those
 * for programs.
 */
export class Answer extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 3); min-width: 0; }
      .bar { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      .filter { flex: 1 1 220px; min-width: 0; max-width: 420px; }
      .count { font: var(--small); color: var(--muted); font-variant-numeric: tabular-nums; }
      .forms { display: flex; }
      .forms button:first-child { border-radius: var(--radius) 0 0 var(--radius); }
      .forms button:last-child { border-radius: 0 var(--radius) var(--radius) 0; border-left: 0; }
      .space { flex: 1; }
      pre { margin: 0; overflow: auto; max-height: max(240px, calc(100dvh - 260px)); }
      .parts { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 2); min-width: 0; }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    analyzer: { attribute: false },
    options: { attribute: false },
    analysis: { attribute: false },
    label: {},
    only: { attribute: false },
    preferred: {},
    filter: { state: true },
    form: { state: true },
    shown: { state: true },
  };
  declare model: DumpModel;
  declare analyzer: string;
  declare options: GivenOptions;
  declare analysis: Analysis;
  declare label: string;
  /** Marks the rows that may be shown; null for all. */
  declare only: Uint8Array | null;
  /** The form that is shown first. */
  declare preferred: Form;
  declare filter: string;
  declare form: Form | null;
  declare shown: ShownRows | null;

  constructor() {
    super();
    this.label = '';
    this.only = null;
    this.preferred = 'people';
    this.filter = '';
    this.form = null;
    this.shown = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('analyzer')) {
      this.filter = '';
      this.form = null;
    }
  }

  override render(): TemplateResult {
    const { analysis } = this;
    if (!analysis.isAnswered) {
      return html`
        <div class="panel" role="status">${linesOf(analysis).map((line) => html`<div>${line}</div>`)}</div>
        <vm-evidence .analysis=${analysis}></vm-evidence>
      `;
    }
    const table = this.#table;
    return html`
      <div class="bar">
        ${table === null ? nothing : this.#filterField(table)}
        ${this.#forms()}
        <span class="space"></span>
        <vm-export-bar
          .model=${this.model}
          .analyzer=${this.analyzer}
          .options=${this.options}
          .isTable=${analysis.rows !== null}
          .rows=${table === null || this.shown === null || this.shown.isAll ? null : this.shown.rows}
        ></vm-export-bar>
      </div>
      <vm-evidence .analysis=${analysis}></vm-evidence>
      <div class="parts">
        ${analysis.svg === null ? nothing : html`<vm-picture .svg=${analysis.svg} .label=${this.label}></vm-picture>`}
        ${table === null ? analysis.text.map((part, index) => this.#part(part, analysis.text[index - 1])) : this.#wholeTable(table)}
      </div>
    `;
  }

  /** The one table whose rows are those for programs; null where the answer has more parts. */
  get #table(): PackedTable | null {
    const { text, rows } = this.analysis;
    if (rows !== null && this.#formNow === 'programs') {
      return rows;
    }
    const [only] = text;
    const isOne = text.length === 1 && typeof only === 'object' && only.rowCount === rows?.rowCount;
    return isOne ? only : null;
  }

  get #formNow(): Form {
    return this.analysis.rows === null ? 'people' : (this.form ?? this.preferred);
  }

  #filterField({ rowCount }: PackedTable): TemplateResult {
    return html`
      <input
        class="filter"
        type="search"
        aria-label="Filter rows"
        placeholder="Filter: words, or column:word"
        .value=${this.filter}
        @input=${({ target }: Event) => (this.filter = (target as HTMLInputElement).value)}
      />
      <span class="count" role="status">${countText(this.shown?.rows.length ?? rowCount, rowCount)}</span>
    `;
  }

  #forms(): TemplateResult | typeof nothing {
    if (this.analysis.rows === null) {
      return nothing;
    }
    const button = (form: Form, title: string): TemplateResult => html`
      <button aria-pressed=${this.#formNow === form} @click=${() => (this.form = form)}>${title}</button>
    `;
    return html`<div class="forms" role="group" aria-label="Form">
      ${button('people', 'As printed')}${button('programs', 'All columns')}
    </div>`;
  }

  #wholeTable(table: PackedTable): TemplateResult {
    return html`<vm-table
      .table=${table}
      .label=${this.label}
      .filter=${this.filter}
      .only=${this.only}
      @rows-shown=${({ detail }: CustomEvent<ShownRows>) => this.#takeShown(detail)}
      @row-chosen=${({ detail }: CustomEvent<number>) =>
        this.dispatchEvent(new CustomEvent('row-chosen', { detail }))}
    ></vm-table>`;
  }

  /** The line before a table is its title. */
  #part(part: string | PackedTable, before?: string | PackedTable): TemplateResult {
    if (typeof part === 'string') {
      return html`<pre tabindex="0">${part}</pre>`;
    }
    const title = typeof before === 'string' ? before.split('\n').at(-1) : undefined;
    return html`<vm-table .table=${part} .label=${title || this.label}></vm-table>`;
  }

  /** A table says this while it is drawn, and nothing may change meanwhile. */
  #takeShown(shown: ShownRows): void {
    queueMicrotask(() => {
      this.shown = shown;
    });
  }
}

function countText(shown: number, all: number): string {
  const text = (count: number): string => count.toLocaleString('en');
  return shown === all ? `${text(all)} rows` : `${text(shown)} of ${text(all)} rows`;
}

function linesOf({ text }: Analysis): string[] {
  return text.flatMap((part) => (typeof part === 'string' ? part.split('\n') : []));
}

customElements.define('vm-answer', Answer);
