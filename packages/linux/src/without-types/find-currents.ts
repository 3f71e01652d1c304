import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perCpuOf, perCpuVariable } from '../containers/per-cpu.ts';
import type { FoundTaskList } from './find-task-list.ts';
import { TaskWindow } from './task-window.ts';

/** Where a CPU keeps the task it runs; the second from Linux 6.2 to 6.14, with other variables. */
const variables = ['current_task', 'pcpu_hot'] as const;
/** The size of `pcpu_hot`: one cache line. */
const searchedInBytes = 64;

/** The tasks that run, and where in the variable each is. */
export interface FoundCurrents {
  readonly variable: (typeof variables)[number];
  readonly offset: number;
  readonly tasks: ReadonlyMap<number, VirtualAddress>;
}

/** Finds the pointer that leads to a task on every CPU. Undefined where two do, or none does. */
export function findCurrents(
  kernel: Pick<Kernel, 'memory' | 'symbols' | 'types'>,
  { initTask, stack, magicAt }: FoundTaskList,
): FoundCurrents | undefined {
  const { memory, symbols } = kernel;
  const isTask = (address: VirtualAddress) =>
    initTask.hasMark(new TaskWindow(memory, address).word(stack) ?? 0n, magicAt);
  const cpus = perCpuOf(kernel).possible.value ?? [];
  const variable = variables.find((name) => symbols.find(name) !== undefined);
  if (variable === undefined || cpus.length === 0) {
    return undefined;
  }
  const found: FoundCurrents[] = [];
  const end = variable === 'pcpu_hot' ? searchedInBytes : 1;
  for (let offset = 0; offset < end; offset += memory.wordSizeInBits / 8) {
    const tasks = new Map<number, VirtualAddress>();
    for (const cpu of cpus) {
      const at = perCpuVariable(kernel, variable, cpu);
      const task =
        at === undefined ? undefined : tryRead(() => memory.readPointer(at + BigInt(offset)));
      if (task !== undefined && task !== 0n && isTask(task)) {
        tasks.set(cpu, task);
      }
    }
    if (tasks.size === cpus.length) {
      found.push({ variable, offset, tasks });
    }
  }
  return found.length === 1 ? found[0] : undefined;
}
