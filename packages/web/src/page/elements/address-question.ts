import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { ReadAddress, RefusedAddress } from '../model/address.ts';
import { controls } from '../style/controls.ts';
import { dialogStyle } from '../style/dialog.ts';

const bytesPerMebibyte = 1024 * 1024;

/**
 * Asks whether a file may be fetched from a server. Sends `answer` with the most bytes that may be
 * fetched, or null where nothing may.
 */
export class AddressQuestion extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    dialogStyle,
    css`
      dl { display: grid; grid-template-columns: auto 1fr; gap: calc(var(--step) * 1) calc(var(--step) * 4); }
      dd { margin: 0; overflow-wrap: anywhere; }
      input { width: 9ch; }
    `,
  ];
  static override properties = { asked: { attribute: false }, maxInBytes: { attribute: false } };
  declare asked: ReadAddress | RefusedAddress;
  /** What the field for the limit holds at first. */
  declare maxInBytes: number;

  override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render(): TemplateResult {
    const { asked } = this;
    return html`
      <dialog aria-labelledby="title" aria-describedby="text" @cancel=${() => this.#answer(null)}>
        ${'problem' in asked ? this.#refusal(asked) : this.#question(asked)}
      </dialog>
    `;
  }

  #refusal({ problem }: RefusedAddress): TemplateResult {
    return html`
      <h2 id="title">This address cannot be read</h2>
      <p id="text" role="alert">${problem}</p>
      <div class="buttons"><button autofocus @click=${() => this.#answer(null)}>Close</button></div>
    `;
  }

  #question({ host, path, hasQuery }: ReadAddress): TemplateResult {
    return html`
      <h2 id="title">Fetch from this server?</h2>
      <dl>
        <dt class="muted">Server</dt>
        <dd class="mono" data-host>${host}</dd>
        <dt class="muted">File</dt>
        <dd class="mono" data-path>${path}</dd>
      </dl>
      <p id="text">
        The page asks this server for pieces of the file, and for others by the names that it gives.
        Nothing of a dump is sent.
        ${hasQuery ? 'The rest of the address, which may be a secret, goes to this server only.' : nothing}
      </p>
      <form method="dialog" @submit=${(event: Event) => this.#accept(event)}>
        <label>
          Fetch at most
          <input type="number" required min="1" max="1048576" step="1"
            .value=${String(Math.ceil(this.maxInBytes / bytesPerMebibyte))} />
          MiB
        </label>
        <div class="buttons">
          <button type="button" autofocus @click=${() => this.#answer(null)}>Do not fetch</button>
          <button class="primary">Fetch</button>
        </div>
      </form>
    `;
  }

  #accept(event: Event): void {
    event.preventDefault();
    const mebibytes = this.renderRoot.querySelector('input')?.valueAsNumber ?? 0;
    this.#answer(mebibytes * bytesPerMebibyte);
  }

  #answer(maxInBytes: number | null): void {
    // Closing it gives the focus back to where it was; removing it would not.
    this.renderRoot.querySelector('dialog')?.close();
    this.dispatchEvent(new CustomEvent('answer', { detail: maxInBytes }));
  }
}

customElements.define('vm-address-question', AddressQuestion);
