import { printable, shownName } from '@vmcorekit/core';
import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { OpenRequest } from '../../protocol/dump-calls.ts';
import type { CallError } from '../client/call-error.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import './file-button.ts';

/** A page with more buttons is of no use; the sentence above names what else there is. */
const maxEntries = 100;

/**
 * What the user can do about a dump that was refused: choose a file of the archive, or add the
 * files that belong beside it.
 */
export class AfterFailure extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { margin-block: calc(var(--step) * 3); }
      .row { display: flex; flex-wrap: wrap; align-items: center; gap: calc(var(--step) * 2); }
      ul { display: contents; list-style: none; }
      button { overflow-wrap: anywhere; text-align: start; }
      p { margin: 0; }
    `,
  ];
  static override properties = { model: { attribute: false }, failure: { attribute: false } };
  declare model: DumpModel;
  declare failure: CallError;

  override render(): TemplateResult | typeof nothing {
    const { request } = this.model;
    if (request === null) {
      return nothing;
    }
    const { code, facts } = this.failure;
    return code === 'choose-entry'
      ? this.#entries(request, namesIn(facts.entries))
      : this.#beside(request);
  }

  #entries(request: OpenRequest, entries: readonly string[]): TemplateResult {
    return html`
      <div class="row" role="group" aria-label="Files in the archive">
        <p>Open</p>
        ${entries
          .slice(0, maxEntries)
          .map(
            (entry) =>
              html`<button class="mono" @click=${() => this.#open(request, entry)}>${printable(entry)}</button>`,
          )}
      </div>
    `;
  }

  #beside(request: OpenRequest): TemplateResult {
    const { files, address } = request;
    const names = [
      ...(address === undefined ? [] : [shownName(address.url)]),
      ...files.map(({ name }) => name),
    ]
      .map(printable)
      .join(', ');
    return html`
      <div class="row">
        ${
          address === undefined
            ? nothing
            : html`<button @click=${() => this.model.addresses.ask(address.url)}>Fetch again…</button>`
        }
        <vm-file-button .label=${'Add files beside it…'} @files=${this.#add}></vm-file-button>
        <p class="muted">Parts and companions of <span class="mono">${names}</span></p>
      </div>
    `;
  }

  #open(request: OpenRequest, entry: string): void {
    // An archive in an archive: each answer names one more file.
    const whole = request.entry === undefined ? entry : `${request.entry}//${entry}`;
    void this.model.open({ ...request, entry: whole });
  }

  #add(event: CustomEvent<readonly File[]>): void {
    // They join the files that are here, instead of replacing them.
    event.stopPropagation();
    const added = event.detail;
    const { request } = this.model;
    const kept = (request?.files ?? []).filter(
      ({ name }) => !added.some((file) => file.name === name),
    );
    void this.model.open({ ...request, files: [...kept, ...added] });
  }
}

function namesIn(entries: unknown): readonly string[] {
  return Array.isArray(entries) ? entries.map(String) : [];
}

customElements.define('vm-after-failure', AfterFailure);
