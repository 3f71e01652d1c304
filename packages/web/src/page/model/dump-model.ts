import type { Analysis } from '../../protocol/analysis-calls.ts';
import type { LocatedKernel, OpenedFiles, OpenRequest } from '../../protocol/dump-calls.ts';
import type { Progress } from '../../protocol/messages.ts';
import type { CallError } from '../client/call-error.ts';
import { Supervisor } from '../client/supervisor.ts';

export type DumpPhase = 'empty' | 'opening' | 'searching' | 'ready' | 'failed';

/**
 * What the page knows of the dump. Sends `change` after each change; views read the fields and
 * never change them.
 */
export class DumpModel extends EventTarget {
  readonly supervisor: Supervisor = new Supervisor();
  phase: DumpPhase = 'empty';
  opened: OpenedFiles | null = null;
  located: LocatedKernel | null = null;
  failure: CallError | null = null;
  progress: Progress | null = null;
  readonly #analyses: Map<string, Promise<Analysis>> = new Map();
  /** Grows with each dump, so that the answer of an earlier one is dropped. */
  #generation = 0;

  /** Opens files as one dump and searches it. The outcome is in `phase` and `failure`. */
  async open(request: OpenRequest): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    this.#analyses.clear();
    const onProgress = (progress: Progress): void => this.#set(generation, { progress });
    this.#set(generation, { phase: 'opening', opened: null, located: null, failure: null });
    try {
      const opened = await this.supervisor.call('open', request, { onProgress });
      this.#set(generation, { phase: 'searching', opened });
      const located = await this.supervisor.call('locate', {}, { onProgress });
      this.#set(generation, { phase: 'ready', located, progress: null });
    } catch (error) {
      this.#set(generation, { phase: 'failed', failure: error as CallError, progress: null });
    }
  }

  /** Runs an analyzer once for each set of options; later callers get the same answer. */
  analysis(
    name: string,
    options: Readonly<Record<string, string | boolean>> = {},
  ): Promise<Analysis> {
    const key = JSON.stringify([name, options]);
    let analysis = this.#analyses.get(key);
    if (analysis === undefined) {
      analysis = this.supervisor.call('analyze', { name, options });
      // A failure is not kept: the next caller may have more luck.
      analysis.catch(() => this.#analyses.delete(key));
      this.#analyses.set(key, analysis);
    }
    return analysis;
  }

  #set(
    generation: number,
    fields: Partial<Pick<DumpModel, 'phase' | 'opened' | 'located' | 'failure' | 'progress'>>,
  ): void {
    if (generation === this.#generation) {
      Object.assign(this, fields);
      this.dispatchEvent(new Event('change'));
    }
  }
}
