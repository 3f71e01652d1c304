import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { follow } from '../elements/follow.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';

/** Reads everything in the dump, and shows what is damaged. */
export class VerifyView extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; gap: calc(var(--step) * 4); }
      p { margin: 0; max-width: 76ch; }
      pre { margin: 0; overflow-x: auto; }
      .progress { display: grid; gap: calc(var(--step) * 2); max-width: 480px; }
      .doing { font-variant-numeric: tabular-nums; }
      progress { width: 100%; accent-color: var(--accent); }
      .damaged { border-color: var(--bad); }
    `,
  ];
  static override properties = { model: { attribute: false } };
  declare model: DumpModel;

  constructor() {
    super();
    follow(this, () => ({ change: this.model.verification }));
  }

  override render(): TemplateResult {
    const { verification } = this.model;
    const { isRunning, answer, failure } = verification;
    return html`
      <h1>Verify</h1>
      <p class="muted">
        Reads everything that the dump holds: headers, notes and every page, unpacked. Counts the
        damage, and compares the digests that the file states. The other views stay usable.
      </p>
      <div>
        ${
          isRunning
            ? html`<button @click=${() => verification.cancel()}>Cancel</button>`
            : html`<button class="primary" @click=${() => verification.run({})}>
              ${answer === null ? 'Read everything' : 'Read again'}
            </button>`
        }
      </div>
      ${isRunning ? this.#progress() : nothing}
      ${failure === null ? nothing : html`<div class="panel damaged" role="alert">${failure}</div>`}
      ${
        answer === null
          ? nothing
          : html`<pre
            class=${answer.isSound ? 'panel' : 'panel damaged'}
            tabindex="0"
            aria-label="What was found"
          >
${answer.text}</pre
          >`
      }
    `;
  }

  #progress(): TemplateResult {
    const { progress } = this.model.verification;
    return html`
      <div class="panel progress">
        <span class="doing">${progress?.doing ?? 'opening the dump a second time'}</span>
        <progress .value=${progress?.fraction ?? 0} aria-label="verify"></progress>
      </div>
    `;
  }
}

customElements.define('vm-verify-view', VerifyView);
