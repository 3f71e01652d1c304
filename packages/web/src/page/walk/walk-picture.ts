import { sizeText } from '@vmcorekit/core';
import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Walk, WalkStep } from '../../protocol/memory-calls.ts';
import { stateStyles, stateWords } from '../hex/memory-states.ts';
import { memoryLink } from '../links/memory-link.ts';
import { controls } from '../style/controls.ts';

/** A walk as a row of boxes, top table first: a list for those who hear it. */
export class WalkPicture extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    stateStyles,
    css`
      ol {
        display: flex;
        flex-wrap: wrap;
        gap: calc(var(--step) * 3) 28px;
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        position: relative;
        flex: 1 1 180px;
        max-width: 264px;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      li + li::before {
        content: '→';
        position: absolute;
        left: -22px;
        top: 7px;
        color: var(--muted);
      }
      @media (max-width: 720px) {
        li { max-width: none; }
        li + li::before { content: none; }
      }
      h3 {
        font: var(--small);
        font-weight: 600;
        padding: calc(var(--step) * 2) calc(var(--step) * 3);
        border-bottom: 1px solid var(--line);
        background: var(--raised);
        border-radius: var(--radius) var(--radius) 0 0;
      }
      .page h3 { background: var(--accent-ground); color: var(--accent); }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 2px 12px;
        margin: 0;
        padding: calc(var(--step) * 2) calc(var(--step) * 3) calc(var(--step) * 3);
      }
      dt { font: var(--small); line-height: 20px; color: var(--muted); }
      dd { margin: 0; font: var(--mono); text-align: right; overflow-wrap: anywhere; }
      .state { background: var(--kind-ground, none); color: var(--kind-ink, inherit); }
      .flags { font: var(--small); text-align: left; grid-column: 1 / -1; color: var(--muted); }
    `,
  ];
  static override properties = { walk: { attribute: false } };
  declare walk: Walk;

  override render(): TemplateResult {
    const { rootAddress, entries } = this.walk;
    return html`
      <ol aria-label="the walk, top table first">
        ${entries.map((step, index) => stepBox(step, entries[index - 1]?.leadsTo ?? rootAddress))}
        ${this.#page()}
      </ol>
    `;
  }

  #page(): TemplateResult {
    const { physicalAddress, mappingSizeInBytes, pageState, ...rights } = this.walk;
    const words = stateWords.find(({ kind }) => kind === pageState)?.words ?? pageState;
    return html`
      <li class="page">
        <h3>page${mappingSizeInBytes === null ? '' : ` of ${sizeText(mappingSizeInBytes)}`}</h3>
        <dl>
          <dt>physical</dt>
          <dd>${physicalLink(physicalAddress)}</dd>
          <dt>writable</dt>
          <dd>${answer(rights.isWritable)}</dd>
          <dt>executable</dt>
          <dd>${answer(rights.isExecutable)}</dd>
          <dt>user</dt>
          <dd>${answer(rights.isUser)}</dd>
          <dt>in the dump</dt>
          <dd><span class="state" data-kind=${pageState}>${words}</span></dd>
        </dl>
      </li>
    `;
  }
}

function stepBox(
  { level, index, at, value, flags }: WalkStep,
  table: number | null,
): TemplateResult {
  return html`
    <li>
      <h3>level ${level}</h3>
      <dl>
        ${table === null ? nothing : html`<dt>table at</dt><dd>${physicalLink(table)}</dd>`}
        <dt>index</dt>
        <dd>${index}</dd>
        <dt>entry at</dt>
        <dd>${physicalLink(at)}</dd>
        <dt>value</dt>
        <dd>0x${value.toString(16)}</dd>
        ${flags.length === 0 ? nothing : html`<dd class="flags">${flags.join(' ')}</dd>`}
      </dl>
    </li>
  `;
}

function physicalLink(address: number): TemplateResult {
  return html`<a href=${memoryLink('physical', BigInt(address))}>0x${address.toString(16)}</a>`;
}

function answer(right: boolean | null): string {
  return right === null ? 'not known' : right ? 'yes' : 'no';
}

customElements.define('vm-walk-picture', WalkPicture);
