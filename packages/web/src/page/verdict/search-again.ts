import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { HeuristicEntry, LocateRequest } from '../../protocol/dump-calls.ts';
import { controls } from '../style/controls.ts';

/** Searches once more, with or without some heuristics. Sends `search` with the request. */
export class SearchAgain extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      details { padding: calc(var(--step) * 3); }
      summary { cursor: pointer; font-weight: 600; }
      form { display: grid; gap: calc(var(--step) * 2); margin-top: calc(var(--step) * 3); }
      fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: calc(var(--step) * 1.5); }
      legend { padding: 0; margin-bottom: calc(var(--step) * 1.5); }
      label { display: grid; grid-template-columns: auto 1fr; gap: 0 calc(var(--step) * 2); }
      label .small { grid-column: 2; }
      input { min-height: 0; accent-color: var(--accent); }
      button { justify-self: start; }
    `,
  ];
  static override properties = { heuristics: { attribute: false } };
  declare heuristics: readonly HeuristicEntry[];

  constructor() {
    super();
    this.heuristics = [];
  }

  override render(): TemplateResult {
    return html`
      <details class="panel">
        <summary>Search again</summary>
        <form @submit=${this.#submit}>
          <label>
            <input type="checkbox" name="all" />
            <span>Run every heuristic, also when the answer is certain</span>
          </label>
          <fieldset>
            <legend class="small muted">Leave out</legend>
            ${this.heuristics.map(
              ({ name, summary }) => html`
                <label>
                  <input type="checkbox" name="skip" value=${name} />
                  <span class="mono">${name}</span>
                  <span class="small muted">${summary}</span>
                </label>
              `,
            )}
          </fieldset>
          <button class="primary">Search</button>
        </form>
      </details>
    `;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const detail: LocateRequest = {
      all: form.has('all'),
      skip: form.getAll('skip').map(String),
    };
    this.dispatchEvent(new CustomEvent('search', { detail, bubbles: true, composed: true }));
  }
}

customElements.define('vm-search-again', SearchAgain);
