import { sentenceOf } from '../analysis/sentence.ts';
import type { TakenJob } from '../queue/queue.ts';
import type { JobFacts, Result, Store } from '../store/store.ts';

/** A job that is done, and what came of it. */
export interface Ending {
  readonly taken: TakenJob;
  readonly facts: JobFacts;
  readonly result: Result;
}

export interface WriterOptions {
  /** Tries work on the database until it is done; undefined if the coordinator ends before. */
  readonly persistently: <Answer>(work: () => Promise<Answer>) => Promise<Answer | undefined>;
  /** Gets each job that needs no more heartbeats. `result` is undefined if it was not written. */
  readonly onEnd: (taken: TakenJob, facts: JobFacts, result: Result | undefined) => void;
}

/** Results of one transaction. */
const maxBatch = 50;
/** Readers wait if more results than this are not written yet. */
const maxWaiting = 100;

/**
 * Writes results, and ends their jobs, while readers go on. What came in during one transaction is
 * the next. So a slow database gets fewer and larger ones.
 */
export class ResultWriter {
  readonly #store: Store;
  readonly #options: WriterOptions;
  #waiting: Ending[] = [];
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(store: Store, options: WriterOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Takes a result. Waits only while too many do. Rejects if an earlier one failed for good. */
  async add(ending: Ending): Promise<void> {
    this.#waiting.push(ending);
    this.#writing ??= this.#writeWaiting();
    if (this.#waiting.length >= maxWaiting) {
      await this.#writing;
    }
    this.#throwFailure();
  }

  /** Waits until every result is written. Rejects if one failed for good. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }

  /** Never rejects: no caller may be waiting. */
  async #writeWaiting(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#write(this.#waiting.splice(0, maxBatch));
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#writing = undefined;
    }
  }

  async #write(endings: readonly Ending[]): Promise<void> {
    let written: ReadonlySet<string> | undefined;
    try {
      written = await this.#options.persistently(() => this.#commit(endings));
    } catch (error) {
      await this.#writeApart(endings, error);
      return;
    }
    for (const { taken, facts, result } of endings) {
      this.#options.onEnd(taken, facts, written?.has(taken.id) === true ? result : undefined);
    }
  }

  /** One result that the database refuses must not cost the others, or stop the fleet. */
  async #writeApart(endings: readonly Ending[], error: unknown): Promise<void> {
    const [only] = endings;
    if (endings.length > 1) {
      for (const ending of endings) {
        await this.#write([ending]);
      }
    } else if (only !== undefined && only.result.findings !== null) {
      const because = `its result cannot be stored: ${sentenceOf(error)}`;
      const { milliseconds } = only.result;
      const result = { outcome: 'unreadable', because, milliseconds, findings: null } as const;
      await this.#write([{ ...only, result }]);
    } else {
      throw error;
    }
  }

  /** Returns the ids of the jobs that were still ours: another process may have them by now. */
  async #commit(endings: readonly Ending[]): Promise<ReadonlySet<string>> {
    const { database, queue } = this.#store;
    return await database.transaction(async (transaction) => {
      const ours = await queue.complete(
        endings.map(({ taken }) => taken),
        transaction,
      );
      for (const { taken, facts, result } of endings) {
        if (ours.has(taken.id)) {
          await this.#store.write(facts, result, transaction);
        }
      }
      return ours;
    });
  }
}
