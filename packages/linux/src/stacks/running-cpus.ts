import { type Kernel, type KernelCpu, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { currentTasksOf } from './current-tasks.ts';
import type { StackMachine } from './stack-machine.ts';
import { stackMachineOf } from './stack-machines.ts';
import { regionAt } from './stack-regions.ts';

/** One of the kernel's CPUs. */
export interface RunningCpu {
  /** Linux's number of it. */
  readonly number: number;
  /** The task that it runs; null where the kernel does not say. */
  readonly task: VirtualAddress | null;
  /** Its registers; null where no note is proved to be of this CPU. */
  readonly cpu: KernelCpu | null;
}

/** A kind of note whose process ID is no task's: QEMU counts CPUs there. */
const countingNote = 'qemu';

/**
 * The CPUs of a kernel, ascending. Registers belong to a CPU by its per-CPU data (`KernelCpu`).
 * Else the stack pointer proves it, where it lies on a stack of that CPU or of the task it runs.
 * Else the process ID in the note does, where the notes' IDs and the tasks that run agree.
 */
export const runningCpusOf: (kernel: Kernel) => readonly RunningCpu[] = perKernel((kernel) => {
  const tasks = currentTasksOf(kernel);
  const assigned = new Map<number, KernelCpu>();
  const waiting: KernelCpu[] = [];
  for (const cpu of kernel.cpus) {
    if (cpu.number === null) {
      waiting.push(cpu);
    } else {
      assigned.set(cpu.number, cpu);
    }
  }
  const machine = stackMachineOf(kernel);
  const pids = pidsOf(kernel, tasks);
  const isAgreed = waiting.every(({ pid, from }) => arePidsOfTasks(from) && isPidOf(pid, pids));
  for (const isLast of [false, true]) {
    for (const cpu of waiting.filter((each) => ![...assigned.values()].includes(each))) {
      const free = [...tasks.keys()].filter((number) => !assigned.has(number));
      const candidates = isLast
        ? isAgreed && cpu.pid !== 0
          ? free.filter((number) => pids.get(number) === cpu.pid)
          : []
        : free.filter((number) => isOnStacks(kernel, machine, cpu, number, tasks.get(number)));
      const [number] = candidates;
      const isOfTask = !arePidsOfTasks(cpu.from) || pids.get(number ?? -1) === cpu.pid;
      if (number !== undefined && candidates.length === 1 && isOfTask) {
        assigned.set(number, cpu);
      }
    }
  }
  return [...new Set([...tasks.keys(), ...assigned.keys()])]
    .sort((one, other) => one - other)
    .map((number) => ({
      number,
      task: tasks.get(number) ?? null,
      cpu: assigned.get(number) ?? null,
    }));
});

function arePidsOfTasks(from: readonly string[]): boolean {
  return !from.includes(countingNote);
}

function isPidOf(pid: number | null, pids: ReadonlyMap<number, number>): boolean {
  return pid === 0 || [...pids.values()].some((each) => each === pid);
}

function pidsOf(
  { memory, types }: Kernel,
  tasks: ReadonlyMap<number, VirtualAddress>,
): ReadonlyMap<number, number> {
  const offset = types.struct('task_struct')?.member('pid')?.offsetInBytes;
  return new Map(
    [...tasks].flatMap(([number, task]) => {
      const pid =
        offset === undefined ? undefined : tryRead(() => memory.readInt32(task + BigInt(offset)));
      return pid === undefined ? [] : [[number, pid] as const];
    }),
  );
}

function isOnStacks(
  kernel: Kernel,
  machine: StackMachine | undefined,
  { registers }: KernelCpu,
  number: number,
  task: VirtualAddress | undefined,
): boolean {
  const stackPointer = machine?.stackPointerIn(registers);
  const regions = machine?.stacksOf(kernel, { task: task ?? null, cpu: number }) ?? [];
  return stackPointer !== undefined && regionAt(regions, stackPointer) !== undefined;
}
