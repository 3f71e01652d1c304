import type { Transfer } from '@vmcorekit/core';
import type { Analysis, AnalyzerEntry, GivenOptions } from '../../protocol/analysis-calls.ts';
import type {
  LocatedKernel,
  LocateRequest,
  OpenedFiles,
  OpenRequest,
} from '../../protocol/dump-calls.ts';
import type { Progress } from '../../protocol/messages.ts';
import type { CallError } from '../client/call-error.ts';
import { Scanner } from '../client/scanner.ts';
import type { CallOptions } from '../client/session-client.ts';
import { Supervisor } from '../client/supervisor.ts';
import { sumOf } from '../client/transfers.ts';
import { AddressShelf } from './address-shelf.ts';
import { KeptAnalyses } from './kept-analyses.ts';
import { isPluginFile, PluginShelf } from './plugin-shelf.ts';
import { ScanRun } from './scan-run.ts';

export type DumpPhase = 'empty' | 'opening' | 'searching' | 'ready' | 'failed';

/**
 * What the page knows of the dump. Sends `change` after each change; views read the fields and
 * never change them.
 */
export class DumpModel extends EventTarget {
  readonly supervisor: Supervisor = new Supervisor();
  readonly plugins: PluginShelf = new PluginShelf(this.supervisor);
  /** A second worker, for what reads all of the dump. */
  readonly scanner: Scanner = new Scanner(this.supervisor);
  readonly verification: ScanRun<'verify'> = new ScanRun(this.scanner, 'verify');
  readonly addresses: AddressShelf = new AddressShelf();
  readonly search: ScanRun<'find'> = new ScanRun(this.scanner, 'find');
  phase: DumpPhase = 'empty';
  /** What was opened, or refused. */
  request: OpenRequest | null = null;
  opened: OpenedFiles | null = null;
  located: LocatedKernel | null = null;
  failure: CallError | null = null;
  progress: Progress | null = null;
  readonly #analyses: KeptAnalyses = new KeptAnalyses();
  #analyzers: Promise<readonly AnalyzerEntry[]> | null = null;
  /** Grows with each dump, so that the answer of an earlier one is dropped. */
  #generation = 0;
  #abort: AbortController = new AbortController();

  constructor() {
    super();
    for (const worker of [this.supervisor, this.scanner]) {
      worker.addEventListener('transfer', () => this.dispatchEvent(new Event('change')));
    }
    this.plugins.addEventListener('loaded', () => {
      this.#analyzers = null;
      if (this.request !== null) {
        void this.open(this.request);
      }
    });
  }

  /** Takes what the user gave: dumps are opened, plug-ins wait for the user's word. */
  take(files: readonly File[]): void {
    const programs = files.filter(isPluginFile);
    const dumps = files.filter((file) => !isPluginFile(file));
    if (programs.length > 0) {
      void this.plugins.ask(programs);
    }
    if (dumps.length > 0) {
      void this.open({ files: dumps });
    }
  }

  /** What has gone over the network for the dump; null for one that lies on no server. */
  get transfer(): Transfer | null {
    return this.request?.address === undefined
      ? null
      : sumOf(this.supervisor.transfer, this.scanner.transfer);
  }

  /** Opens the address that the user was asked for, if they agreed. */
  answerAddress(maxTransferInBytes: number | null): void {
    const address = this.addresses.answer(maxTransferInBytes);
    if (address !== undefined) {
      void this.open({ files: [], address });
    }
  }

  /** Opens files as one dump and searches it. The outcome is in `phase` and `failure`. */
  async open(request: OpenRequest): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    this.request = request;
    this.#analyses.clear();
    this.verification.reset();
    this.search.reset();
    this.scanner.close();
    const work = this.#work(generation);
    this.#set(generation, { phase: 'opening', opened: null, located: null, failure: null });
    try {
      const opened = await this.supervisor.call('open', request, work);
      this.#set(generation, { opened });
      await this.#search({}, generation, work);
    } catch (error) {
      this.#fail(generation, error);
    }
  }

  /** Searches the open dump once more. */
  async searchAgain(request: LocateRequest): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    this.#analyses.clear();
    try {
      await this.#search(request, generation, this.#work(generation));
    } catch (error) {
      this.#fail(generation, error);
    }
  }

  /** Ends opening or searching; then no dump is open. */
  cancel(): void {
    this.#abort.abort();
    this.#generation += 1;
    // A plug-in that is added later opens what is open, not what was given up.
    this.request = null;
    this.#set(this.#generation, { phase: 'empty', opened: null, located: null, progress: null });
  }

  async #search(request: LocateRequest, generation: number, work: CallOptions): Promise<void> {
    this.#set(generation, { phase: 'searching', located: null, failure: null });
    const located = await this.supervisor.call('locate', request, work);
    this.#set(generation, { phase: 'ready', located, progress: null });
  }

  #work(generation: number): CallOptions {
    this.#abort.abort();
    this.#abort = new AbortController();
    const onProgress = (progress: Progress): void => this.#set(generation, { progress });
    return { signal: this.#abort.signal, onProgress };
  }

  #fail(generation: number, error: unknown): void {
    this.#set(generation, { phase: 'failed', failure: error as CallError, progress: null });
  }

  /**
   * Runs an analyzer once for each set of options; later callers get the same answer while it is
   * kept. Only the first can cancel it, and sees its progress.
   */
  analysis(name: string, options: GivenOptions = {}, work: CallOptions = {}): Promise<Analysis> {
    return this.#analyses.get(JSON.stringify([name, options]), () =>
      this.supervisor.call('analyze', { name, options }, work),
    );
  }

  /** All analyzers with their options. */
  analyzers(): Promise<readonly AnalyzerEntry[]> {
    if (this.#analyzers === null) {
      const analyzers = this.supervisor.call('analyzers', {});
      analyzers.catch(() => {
        this.#analyzers = null;
      });
      this.#analyzers = analyzers;
    }
    return this.#analyzers;
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
