import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { FindQuery, Found } from '../../protocol/find-calls.ts';
import type { Space } from '../../protocol/memory-calls.ts';
import { follow } from '../elements/follow.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import './find-form.ts';
import './hit-table.ts';

/**
 * A search through memory: a form, its progress, and the hits. Other views can be used while it
 * runs.
 */
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
  static override properties = { model: { attribute: false } };
  declare model: DumpModel;

  constructor() {
    super();
    follow(this, () => ({ change: this.model.search }));
  }

  override render(): TemplateResult {
    const { search } = this.model;
    const { isRunning, isStopped, given, answer, failure } = search;
    return html`
      <div class="view">
        <h1>Search memory</h1>
        <vm-find-form
          .hasVirtual=${this.model.located?.isReadable ?? false}
          .isRunning=${isRunning}
          @find=${(event: CustomEvent<FindQuery>) => void search.run(event.detail)}
          @stop=${() => search.cancel()}
        ></vm-find-form>
        ${isRunning ? this.#progress() : nothing}
        ${isStopped ? html`<p role="status">The search was stopped.</p>` : nothing}
        ${failure === null ? nothing : html`<p class="failure" role="alert">${failure}</p>`}
        ${answer === null || given === null ? nothing : this.#hits(answer, given.space)}
      </div>
    `;
  }

  #progress(): TemplateResult {
    const { progress } = this.model.search;
    return html`
      <div role="status">
        <p class="small muted">${progress?.doing ?? 'opening the dump a second time'}</p>
        <progress .value=${progress?.fraction ?? 0} aria-label="progress of the search"></progress>
      </div>
    `;
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
}

customElements.define('vm-find-view', FindView);
