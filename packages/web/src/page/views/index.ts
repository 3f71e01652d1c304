import { html } from 'lit';
import type { View } from './view.ts';

const loadAnalysis = (): Promise<unknown> => import('./analysis-view.ts');

/** A view that shows what one analyzer answers. */
function ofAnalyzer(
  view: Pick<View, 'id' | 'title' | 'group' | 'key'>,
  analyzer: string,
  preferred: 'people' | 'programs' = 'people',
): View {
  return {
    ...view,
    needs: 'kernel',
    load: loadAnalysis,
    show: (model) =>
      html`<vm-analysis-view .model=${model} .analyzer=${analyzer} .preferred=${preferred} .heading=${view.title}></vm-analysis-view>`,
  };
}

/** Writes the dump to a new file. */
function ofWriter(action: 'convert' | 'repair', title: string): View {
  return {
    id: action,
    title,
    group: 'Dump',
    needs: 'file',
    load: () => import('../writing/writing-view.ts'),
    show: (model) => html`<vm-writing-view .model=${model} .action=${action}></vm-writing-view>`,
  };
}

/** All views, in the order of the navigation. */
export const views: readonly View[] = [
  {
    id: 'verdict',
    title: 'Verdict',
    group: 'Kernel',
    needs: 'file',
    key: 'v',
    load: () => import('./verdict-view.ts'),
    show: (model) => html`<vm-verdict-view .model=${model}></vm-verdict-view>`,
  },
  {
    id: 'crash',
    key: 'c',
    title: 'Crash summary',
    group: 'Kernel',
    needs: 'kernel',
    load: () => import('./crash-view.ts'),
    show: (model) => html`<vm-crash-view .model=${model}></vm-crash-view>`,
  },
  {
    id: 'log',
    key: 'l',
    title: 'Log',
    group: 'Kernel',
    needs: 'kernel',
    load: () => import('./log-view.ts'),
    show: (model) => html`<vm-log-view .model=${model}></vm-log-view>`,
  },
  {
    id: 'tasks',
    key: 't',
    title: 'Tasks',
    group: 'Kernel',
    needs: 'kernel',
    load: () => import('./tasks-view.ts'),
    show: (model) => html`<vm-tasks-view .model=${model}></vm-tasks-view>`,
  },
  {
    id: 'stacks',
    key: 's',
    title: 'Stacks',
    group: 'Kernel',
    needs: 'kernel',
    load: () => import('./stacks-view.ts'),
    show: (model) => html`<vm-stacks-view .model=${model}></vm-stacks-view>`,
  },
  ofAnalyzer({ id: 'modules', key: 'm', title: 'Modules', group: 'Kernel' }, 'mod'),
  ofAnalyzer({ id: 'files', key: 'f', title: 'Files', group: 'Kernel' }, 'files', 'programs'),
  ofAnalyzer({ id: 'mounts', title: 'Mounts', group: 'Kernel' }, 'mount'),
  ofAnalyzer({ id: 'net', title: 'Network', group: 'Kernel' }, 'net'),
  ofAnalyzer({ id: 'locks', title: 'Locks', group: 'Kernel' }, 'locks'),
  ofAnalyzer({ id: 'bpf', title: 'BPF', group: 'Kernel' }, 'bpf'),
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
  ofAnalyzer({ id: 'kmem', title: 'Kernel memory', group: 'Memory' }, 'kmem'),
  {
    id: 'memory',
    title: 'Memory',
    group: 'Memory',
    needs: 'file',
    load: () => import('../hex/memory-view.ts'),
    show: (model) => html`<vm-memory-view .model=${model}></vm-memory-view>`,
  },
  {
    id: 'file',
    title: 'File',
    group: 'Dump',
    needs: 'file',
    key: 'd',
    load: () => import('./file-view.ts'),
    show: (model) => html`<vm-file-view .model=${model}></vm-file-view>`,
  },
  {
    id: 'walk',
    title: 'Page tables',
    group: 'Memory',
    needs: 'kernel',
    load: () => import('../walk/walk-view.ts'),
    show: (model) => html`<vm-walk-view .model=${model}></vm-walk-view>`,
  },
  {
    id: 'find',
    title: 'Search',
    group: 'Memory',
    needs: 'file',
    load: () => import('../find/find-view.ts'),
    show: (model) => html`<vm-find-view .model=${model}></vm-find-view>`,
  },
  ofAnalyzer({ id: 'memory-map', title: 'Memory map', group: 'Memory' }, 'memory-map'),
  ofWriter('convert', 'Convert'),
  ofWriter('repair', 'Repair'),
  {
    id: 'verify',
    title: 'Verify',
    group: 'Dump',
    needs: 'file',
    load: () => import('./verify-view.ts'),
    show: (model) => html`<vm-verify-view .model=${model}></vm-verify-view>`,
  },
  {
    id: 'gallery',
    title: 'Examples',
    group: 'More',
    needs: 'nothing',
    key: 'e',
    load: () => import('./gallery-view.ts'),
    show: () => html`<vm-gallery-view></vm-gallery-view>`,
  },
  {
    id: 'plugins',
    title: 'Plug-ins',
    group: 'More',
    needs: 'nothing',
    load: () => import('./plugins-view.ts'),
    show: (model) => html`<vm-plugins-view .model=${model}></vm-plugins-view>`,
  },
  {
    id: 'analyzers',
    title: 'Any analyzer',
    group: 'More',
    needs: 'kernel',
    load: () => import('./any-analyzer-view.ts'),
    show: (model) => html`<vm-any-analyzer-view .model=${model}></vm-any-analyzer-view>`,
  },
];
