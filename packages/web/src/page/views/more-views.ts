import { html } from 'lit';
import type { View } from './view.ts';

/** Views of all that is no answer about one dump. */
export const moreViews: readonly View[] = [
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
