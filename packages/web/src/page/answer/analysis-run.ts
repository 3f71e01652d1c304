import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Analysis, GivenOptions } from '../../protocol/analysis-calls.ts';
import type { Progress } from '../../protocol/messages.ts';
import type { DumpModel } from '../model/dump-model.ts';

/** Runs an analyzer for an element, and has it drawn again as the answer comes. */
export class AnalysisRun implements ReactiveController {
  analysis: Analysis | null = null;
  failure: string | null = null;
  progress: Progress | null = null;
  isRunning = false;
  readonly #host: ReactiveControllerHost;
  #key = '';
  #controller = new AbortController();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Nothing is drawn for an element that has left the page. */
  hostDisconnected(): void {
    this.#key = '';
  }

  /** Runs it, unless that is what runs or ran last. */
  async run(model: DumpModel, name: string, options: GivenOptions = {}): Promise<void> {
    const key = JSON.stringify([model.opened?.files, name, options]);
    if (key === this.#key) {
      return;
    }
    this.#key = key;
    this.#controller = new AbortController();
    this.#set(key, { analysis: null, failure: null, progress: null, isRunning: true });
    try {
      const analysis = await model.analysis(name, options, {
        signal: this.#controller.signal,
        onProgress: (progress) => this.#set(key, { progress }),
      });
      this.#set(key, { analysis, isRunning: false });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      this.#set(key, { failure, isRunning: false });
    }
  }

  /** Runs it, also if it ran last: it may have failed. */
  async start(model: DumpModel, name: string, options: GivenOptions): Promise<void> {
    this.#key = '';
    await this.run(model, name, options);
  }

  /** Ends it between two of its steps. */
  cancel(): void {
    this.#controller.abort();
  }

  #set(
    key: string,
    fields: Partial<Pick<AnalysisRun, 'analysis' | 'failure' | 'progress' | 'isRunning'>>,
  ): void {
    if (key === this.#key) {
      Object.assign(this, fields);
      this.#host.requestUpdate();
    }
  }
}
