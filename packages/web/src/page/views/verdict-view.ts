import type { ProbeParts } from '@vmcorekit/report';
import {
  type CSSResultGroup,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type { HeuristicEntry, LocateRequest } from '../../protocol/dump-calls.ts';
import { plainTable } from '../elements/plain-table.ts';
import '../elements/tabs.ts';
import '../elements/text-panel.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { factsPanel } from '../style/facts.ts';
import { section } from '../style/sections.ts';
import { evidenceTable } from '../verdict/evidence-table.ts';
import '../verdict/next-commands.ts';
import '../verdict/search-again.ts';
import { verdictStyle } from '../verdict/verdict-style.ts';

/** The answer of the search: what it is, what it rests on, and what to do next. */
export class VerdictView extends LitElement {
  static override styles: CSSResultGroup = verdictStyle;
  static override properties = { model: { attribute: false }, heuristics: { state: true } };
  declare model: DumpModel;
  declare heuristics: readonly HeuristicEntry[];

  constructor() {
    super();
    this.heuristics = [];
  }

  override firstUpdated(_changed: PropertyValues<this>): void {
    this.model.supervisor.call('heuristics', {}).then(
      (heuristics) => {
        this.heuristics = heuristics;
      },
      () => undefined,
    );
  }

  override render(): TemplateResult | typeof nothing {
    const { located, opened } = this.model;
    if (located === null) {
      return nothing;
    }
    const { parts, fullText, json } = located;
    const [file = 'dump'] = opened?.files ?? [];
    return html`
      <h1 tabindex="-1">
        <span class="chip ${parts.confidence}">${parts.confidence}</span>
        <span>${parts.explanation}</span>
      </h1>
      ${answer(parts)}
      <vm-tabs .label=${'The answer'}>
        <div data-tab="Evidence">${this.#evidence(parts)}</div>
        <div data-tab="Text">
          <vm-text-panel
            .text=${fullText}
            .command=${`vmcorekit probe --verbose ${file}`}
            .file=${`${file}.probe.txt`}
          ></vm-text-panel>
        </div>
        <div data-tab="JSON">
          <vm-text-panel
            .text=${JSON.stringify(json, null, 2)}
            .command=${`vmcorekit probe --json ${file}`}
            .file=${`${file}.probe.json`}
          ></vm-text-panel>
        </div>
      </vm-tabs>
    `;
  }

  #evidence(parts: ProbeParts): TemplateResult {
    return html`
      <div class="columns">
        <div class="column">
          ${parts.evidence.map(({ title, rows }) => section(title, evidenceTable(title, rows)))}
          ${
            parts.contradictions.length === 0
              ? section(
                  'Contradictions',
                  html`<p class="panel muted">Nothing speaks against it.</p>`,
                )
              : section('Contradictions', evidenceTable('Contradictions', parts.contradictions))
          }
          ${tables(parts)}
        </div>
        <div class="column">
          ${section('Origin', origin(parts))}
          <vm-search-again .heuristics=${this.heuristics} @search=${this.#search}></vm-search-again>
        </div>
      </div>
    `;
  }

  #search({ detail }: CustomEvent<LocateRequest>): void {
    void this.model.searchAgain(detail);
  }
}

function answer({ facts, doubts, next }: ProbeParts): TemplateResult {
  const hasNext = next.kernels.length + next.hints.length > 0;
  return html`
    <div class="columns answer">
      <div class="column">
        ${factsPanel(facts)}
        ${doubts.map(
          ({ title, text }) => html`<p class="panel doubt"><b>${title}:</b> ${text}</p>`,
        )}
      </div>
      ${hasNext ? html`<vm-next-commands .next=${next}></vm-next-commands>` : nothing}
    </div>
  `;
}

function tables(parts: ProbeParts): (TemplateResult | typeof nothing)[] {
  const { candidates, layouts, damage, damageCount, remarks, notRun, refusedSymbols } = parts;
  const shown = damage.cells.length;
  const refused = {
    heads: [
      { title: 'file', kind: 'word' },
      { title: 'because', kind: 'prose' },
    ],
    cells: refusedSymbols.map(({ file, because }) => [file, because]),
  };
  return (
    [
      ['Candidates', candidates],
      ['Layouts of memory', layouts],
      [shown < damageCount ? `Damage (the first ${shown} of ${damageCount})` : 'Damage', damage],
      ['Remarks', remarks],
      ['Refused symbols', refused],
      ['Not run', notRun],
    ] as const
  ).map(([title, table]) =>
    table.cells.length === 0 ? nothing : section(title, plainTable(title, table)),
  );
}

function origin({ origin: answers }: ProbeParts): TemplateResult {
  return html`
    <dl class="panel origin">
      ${answers.map(
        ({ label, who, reasons }) => html`
          <dt><span class="muted">${label}</span> <b>${who}</b></dt>
          <dd>
            <ul>
              ${reasons.map(
                ({ weight, because }) =>
                  html`<li><span>${weight}</span><span>${because}</span></li>`,
              )}
            </ul>
          </dd>
        `,
      )}
    </dl>
  `;
}

customElements.define('vm-verdict-view', VerdictView);
