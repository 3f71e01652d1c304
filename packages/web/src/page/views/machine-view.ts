import type { SystemRow } from '@vmcorekit/report';
import { type CSSResultGroup, html, nothing, type TemplateResult } from 'lit';
import type { DumpCalls } from '../../protocol/dump-calls.ts';
import { plainTable, plainTableStyle } from '../elements/plain-table.ts';
import '../elements/tabs.ts';
import '../elements/text-panel.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import { factsPanel, factsStyle } from '../style/facts.ts';
import { section, sectionsStyle } from '../style/sections.ts';
import { LoadingView } from './loading.ts';

type Answer = DumpCalls['describe']['answer'];

/** What the dump says of its machine, each fact with its source. */
export class MachineView extends LoadingView<Answer> {
  static override styles: CSSResultGroup = [controls, factsStyle, plainTableStyle, sectionsStyle];
  protected readonly heading = 'Machine';

  protected async ask({ supervisor }: DumpModel): Promise<Answer> {
    return await supervisor.call('describe', {});
  }

  protected show({ text, json, parts }: Answer): TemplateResult {
    const [file = 'dump'] = this.model.opened?.files ?? [];
    const { heading, system, otherKernels, damage } = parts;
    return html`
      <vm-tabs .label=${'The machine'}>
        <div data-tab="Facts" class="sections">
          <p class="lead">${heading}</p>
          ${factsPanel(system.flatMap(factOf))} ${unproved(system)}
          ${
            otherKernels.length === 0
              ? nothing
              : section(
                  'Other kernels',
                  html`<div class="panel">${otherKernels.map((line) => html`<div>${line}</div>`)}</div>`,
                )
          }
          ${damage.cells.length === 0 ? nothing : section('Damage', plainTable('Damage', damage))}
        </div>
        <div data-tab="Text">
          <vm-text-panel
            .text=${text}
            .command=${`vmcorekit describe --verbose ${file}`}
            .file=${`${file}.describe.txt`}
          ></vm-text-panel>
        </div>
        <div data-tab="JSON">
          <vm-text-panel
            .text=${JSON.stringify(json, null, 2)}
            .command=${`vmcorekit describe --json ${file}`}
            .file=${`${file}.describe.json`}
          ></vm-text-panel>
        </div>
      </vm-tabs>
    `;
  }
}

function factOf(row: SystemRow): (readonly [string, TemplateResult])[] {
  return row.value === null
    ? []
    : [[row.label, html`${row.value} <span class="from">${row.from}</span>`]];
}

function unproved(system: readonly SystemRow[]): TemplateResult | typeof nothing {
  const rows = system.flatMap((row) => (row.value === null ? [[row.label, row.because]] : []));
  const heads = [
    { title: 'field', kind: 'word' },
    { title: 'because', kind: 'prose' },
  ];
  return rows.length === 0
    ? nothing
    : section('Not proved', plainTable('Not proved', { heads, cells: rows }));
}

customElements.define('vm-machine-view', MachineView);
