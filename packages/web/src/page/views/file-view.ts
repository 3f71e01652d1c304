import { type CSSResultGroup, html, nothing, type TemplateResult } from 'lit';
import type { DumpCalls } from '../../protocol/dump-calls.ts';
import { type PlainTable, plainTable, plainTableStyle } from '../elements/plain-table.ts';
import '../elements/tabs.ts';
import '../elements/text-panel.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import { factsPanel, factsStyle } from '../style/facts.ts';
import { section, sectionsStyle } from '../style/sections.ts';
import { LoadingView } from './loading.ts';

type Answer = DumpCalls['info']['answer'];

/** What the file says of itself: its headers, memory, notes and VMCOREINFO. */
export class FileView extends LoadingView<Answer> {
  static override styles: CSSResultGroup = [controls, factsStyle, plainTableStyle, sectionsStyle];
  protected readonly heading = 'File';

  protected async ask({ supervisor }: DumpModel): Promise<Answer> {
    return await supervisor.call('info', {});
  }

  protected show({ text, json, parts }: Answer): TemplateResult {
    const { opened } = this.model;
    const [file = 'dump'] = opened?.files ?? [];
    const files = (opened?.files ?? []).map((name) => ['file', name] as const);
    return html`
      <vm-tabs .label=${'The file'}>
        <div data-tab="Facts" class="sections">
          ${factsPanel([...files, ['size', opened?.sizeText ?? ''], ...parts.facts])}
          ${tableSection('Damage', parts.damage)} ${tableSection('Memory', parts.ranges)}
          ${section('Header', factsPanel(parts.header))} ${tableSection('Notes', parts.notes)}
        </div>
        <div data-tab="VMCOREINFO">
          ${
            parts.vmcoreinfo.length === 0
              ? html`<p class="panel muted">The file has none.</p>`
              : html`<vm-text-panel
                .text=${lines(parts.vmcoreinfo)}
                .command=${'VMCOREINFO'}
                .file=${`${file}.vmcoreinfo.txt`}
              ></vm-text-panel>`
          }
          ${
            parts.eraseinfo.length === 0
              ? nothing
              : section('ERASEINFO', html`<pre class="panel">${lines(parts.eraseinfo)}</pre>`)
          }
        </div>
        <div data-tab="Text">
          <vm-text-panel
            .text=${text}
            .command=${`vmcorekit info --pages --verbose ${file}`}
            .file=${`${file}.info.txt`}
          ></vm-text-panel>
        </div>
        <div data-tab="JSON">
          <vm-text-panel
            .text=${JSON.stringify(json, null, 2)}
            .command=${`vmcorekit info --pages --json ${file}`}
            .file=${`${file}.info.json`}
          ></vm-text-panel>
        </div>
      </vm-tabs>
    `;
  }
}

function tableSection(title: string, table: PlainTable): TemplateResult | typeof nothing {
  return table.cells.length === 0 ? nothing : section(title, plainTable(title, table));
}

/** Without the indent that a report gives them. */
function lines(text: readonly string[]): string {
  return text.map((line) => line.trim()).join('\n');
}

customElements.define('vm-file-view', FileView);
