import { sentenceOf } from '../analysis/sentence.ts';
import type { ChildLimits, Death } from '../children/child.ts';
import type { ChildSettings } from '../children/protocol.ts';
import { heartbeatEveryMilliseconds, type TakenJob } from '../queue/queue.ts';
import type { JobFacts, Result, Store } from '../store/store.ts';
import { persistently } from './persistently.ts';
import { placeOf } from './place-of.ts';
import { Reader } from './reader.ts';
import { ResultWriter } from './result-writer.ts';
import { sleep } from './sleep.ts';

export interface CoordinatorOptions extends ChildLimits {
  /** How many children read at once. */
  readonly workers: number;
  /** Whether to end once every job has a result. */
  readonly untilEmpty: boolean;
  readonly config: ChildSettings['config'];
  readonly signal: AbortSignal;
  readonly remark: (text: string) => void;
  /** Gets each result that this process wrote. */
  readonly onResult?: (job: JobFacts, result: Result) => void;
}

/** A job in hand, and what it is. */
interface HeldJob {
  readonly taken: TakenJob;
  readonly facts: JobFacts;
}

/** Jobs that are taken at once. */
const batch = { least: 5, most: 20 } as const;
/** How often an empty queue is asked, if nothing says that there is more. */
const idleMilliseconds = 2000;

/**
 * Takes jobs, lets children read the dumps, and writes the results. Several coordinators may run on
 * one server.
 */
export class Coordinator {
  readonly #store: Store;
  readonly #options: CoordinatorOptions;
  readonly #waiting: HeldJob[] = [];
  readonly #held = new Map<string, TakenJob>();
  readonly #writer: ResultWriter;
  readonly #ending = new AbortController();
  #written = 0;
  #wake: () => void = () => {};
  #fetching: Promise<void> | undefined;

