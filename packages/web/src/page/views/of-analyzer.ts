import { html } from 'lit';
import type { View } from './view.ts';

const load = (): Promise<unknown> => import('./analysis-view.ts');

/** A view that shows what one analyzer answers. */
export function ofAnalyzer(
  view: Pick<View, 'id' | 'title' | 'group' | 'key'>,
  analyzer: string,
  preferred: 'people' | 'programs' = 'people',
): View {
  return {
    ...view,
    needs: 'kernel',
    load,
    show: (model) =>
      html`<vm-analysis-view .model=${model} .analyzer=${analyzer} .preferred=${preferred} .heading=${view.title}></vm-analysis-view>`,
  };
}
