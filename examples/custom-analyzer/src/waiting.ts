import { type Analyzer, defineAnalyzer, plural, printable, type Task } from '@vmcorekit/core';

/** How many tasks wait in a function of the kernel, and the first of them. */
export interface WaitingPlace {
  readonly where: string;
  readonly count: number;
  readonly pids: readonly number[];
}

/** Functions that every sleeping task is in, or that say nothing about what it waits for. */
const scheduler = /^(__)?schedule|^preempt_/;
const maxPids = 5;

/** Answers where the tasks of a stuck machine wait: by the first function outside the scheduler. */
export const waiting: Analyzer<readonly WaitingPlace[] | null> = defineAnalyzer({
  name: 'waiting',
  summary: 'where the tasks wait, the most crowded place first',
  options: {},
  *run({ kernel }) {
    if (kernel === null) {
      return { text: ['no kernel was found'], data: null };
    }
    const pidsOf = new Map<string, number[]>();
    for (const task of kernel.tasks()) {
      const where = placeOf(task);
      pidsOf.set(where, [...(pidsOf.get(where) ?? []), task.pid]);
      yield { kind: 'progress', doing: 'reading stacks', fraction: null };
    }
    const data = [...pidsOf]
      .map(([where, pids]) => ({ where, count: pids.length, pids: pids.slice(0, maxPids) }))
      .sort((one, other) => other.count - one.count);
    return {
      text: data.map(
        ({ where, count, pids }) =>
          `${plural(count, 'task').padEnd(10)} ${printable(where)}: ${pids.join(', ')}${count > maxPids ? ', …' : ''}`,
      ),
      data,
    };
  },
});

function placeOf(task: Task): string {
  const { frames, end } = task.stack();
  const frame = frames.find(({ symbol }) => symbol !== null && !scheduler.test(symbol));
  return frame?.symbol ?? `nowhere: ${end.reason}`;
}
