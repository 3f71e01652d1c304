import type { VirtualAddress } from '@vmcorekit/core';
import { onlyOf } from './agreement.ts';
import { nameAt } from './find-task-list.ts';
import type { TaskSamples } from './task-samples.ts';

/** The size of a page, a stack's least, and 1 MiB. */
const stackSizes = { least: 0x1000n, most: 0x10_0000n } as const;

/**
 * What the stacks of all tasks are a multiple of, in bytes: Linux aligns each to its size, and so
 * some task's stack is no multiple of more. Source: Linux, kernel/fork.c (alloc_thread_stack_node).
 */
export function stackAlignmentIn({ all, list }: TaskSamples): number | undefined {
  let alignment = stackSizes.most;
  for (const task of all) {
    const start = task.word(list.stack) ?? 0n;
    while (start % alignment !== 0n) {
      alignment /= 2n;
    }
  }
  return alignment < stackSizes.least || alignment === stackSizes.most
    ? undefined
    : Number(alignment);
}

/**
 * Finds the saved stack pointer: the only word that lies in every task's own stack, at different
 * depths. (The saved registers of a program lie at the same depth in each.)
 */
export function findStackPointer(
  samples: TaskSamples,
  threadSizeInBytes: number,
  member: string,
): number | undefined {
  const { all, list, memory } = samples;
  const word = BigInt(memory.wordSizeInBits / 8);
  const offsets = samples.words(
    all,
    (task, value) => {
      const start = task.word(list.stack) ?? 0n;
      return start === 0n
        ? undefined
        : value > start && value < start + BigInt(threadSizeInBytes) && value % word === 0n;
    },
    [member],
  );
  return onlyOf(
    offsets.filter(
      (offset) =>
        new Set(
          all.flatMap((task) => {
            const start = task.word(list.stack) ?? 0n;
            return start === 0n ? [] : [(task.word(offset) ?? 0n) - start];
          }),
        ).size > 1,
    ),
  );
}

/** Threads of the kernel that belong to one CPU, by its number. */
const ofCpu = /^(?:ksoftirqd|migration|cpuhp|idle_inject|kworker)\/(\d+)(?::|$)/;

/**
 * Finds the number of the CPU that a task is on: that of its name, where it is one CPU's own, and
 * of the CPU that runs it. Undefined where two members are like that and differ in some task.
 */
export function findCpu(
  samples: TaskSamples,
  currents: ReadonlyMap<number, VirtualAddress>,
  cpuCount: number,
): number | undefined {
  const { all, list } = samples;
  const runningOn = new Map([...currents].map(([cpu, task]) => [task, cpu]));
  const offsets = samples.integers(all, (task, value) => {
    const named = ofCpu.exec(nameAt(task, list.comm) ?? '')?.[1];
    const cpu = runningOn.get(task.address) ?? (named === undefined ? undefined : Number(named));
    return value < cpuCount && (cpu === undefined || cpu === value);
  });
  const [first] = offsets;
  const areAlike = offsets.every((offset) =>
    all.every((task) => task.uint32(offset) === task.uint32(first ?? 0)),
  );
  // Where every number is 0, the member may be anything.
  const hasTwo = all.some((task) => task.uint32(first ?? 0) !== 0);
  return areAlike && hasTwo ? first : undefined;
}
