import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type { TextAndJson } from '../../protocol/dump-calls.ts';
import type { Progress } from '../../protocol/messages.ts';
import type { KindChoice, WritingChoices, WrittenFile } from '../../protocol/writing-calls.ts';
import { CallError } from '../client/call-error.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import { type Chosen, convertFields, filterFields, kindField } from './fields.ts';
import { outcome, repairFields } from './outcome.ts';
import { chooseSavePlace, suggestedName } from './save-place.ts';
import { type WriteRequest, writeDump } from './writer.ts';
import './write-progress.ts';

const cancelled = new CallError({
  code: 'cancelled',
  message: 'Cancelled. Nothing was saved.',
  facts: {},
});
const nothingChosen: Chosen = {
  kind: '',
  compression: 'zlib',
  pageSizeInBytes: 0,
  exclude: [],
  mark: false,
  force: false,
};

/** Converts or repairs the dump into a new file that the user saves. */
export class WritingView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      form { display: grid; gap: calc(var(--step) * 4); max-width: 720px; }
      label { display: grid; gap: calc(var(--step) * 1); justify-items: start; }
      .check { display: flex; align-items: baseline; gap: calc(var(--step) * 2); }
      input[type='checkbox'] { min-height: 0; }
      select { max-width: 100%; }
      fieldset { border: 1px solid var(--line); border-radius: var(--radius); min-width: 0; }
      p { margin: 0; max-width: 70ch; }
      pre { margin: 0; overflow-x: auto; }
      .stack { display: grid; gap: calc(var(--step) * 4); min-width: 0; }
      .failure { border-color: var(--bad); }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    action: { attribute: false },
    choices: { state: true },
    chosen: { state: true },
    plan: { state: true },
    progress: { state: true },
    running: { state: true },
    written: { state: true },
    failure: { state: true },
  };
  declare model: DumpModel;
  declare action: WriteRequest['action'];
  declare choices: WritingChoices | null;
  declare chosen: Chosen;
  /** What a repair would write, or why it is refused. */
  declare plan: TextAndJson | CallError | null;
  declare progress: Progress | null;
  declare running: AbortController | null;
  declare written: WrittenFile | null;
  declare failure: CallError | null;

  constructor() {
    super();
    this.choices = null;
    this.chosen = nothingChosen;
    this.plan = null;
    this.progress = null;
    this.running = null;
    this.written = null;
    this.failure = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model') || changed.has('action')) {
      void this.#begin();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.running?.abort();
  }

  async #begin(): Promise<void> {
    Object.assign(this, { written: null, failure: null, plan: null });
    try {
      this.choices = await this.model.supervisor.call('writing', {});
    } catch (error) {
      this.failure = error as CallError;
      return;
    }
    const { converted, repaired } = this.choices;
    this.chosen = { ...nothingChosen, kind: this.action === 'convert' ? converted : repaired };
    await this.#planAgain();
  }

  async #planAgain(): Promise<void> {
    if (this.action !== 'repair') {
      return;
    }
    const { chosen } = this;
    this.plan = null;
    const { kind, exclude, mark, force } = chosen;
    const plan = await this.model.supervisor
      .call('planRepair', { kind, exclude, mark, force })
      .catch((error: unknown) => error as CallError);
    if (chosen === this.chosen) {
      this.plan = plan;
    }
  }

  #change(changed: Partial<Chosen>): void {
    this.chosen = { ...this.chosen, ...changed };
    void this.#planAgain();
  }

  get #kinds(): readonly KindChoice[] {
    const { action } = this;
    return (this.choices?.kinds ?? []).filter(
      ({ canBeRepaired }) => action === 'convert' || canBeRepaired,
    );
  }

  #request(): WriteRequest {
    const { kind, compression, pageSizeInBytes, exclude, mark, force } = this.chosen;
    const isCompressed = this.#kinds.find(({ name }) => name === kind)?.isCompressed === true;
    return this.action === 'repair'
      ? { action: 'repair', kind, exclude, mark, force }
      : {
          action: 'convert',
          kind,
          exclude,
          ...(isCompressed ? { compression } : {}),
          ...(pageSizeInBytes === 0 ? {} : { pageSizeInBytes }),
        };
  }

  async #write(event: Event): Promise<void> {
    event.preventDefault();
    const { opened, supervisor } = this.model;
    const done = this.action === 'convert' ? 'converted' : 'repaired';
    const ending = this.#kinds.find(({ name }) => name === this.chosen.kind)?.ending ?? '';
    const place = await chooseSavePlace(suggestedName(opened?.files[0] ?? '', done, ending));
    if (place === undefined) {
      return;
    }
    const running = new AbortController();
    Object.assign(this, { running, written: null, failure: null, progress: null });
    try {
      this.written = await writeDump(supervisor, this.#request(), place, {
        signal: running.signal,
        onProgress: (progress) => (this.progress = progress),
      });
    } catch (error) {
      this.failure = running.signal.aborted ? cancelled : (error as CallError);
    } finally {
      this.running = null;
    }
  }

  override render(): TemplateResult {
    const { choices, chosen } = this;
    if (choices === null) {
      return this.failure === null
        ? html`<div class="panel" role="status">reading…</div>`
        : html`${outcome(null, this.failure)}`;
    }
    const isRepair = this.action === 'repair';
    const change = (changed: Partial<Chosen>): void => this.#change(changed);
    return html`
      <div class="stack">
        <h1 tabindex="-1">${isRepair ? 'Repair' : 'Convert'}</h1>
        <p class="muted">
          ${
            isRepair
              ? 'Writes a copy that also says what the dump lacks, so that crash, drgn, makedumpfile and libkdumpfile open it.'
              : 'Writes the same dump to a new file. Memory, notes and header values stay the same.'
          }
          Choose a new name: the browser empties a file that you replace.
        </p>
        <form @submit=${(event: Event) => void this.#write(event)}>
          ${kindField(this.#kinds, chosen, change)}
          ${isRepair ? nothing : convertFields(choices, chosen, change)}
          ${filterFields(choices, chosen, change)}
          ${isRepair ? repairFields(chosen, this.plan, change) : nothing}
          <div>
            <button class="primary" ?disabled=${this.running !== null || (isRepair && !isPlanned(this.plan))}>
              Save as…
            </button>
          </div>
        </form>
        ${
          this.running === null
            ? nothing
            : html`<vm-write-progress
                .progress=${this.progress}
                .sizeInBytes=${choices.memorySizeInBytes}
                @cancel=${() => this.running?.abort()}
              ></vm-write-progress>`
        }
        ${outcome(this.written, this.failure)}
      </div>
    `;
  }
}

function isPlanned(plan: TextAndJson | CallError | null): boolean {
  return plan !== null && !(plan instanceof CallError);
}

customElements.define('vm-writing-view', WritingView);
