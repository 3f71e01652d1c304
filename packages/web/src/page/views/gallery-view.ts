import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import { sendFiles } from '../elements/file-button.ts';
import { type Example, fetchExample, fetchExamples } from '../gallery/examples.ts';
import { controls } from '../style/controls.ts';

/** Small real dumps that come with the page, each opened by one click. */
export class GalleryView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      h1 { margin-bottom: calc(var(--step) * 1); }
      p { margin: 0; }
      .intro { max-width: 72ch; margin-bottom: calc(var(--step) * 5); }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
        gap: calc(var(--step) * 3);
        list-style: none;
        margin: 0;
        padding: 0;
        max-width: 1760px;
      }
      li { display: grid; }
      li button {
        display: grid;
        grid-template-rows: auto 1fr auto;
        gap: calc(var(--step) * 1.5);
        justify-items: start;
        text-align: start;
        padding: calc(var(--step) * 4);
      }
      li button:hover { border-color: var(--accent); background: var(--surface); }
      b { font-weight: 600; }
    `,
  ];
  static override properties = {
    examples: { state: true },
    failure: { state: true },
    fetching: { state: true },
  };
  declare examples: readonly Example[];
  declare failure: string | null;
  declare fetching: Example | null;

  constructor() {
    super();
    this.examples = [];
    this.failure = null;
    this.fetching = null;
  }

  override async firstUpdated(): Promise<void> {
    try {
      this.examples = await fetchExamples();
    } catch {
      this.failure = 'The list of examples cannot be fetched: the page is not reached.';
    }
  }

  override render(): TemplateResult {
    return html`
      <h1 tabindex="-1">Examples</h1>
      <p class="muted intro">
        Small real dumps that come with this page. Most of their pages were left out to make them
        small, so some views have less to show than with a whole dump.
      </p>
      <p role="status">
        ${this.failure ?? (this.fetching === null ? '' : `fetching ${this.fetching.file}`)}
      </p>
      <ul>
        ${this.examples.map(
          (example) => html`
            <li>
              <button ?disabled=${this.fetching !== null} @click=${() => this.#open(example)}>
                <b>${example.title}</b>
                <span>${example.shows}</span>
                <span class="small muted">${example.kernel}, ${example.sizeText}</span>
              </button>
            </li>
          `,
        )}
      </ul>
    `;
  }

  async #open(example: Example): Promise<void> {
    this.fetching = example;
    this.failure = null;
    try {
      sendFiles(this, [await fetchExample(example)]);
    } catch {
      this.failure = `${example.file} cannot be fetched: the page is not reached.`;
    } finally {
      this.fetching = null;
    }
  }
}

customElements.define('vm-gallery-view', GalleryView);
