import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { ExportForm, GivenOptions } from '../../protocol/analysis-calls.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import { copyText, saveText } from './save.ts';

const names: Readonly<Record<ExportForm, string>> = {
  csv: 'CSV',
  jsonl: 'JSON lines',
  json: 'JSON',
};

/** Copies and saves what an analyzer answers, as its command prints it for programs. */
export class ExportBar extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: flex; gap: var(--step); align-items: center; flex-wrap: wrap; }
      .said { font: var(--small); color: var(--muted); }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    analyzer: { attribute: false },
    options: { attribute: false },
    isTable: { attribute: false },
    rows: { attribute: false },
    form: { state: true },
    said: { state: true },
  };
  declare model: DumpModel;
  declare analyzer: string;
  declare options: GivenOptions;
  /** Whether the answer has rows for programs. */
  declare isTable: boolean;
  /** The rows that a filter left, in their order; null for all. */
  declare rows: Uint32Array | null;
  declare form: ExportForm;
  declare said: string;

  constructor() {
    super();
    this.isTable = true;
    this.rows = null;
    this.form = 'csv';
    this.said = '';
  }

  override render(): TemplateResult {
    const forms: readonly ExportForm[] = this.isTable ? ['csv', 'jsonl', 'json'] : ['json'];
    const form = this.#formNow;
    return html`
      <select
        aria-label="Form to copy or save"
        @change=${({ target }: Event) => (this.form = (target as HTMLSelectElement).value as ExportForm)}
      >
        ${forms.map((each) => html`<option value=${each} ?selected=${each === form}>${names[each]}</option>`)}
      </select>
      <button @click=${() => this.#export(copyText, 'copied')}>Copy</button>
      <button @click=${() => this.#export((text) => saveText(this.analyzer, form, text), 'saved')}>
        Save
      </button>
      <span class="said" role="status">${this.said}</span>
    `;
  }

  get #formNow(): ExportForm {
    return this.isTable ? this.form : 'json';
  }

  async #export(take: (text: string) => void | Promise<void>, done: string): Promise<void> {
    const { analyzer: name, options, rows } = this;
    const form = this.#formNow;
    const isChosen = form !== 'json' && rows !== null;
    try {
      const request = { name, options, form, ...(isChosen ? { rows } : {}) };
      await take(await this.model.supervisor.call('exportAnalysis', request));
      this.said = isChosen ? `${done} ${rows.length} rows` : `${done} the whole answer`;
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
  }
}

customElements.define('vm-export-bar', ExportBar);
