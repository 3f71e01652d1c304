import { type CSSResultGroup, css, html, type TemplateResult } from 'lit';
import type { CpuEntry, CpuRegister } from '../../protocol/dump-calls.ts';
import { memoryLink } from '../links/memory-link.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import { section, sectionsStyle } from '../style/sections.ts';
import { LoadingView } from './loading.ts';

/** The CPUs: what each runs, and its registers with the names of what they point to. */
export class CpusView extends LoadingView<readonly CpuEntry[]> {
  static override styles: CSSResultGroup = [
    controls,
    sectionsStyle,
    css`
      .registers {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
        gap: calc(var(--step) * 0.5) calc(var(--step) * 6);
        margin: 0;
        font: var(--mono);
      }
      .registers div { display: grid; grid-template-columns: 10ch minmax(0, 1fr); }
      .registers .named { grid-column: 1 / -1; }
      .panel p { margin: calc(var(--step) * 3) 0 0; }
      dt { color: var(--muted); overflow-wrap: anywhere; }
      dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
    `,
  ];
  protected readonly heading = 'CPUs';

  protected async ask({ supervisor }: DumpModel): Promise<readonly CpuEntry[]> {
    return await supervisor.call('cpus', {});
  }

  protected show(cpus: readonly CpuEntry[]): TemplateResult {
    return html`
      <div class="sections">
        ${
          cpus.length === 0
            ? html`<p class="panel muted">The file has no registers of CPUs.</p>`
            : cpus.map((cpu) => section(titleOf(cpu), cpuPanel(cpu)))
        }
      </div>
    `;
  }
}

function titleOf({ index, number, pid, task }: CpuEntry): string {
  const runs =
    task === null ? (pid === null ? '' : `, pid ${pid}`) : `, runs ${task.name} (pid ${task.pid})`;
  return `CPU ${number ?? index}${runs}`;
}

function cpuPanel({ from, registers }: CpuEntry): TemplateResult {
  const named = registers.filter(({ symbol }) => symbol !== null);
  const others = registers.filter(({ symbol }) => symbol === null);
  return html`
    <div class="panel">
      <dl class="registers">${[...named, ...others].map(registerRow)}</dl>
      <p class="small muted">from ${from.join(' and ') || 'no readable note'}</p>
    </div>
  `;
}

function registerRow({ name, value, symbol }: CpuRegister): TemplateResult {
  const text = `0x${value.toString(16)}`;
  return html`
    <div class=${symbol === null ? '' : 'named'}>
      <dt>${name}</dt>
      <dd>
        ${symbol === null ? text : html`<a href=${memoryLink('virtual', value)}>${text}</a> ${symbol}`}
      </dd>
    </div>
  `;
}

customElements.define('vm-cpus-view', CpusView);
