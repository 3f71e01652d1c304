import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { AnalysisRun } from '../answer/analysis-run.ts';
import { runStatus } from '../answer/run-status.ts';
import { copyText } from '../answer/save.ts';
import { type CrashField, crashParts } from '../crash/crash-parts.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import '../answer/evidence.ts';
import '../answer/export-bar.ts';

/** What users paste into a report or a search. */
const copied: readonly string[] = ['signature', 'hash'];

/** Why the kernel crashed: the fields of the summary, then the stack and who waits. */
export class CrashView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 3); min-width: 0; }
      .bar { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      .space { flex: 1; }
      dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: calc(var(--step) * 1.5) calc(var(--step) * 4); margin: 0; }
      dt { color: var(--muted); }
      dd { margin: 0; font: var(--mono); overflow-wrap: anywhere; }
      dd button { font: var(--small); min-height: 0; padding: 0 6px; margin-left: calc(var(--step) * 2); }
      .panic { font-weight: 600; color: var(--bad); }
      pre { margin: 0; overflow: auto; }
      .culprit { background: var(--bad-ground); color: var(--bad); }
      @media (max-width: 480px) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: calc(var(--step) * 2); } }
    `,
  ];
  static override properties = { model: { attribute: false }, said: { state: true } };
  declare model: DumpModel;
  declare said: string;
  readonly #run: AnalysisRun = new AnalysisRun(this);

  constructor() {
    super();
    this.said = '';
  }

  override willUpdate(): void {
    void this.#run.run(this.model, 'crash-summary');
  }

  override render(): TemplateResult {
    const { analysis } = this.#run;
    return html`
      <div class="bar">
        <h1>Crash summary</h1>
        <span class="space"></span>
        ${
          analysis === null
            ? nothing
            : html`<vm-export-bar .model=${this.model} .analyzer=${'crash-summary'} .options=${{}} .isTable=${false}></vm-export-bar>`
        }
      </div>
      ${runStatus(this.#run)}
      ${
        analysis === null
          ? nothing
          : html`${this.#summary(analysis.text, analysis.isAnswered)}
        <vm-evidence .analysis=${analysis}></vm-evidence>`
      }
      <span class="muted small" role="status">${this.said}</span>
    `;
  }

  #summary(text: readonly unknown[], isAnswered: boolean): TemplateResult {
    const lines = text.filter((part) => typeof part === 'string').join('\n');
    if (!isAnswered) {
      return html`<div class="panel" role="status">${lines}</div>`;
    }
    const { fields, sections } = crashParts(lines);
    const hasPanic = fields.some(({ name }) => name === 'signature');
    const culprit = fields.find(({ name }) => name === 'culprit')?.value;
    return html`
      <dl class="panel">${fields.map((field) => this.#field(field, hasPanic))}</dl>
      ${sections.map(
        (section) =>
          html`<pre class="panel" tabindex="0">${section.map(
            (line) => html`<span class=${isOf(line, culprit) ? 'culprit' : ''}>${line}</span>\n`,
          )}</pre>`,
      )}
    `;
  }

  #field({ name, value }: CrashField, hasPanic: boolean): TemplateResult {
    return html`
      <dt>${name}</dt>
      <dd class=${name === 'panic' && hasPanic ? 'panic' : ''}>
        ${value}${
          copied.includes(name)
            ? html`<button aria-label="Copy the ${name}" @click=${() => this.#copy(name, value)}>Copy</button>`
            : nothing
        }
      </dd>
    `;
  }

  async #copy(name: string, value: string): Promise<void> {
    try {
      await copyText(value);
      this.said = `copied the ${name}`;
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
  }
}

/** Whether a line is the frame of a function. */
function isOf(line: string, name: string | undefined): boolean {
  return name !== undefined && /^\s*#\d+ /.test(line) && line.includes(` ${name}+`);
}

customElements.define('vm-crash-view', CrashView);
