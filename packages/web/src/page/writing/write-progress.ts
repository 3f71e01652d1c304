import { pace } from '@vmcorekit/report';
import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';
import type { Progress } from '../../protocol/messages.ts';
import { controls } from '../style/controls.ts';

/** How far a long work is, at what pace, and a button that ends it. Sends `cancel`. */
export class WriteProgress extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      .row { display: flex; flex-wrap: wrap; align-items: center; gap: calc(var(--step) * 3); }
      progress { flex: 1 1 160px; accent-color: var(--accent); }
      .pace { min-width: 24ch; font: var(--mono); }
    `,
  ];
  static override properties = {
    progress: { attribute: false },
    sizeInBytes: { attribute: false },
  };
  declare progress: Progress | null;
  /** The size of all that is read, for the speed. */
  declare sizeInBytes: number;
  #paceOf: ReturnType<typeof pace> | null = null;

  constructor() {
    super();
    this.progress = null;
    this.sizeInBytes = 0;
  }

  override render(): TemplateResult {
    const doing = this.progress?.doing ?? 'opening';
    const fraction = this.progress?.fraction ?? null;
    this.#paceOf ??= pace(this.sizeInBytes, () => performance.now());
    const percent = fraction === null ? '' : `${Math.floor(fraction * 100)} %`;
    return html`
      <div class="panel row">
        <span role="status">${doing}</span>
        <progress .value=${fraction ?? 0} aria-label=${doing}></progress>
        <span class="pace">${percent}${this.#paceOf({ kind: 'progress', doing, fraction })}</span>
        <button @click=${() => this.dispatchEvent(new Event('cancel'))}>Cancel</button>
      </div>
    `;
  }
}

customElements.define('vm-write-progress', WriteProgress);
