import { html } from 'lit';
import type { View } from './view.ts';

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

/** Views of the file, and what can be written of it. */
export const dumpViews: readonly View[] = [
  {
    id: 'file',
    title: 'File',
    group: 'Dump',
    needs: 'file',
    key: 'd',
    load: () => import('./file-view.ts'),
    show: (model) => html`<vm-file-view .model=${model}></vm-file-view>`,
  },
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
];
