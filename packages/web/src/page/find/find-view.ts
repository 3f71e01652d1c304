import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type { FindQuery, Found } from '../../protocol/find-calls.ts';
import type { Space } from '../../protocol/memory-calls.ts';
import type { Progress } from '../../protocol/messages.ts';
import type { CallError } from '../client/call-error.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import './find-form.ts';
import './hit-table.ts';

/** The last hits of each dump, for users who come back from one of them. */
const lastFound: WeakMap<object, NonNullable<FindView['found']>> = new WeakMap();

/** A search through memory: a form, its progress, and the hits. */
export class FindView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .view { display: grid; gap: calc(var(--step) * 3); grid-template-columns: minmax(0, 1fr); }
      p { margin: 0; }
      .failure { color: var(--bad); }
      progress { width: 100%; max-width: 480px; accent-color: var(--accent); }
      h2 { overflow-wrap: anywhere; }
    `,
  ];
  static override properties = {
    model: { attribute: false },
    progress: { state: true },
    found: { state: true },
    failure: { state: true },
  };
  declare model: DumpModel;
  /** Null where nothing runs. */
  declare progress: Progress | null;
  declare found: { readonly space: Space; readonly answer: Found } | null;
  declare failure: string | null;
  #running: AbortController | null = null;

  constructor() {
    super();
    this.progress = null;
    this.found = null;
    this.failure = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#running?.abort();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model')) {
      this.found = lastFound.get(this.#dump) ?? null;
    }
  }

  override render(): TemplateResult {
    const { progress, found, failure } = this;
    return html`
      <div class="view">
        <h1>Search memory</h1>
        <vm-find-form
          .hasVirtual=${this.model.located?.isReadable ?? false}
          .isRunning=${progress !== null}
          @find=${this.#find}
          @stop=${() => this.#running?.abort()}
        ></vm-find-form>
        ${
          progress === null
            ? nothing
            : html`<div role="status">
                <p class="small muted">${progress.doing}</p>
                <progress .value=${progress.fraction ?? 0} aria-label="progress of the search"></progress>
              </div>`
        }
        ${failure === null ? nothing : html`<p class="failure" role="alert">${failure}</p>`}
        ${found === null ? nothing : this.#hits(found.answer, found.space)}
      </div>
    `;
  }

  get #dump(): object {
    return this.model.opened ?? this.model;
  }

  #hits({ headline, notes, hits, isLimited }: Found, space: Space): TemplateResult {
    return html`
      <div role="status">
        <h2>${headline}</h2>
        ${isLimited ? html`<p class="muted">There are more hits than were asked for.</p>` : nothing}
        ${notes.map((note) => html`<p class="muted">${note}</p>`)}
      </div>
      ${
        hits.length === 0
          ? nothing
          : html`<vm-hit-table .hits=${hits} .space=${space}></vm-hit-table>`
      }
    `;
  }

  async #find({ detail: query }: CustomEvent<FindQuery>): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.found = null;
    this.failure = null;
    this.progress = { doing: 'searching memory', fraction: 0 };
    try {
      const answer = await this.model.supervisor.call('find', query, {
        signal: running.signal,
        onProgress: (progress) => {
          this.progress = progress;
        },
      });
      this.found = { space: query.space, answer };
      lastFound.set(this.#dump, this.found);
    } catch (error) {
      const { code, message } = error as CallError;
      this.failure = code === 'cancelled' ? 'The search was stopped.' : message;
    }
    this.progress = null;
  }
}

customElements.define('vm-find-view', FindView);
