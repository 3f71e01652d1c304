import type { FleetRow } from 'vmcorekit/fleet';
import { resultsOf } from '../asking/results.ts';
import { persistently } from '../coordinator/persistently.ts';
import { sleep } from '../coordinator/sleep.ts';
import type { Database } from '../database/database.ts';
import type { Hook } from './hook.ts';

const everyMilliseconds = 2000;
/** Results that one process has in hand at once. */
const batch = 10;
/** The last attempt comes about a day after the first. */
const maxAttempts = 12;
/** Longer than a whole batch may take: after it, another process tries. */
const leaseInSeconds = 900;

interface Due {
  readonly job: string;
  readonly number: number;
  readonly attempts: number;
}

/** Hands results over to hooks, each at least once. What fails waits in the database. */
export class Sender {
  readonly #database: Database;
  readonly #hooks: readonly Hook[];
  readonly #remark: (text: string) => void;

  constructor(database: Database, hooks: readonly Hook[], remark: (text: string) => void) {
    this.#database = database;
    this.#hooks = hooks;
    this.#remark = remark;
  }

  /** Results that are written from now on are for these hooks. */
  async register(): Promise<void> {
    for (const { id, name } of this.#hooks) {
      await this.#database.query(
        `insert into fleet.hook (id, name) values ($1, $2)
          on conflict (id) do update set used_at = now()`,
        [id, name],
      );
    }
  }

  /** Sends until the signal. Rejects with errors of the database that stay. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await persistently(() => this.register(), signal, this.#remark);
      await persistently(() => this.sendDue(signal), signal, this.#remark);
      await sleep(everyMilliseconds, signal);
    }
  }

  /** Sends what is due now. */
  async sendDue(signal: AbortSignal): Promise<void> {
    for (const hook of this.#hooks) {
      for (;;) {
        const due = signal.aborted ? [] : await this.#take(hook);
        if (due.length === 0) {
          break;
        }
        for (const each of due) {
          await this.#send(hook, each, signal);
        }
      }
    }
  }

  async #take({ id }: Hook): Promise<Due[]> {
    return await this.#database.query<Due>(
      `update fleet.hand_over taken set attempts = attempts + 1,
          next_at = now() + ${leaseInSeconds} * interval '1 second'
        from fleet.result result
        where taken.hook = $1 and result.job = taken.job and taken.job in (
          select job from fleet.hand_over
            where hook = $1 and not is_failed and next_at <= now()
            order by next_at limit ${batch} for update skip locked)
        returning taken.job, result.number::float8 as "number", taken.attempts`,
      [id],
    );
  }

  async #send(hook: Hook, { job, number, attempts }: Due, signal: AbortSignal): Promise<void> {
    const row = await this.#rowOf(number);
    if (row === undefined) {
      return;
    }
    const because = await hook.send(JSON.stringify({ schema: 1, job, ...row }), signal);
    if (because === null) {
      await this.#database.query(
        `with sent as (delete from fleet.hand_over where job = $1 and hook = $2 returning 1)
          update fleet.hook set sent = sent + (select count(*) from sent) where id = $2`,
        [job, hook.id],
      );
      return;
    }
    // What our own end broke is due again at once.
    const isLast = !signal.aborted && attempts >= maxAttempts;
    const waitInSeconds = signal.aborted ? 0 : 10 * 2 ** attempts;
    await this.#database.query(
      `update fleet.hand_over set is_failed = $3, because = $4,
          next_at = now() + $5 * interval '1 second'
        where job = $1 and hook = $2`,
      [job, hook.id, isLast, because, waitInSeconds],
    );
    if (!signal.aborted) {
      this.#remark(
        `hook ${hook.name}: ${because}${isLast ? '; given up' : ', trying again later'}`,
      );
    }
  }

  /** Undefined if the result was removed meanwhile, to be written again. */
  async #rowOf(number: number): Promise<FleetRow | undefined> {
    for await (const row of resultsOf(this.#database, { before: number + 1, limit: 1 })) {
      return row.number === number ? row : undefined;
    }
    return undefined;
  }
}
