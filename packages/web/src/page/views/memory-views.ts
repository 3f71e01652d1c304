import { html } from 'lit';
import { ofAnalyzer } from './of-analyzer.ts';
import type { View } from './view.ts';

/** Views of memory, and how addresses lead to it. */
export const memoryViews: readonly View[] = [
  {
    id: 'memory',
    title: 'Memory',
    group: 'Memory',
    needs: 'file',
    load: () => import('../hex/memory-view.ts'),
    show: (model) => html`<vm-memory-view .model=${model}></vm-memory-view>`,
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
  ofAnalyzer({ id: 'kmem', title: 'Kernel memory', group: 'Memory' }, 'kmem'),
];
