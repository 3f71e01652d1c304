import { type Kernel, type KernelCpu, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { userMemoryOf } from '../tasks/user-memory.ts';
import { codeAt } from './code-at.ts';
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

/** What proves that registers are those of the CPU that runs a task. */
type Proof = (cpu: KernelCpu, number: number, task: VirtualAddress | undefined) => boolean;

/**
 * The CPUs of a kernel, ascending. Registers belong to a CPU by its per-CPU data (`KernelCpu`).
 * Else the stack pointer proves it, where it lies on a stack of that CPU or of the task it runs.
 * Else the process ID in the note does, where the notes' IDs and the tasks that run agree. Else a
 * program does, where its instruction and its stack are mapped by the task that one CPU runs alone.
 */
export const runningCpusOf: (kernel: Kernel) => readonly RunningCpu[] = perKernel((kernel) => {
  const tasks = currentTasksOf(kernel);
  const assigned = new Map<number, KernelCpu>();
  const waiting = new Set<KernelCpu>();
  for (const cpu of kernel.cpus) {
    if (cpu.number === null) {
      waiting.add(cpu);
    } else {
      assigned.set(cpu.number, cpu);
    }
  }
  const machine = stackMachineOf(kernel);
  const pids = pidsOf(kernel, tasks);
  const areTasks = !isCounting(kernel.cpus, pids);
  const isAgreed = areTasks && [...waiting].every(({ pid }) => isPidOf(pid, pids));
  const proofs: readonly Proof[] = [
    (cpu, number, task) => isInCode(kernel, cpu) && isOnStacks(kernel, machine, cpu, number, task),
    // It may run a copy of the code that enters the kernel (page-table isolation).
    (cpu, number, task) => isOnStacks(kernel, machine, cpu, number, task),
    ({ pid }, number) => isAgreed && pid !== 0 && pids.get(number) === pid,
    (cpu, _number, task) => isOfProgram(kernel, machine, cpu, task),
  ];
  for (const isProved of proofs) {
    const free = [...tasks].filter(([number]) => !assigned.has(number));
    const numberOf = (cpu: KernelCpu) => {
      const numbers = free.flatMap(([number, task]) => (isProved(cpu, number, task) ? number : []));
      const [number] = numbers;
      return numbers.length === 1 &&
        number !== undefined &&
        (!areTasks || cpu.pid === null || pids.get(number) === cpu.pid)
        ? number
        : undefined;
    };
    const claims = Array.from(waiting, (cpu) => ({ cpu, number: numberOf(cpu) }));
    for (const { cpu, number } of claims) {
      // Two sets of registers claim one CPU, so at least one of them is wrong.
      const isAlone = claims.filter((each) => each.number === number).length === 1;
      if (number !== undefined && isAlone) {
        assigned.set(number, cpu);
        waiting.delete(cpu);
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

/**
 * Whether the notes number the CPUs from 1 in place of tasks, as QEMU does. Its notes on x86 have a
 * kind of their own; elsewhere no CPU runs a task with such a number. On ppc64 QEMU writes 0 for
 * each, and fewer CPUs are idle.
 */
function isCounting(cpus: readonly KernelCpu[], pids: ReadonlyMap<number, number>): boolean {
  return (
    cpus.some(({ from }) => from.includes(countingNote)) ||
    (cpus.every(({ pid, index }) => pid === index + 1) &&
      cpus.some(({ pid }) => !isPidOf(pid, pids))) ||
    (cpus.every(({ pid }) => pid === 0) && idleCount(pids) < cpus.length)
  );
}

function idleCount(pids: ReadonlyMap<number, number>): number {
  return [...pids.values()].filter((pid) => pid === 0).length;
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

/** Kernels of one dump have stacks at the same addresses, but not their code. */
function isInCode(kernel: Kernel, { registers }: KernelCpu): boolean {
  const address = kernel.dump.architecture?.mmu?.instructionAddress?.(registers);
  return address !== undefined && codeAt(kernel, address) !== undefined;
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

/** Whether a program's instruction and its stack are both mapped by the task. */
function isOfProgram(
  kernel: Kernel,
  machine: StackMachine | undefined,
  { registers }: KernelCpu,
  task: VirtualAddress | undefined,
): boolean {
  const places = machine?.programIn(registers);
  const mm = task === undefined ? undefined : memoryOfTask(kernel, task);
  const memory = mm === undefined || mm === 0n ? undefined : userMemoryOf(kernel, mm);
  return memory === undefined || places === undefined
    ? false
    : places.every((place) => tryRead(() => memory.translate(place)) !== undefined);
}

function memoryOfTask({ memory, types }: Kernel, task: VirtualAddress): VirtualAddress | undefined {
  const offset = types.struct('task_struct')?.member('mm')?.offsetInBytes;
  return offset === undefined
    ? undefined
    : tryRead(() => memory.readPointer(task + BigInt(offset)));
}
