import type { Progress } from '@vmcorekit/core';

type Work = Generator<Progress, unknown, void>;
type Entry =
  | { state: 'running'; work: Work }
  | { state: 'done'; value: unknown }
  | { state: 'failed'; error: unknown };

/**
 * Results that several heuristics and witnesses of one run share. The first caller starts the work,
 * and the next one resumes it where it stands. So nothing is lost when one caller is abandoned.
 */
export class Memo {
  readonly #entries: Map<string, Entry> = new Map();

  *get<Result>(
    key: string,
    compute: () => Generator<Progress, Result, void>,
  ): Generator<Progress, Result, void> {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { state: 'running', work: compute() };
      this.#entries.set(key, entry);
    }
    while (entry.state === 'running') {
      let step: IteratorResult<Progress, unknown>;
      try {
        step = entry.work.next();
      } catch (error) {
        entry = { state: 'failed', error };
        this.#entries.set(key, entry);
        break;
      }
      if (step.done === true) {
        entry = { state: 'done', value: step.value };
        this.#entries.set(key, entry);
        break;
      }
      yield step.value;
      entry = this.#entries.get(key) ?? entry;
    }
    if (entry.state === 'failed') {
      throw entry.error;
    }
    return (entry as { value: Result }).value;
  }
}
