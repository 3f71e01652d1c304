import { html } from 'lit';
import { ofAnalyzer } from './of-analyzer.ts';
import type { View } from './view.ts';

/** Views of the machine that was dumped. */
export const machineViews: readonly View[] = [
  {
    id: 'machine',
    title: 'Machine',
    group: 'Machine',
    needs: 'file',
    key: 'h',
    load: () => import('./machine-view.ts'),
    show: (model) => html`<vm-machine-view .model=${model}></vm-machine-view>`,
  },
  {
    id: 'cpus',
    title: 'CPUs',
    group: 'Machine',
    needs: 'file',
    key: 'p',
    load: () => import('./cpus-view.ts'),
    show: (model) => html`<vm-cpus-view .model=${model}></vm-cpus-view>`,
  },
  ofAnalyzer({ id: 'runq', title: 'Run queues', group: 'Machine' }, 'runq'),
  ofAnalyzer({ id: 'irq', title: 'Interrupts', group: 'Machine' }, 'irq'),
  ofAnalyzer({ id: 'timers', title: 'Timers', group: 'Machine' }, 'timer'),
  ofAnalyzer({ id: 'workqueues', title: 'Workqueues', group: 'Machine' }, 'workqueue'),
  ofAnalyzer({ id: 'devices', title: 'Devices', group: 'Machine' }, 'dev'),
];