  constructor(store: Store, options: CoordinatorOptions) {
    this.#store = store;
    this.#options = options;
    this.#writer = new ResultWriter(store, {
      persistently: (work) => this.#persistently(work),
      onEnd: (taken, facts, result) => this.#ended(taken, facts, result),
    });
  }

  /**
   * Runs until the signal, or until every job has a result. Returns how many results it wrote.
   * Rejects if no reader can start, and with errors of the database that do not pass.
   */
  async run(): Promise<number> {
    const { signal, workers } = this.#options;
    const { database, queue } = this.#store;
    const end = (): void => this.#ending.abort();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) {
      end();
    }
    if (database.kind === 'pglite') {
      // This process alone has the database, so every process that had a job is dead.
      await queue.giveBackAll(database);
    }
    await database.transaction((transaction) => queue.restore(transaction));
    const listening = await database.listen('fleet_added', () => this.#wake());
    const heartbeats = this.#heartbeats();
    try {
      await Promise.all(Array.from({ length: workers }, () => this.#work()));
      await this.#writer.flush();
    } finally {
      end();
      signal.removeEventListener('abort', end);
      await heartbeats;
      await this.#giveBackHeld();
      await listening.close();
    }
    return this.#written;
  }

  get #hasEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  async #work(): Promise<void> {
    const reader = new Reader(this.#options, this.#ending.signal);
    try {
      for (let job = await this.#next(); job !== undefined; job = await this.#next()) {
        await this.#do(job, reader);
      }
    } catch (error) {
      this.#ending.abort();
      throw error;
    } finally {
      reader.close();
    }
  }

  /** The next job; undefined at the end. */
  async #next(): Promise<HeldJob | undefined> {
    while (!this.#hasEnded) {
      const job = this.#waiting.shift();
      if (job === undefined) {
        await this.#fetchMore();
        continue;
      }
      if (this.#waiting.length < this.#options.workers) {
        // While readers read. If it fails, so does the next one, which is awaited.
        this.#fetchMore().catch(() => {});
      }
      return job;
    }
    return undefined;
  }

  #fetchMore(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Takes more jobs, or waits until there may be some. */
  async #fetch(): Promise<void> {
    const { workers, untilEmpty } = this.#options;
    const { queue } = this.#store;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const count = Math.min(batch.most, Math.max(batch.least, 2 * workers));
    const taken = await this.#persistently(() => queue.fetch(count));
    if (taken === undefined) {
      return;
    }
    for (const job of taken) {
      this.#held.set(job.id, job);
    }
    const facts = await this.#persistently(() => this.#store.jobsOf(taken.map(({ id }) => id)));
    const byId = new Map(facts?.map((each) => [each.id, each]));
    for (const job of taken) {
      const each = byId.get(job.id);
      if (each !== undefined) {
        this.#waiting.push({ taken: job, facts: each });
      }
    }
    if (taken.length > 0) {
      return;
    }
    await this.#persistently(() => this.#endLost());
    await this.#writer.flush();
    if (untilEmpty && (await this.#persistently(() => this.#store.pendingCount())) === 0) {
      this.#ending.abort();
      return;
    }
    await sleep(idleMilliseconds, this.#ending.signal, woken);
  }

  async #do({ taken, facts }: HeldJob, reader: Reader): Promise<void> {
    if (this.#held.get(taken.id) !== taken) {
      return;
    }
    const place = await placeOf(facts);
    if ('because' in place) {
      const missing = { outcome: 'not-found', milliseconds: null, findings: null } as const;
      const result = { ...missing, because: place.because };
      await this.#writer.add({ taken, facts, result });
      return;
    }
    const end = await reader.read({ files: place.files, analyzers: facts.analyzers });
    if (end.kind === 'answer') {
      await this.#writer.add({ taken, facts, result: end.answer });
    } else if (!this.#hasEnded) {
      await this.#crashed(taken, facts, end);
    }
  }

  /** The dump ended its reader: it gets another chance, or that is its result. */
  async #crashed(taken: TakenJob, facts: JobFacts, death: Death): Promise<void> {
    const { database, queue } = this.#store;
    const result = {
      outcome: 'crashed',
      because: death.because,
      milliseconds: null,
      findings: null,
    } as const;
    // True if the result was written, false if the job runs again, or if another process has it.
    const isWritten = await this.#persistently(() =>
      database.transaction(async (transaction) => {
        if ((await queue.touch([taken], transaction)).length > 0) {
          return false;
        }
        if (!(await this.#store.countDeath(facts.id, death, transaction))) {
          await queue.giveBack(taken, transaction);
          return false;
        }
        await queue.complete([taken], transaction);
        await this.#store.write(facts, result, transaction);
        return true;
      }),
    );
    this.#ended(taken, facts, isWritten === true ? result : undefined);
  }

  #ended(taken: TakenJob, facts: JobFacts, result: Result | undefined): void {
    this.#drop(taken);
    if (result !== undefined) {
      this.#written++;
      this.#options.onResult?.(facts, result);
    }
    if (this.#held.size === 0) {
      // It may have been the last.
      this.#wake();
    }
  }

  #drop(taken: TakenJob): void {
    if (this.#held.get(taken.id) === taken) {
      this.#held.delete(taken.id);
    }
  }

  /** Gives jobs that were given up their result. */
  async #endLost(): Promise<void> {
    const { database, queue } = this.#store;
    for (const { entry, job } of await queue.fetchLost(batch.most)) {
      const [facts] = await this.#store.jobsOf([job]);
      await database.transaction(async (transaction) => {
        if (facts !== undefined) {
          await this.#store.write(
            facts,
            { outcome: 'lost', because: null, milliseconds: null, findings: null },
            transaction,
          );
        }
        // If it is another process's by now, the same row is written once.
        await queue.completeLost(entry, transaction);
      });
    }
  }

  async #heartbeats(): Promise<void> {
    while (!this.#hasEnded) {
      await sleep(heartbeatEveryMilliseconds, this.#ending.signal);
      const held = [...this.#held.values()];
      const gone = await this.#persistently(() => this.#store.queue.touch(held));
      for (const job of gone ?? []) {
        this.#drop(job);
      }
    }
  }

  /** So that others need not wait until the heartbeat is missed. */
  async #giveBackHeld(): Promise<void> {
    try {
      for (const job of this.#held.values()) {
        await this.#store.queue.giveBack(job);
      }
    } catch (error) {
      this.#options.remark(`jobs are left to their heartbeat: ${sentenceOf(error)}`);
    }
  }

  /** Undefined if the coordinator ends before the database answers. */
  #persistently<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    return persistently(work, this.#ending.signal, this.#options.remark);
  }
}
