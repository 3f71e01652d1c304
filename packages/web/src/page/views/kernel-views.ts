import { html } from 'lit';
import { ofAnalyzer } from './of-analyzer.ts';
import type { View } from './view.ts';

/** Views of what the kernel says: verdict, tasks, log. */
export const kernelViews: readonly View[] = [
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
];
