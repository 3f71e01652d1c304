import type { TemplateResult } from 'lit';
import type { DumpModel } from '../model/dump-model.ts';

/**
 * One page of the application. `load` fetches its element when it is first shown; `show` makes the
 * template that holds it.
 */
export interface View {
  /** In the address, after `#/`. */
  readonly id: string;
  readonly title: string;
  readonly group: 'Kernel' | 'Machine' | 'Memory' | 'Dump' | 'More';
  /** What must be there: nothing, an open file, or a kernel that can be read. */
  readonly needs: 'nothing' | 'file' | 'kernel';
  /** The letter that shows it after `g`. */
  readonly key?: string;
  load(): Promise<unknown>;
  show(model: DumpModel): TemplateResult;
}
