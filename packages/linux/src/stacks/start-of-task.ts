import {
  hex,
  type Kernel,
  type StackEnd,
  type UnwindStart,
  type VirtualAddress,
} from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, pointer, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { cpusByStackOf } from './cpus-by-stack.ts';
import { currentTasksOf } from './current-tasks.ts';
import { runningCpusOf } from './running-cpus.ts';
import { complete, endBy, incomplete } from './stack-end.ts';
import { stackMachineOf } from './stack-machines.ts';
import { isStackMark, vmAreaOfStack } from './stack-mark.ts';
import { startOfCpu } from './start-of-cpu.ts';

/** Where the stack of a task begins. */
export interface TaskStart {
  readonly start: UnwindStart;
  /** True for a task that has never run: it starts at its first instruction. */
  readonly isNew: boolean;
  /** What speaks against it, in sentences. */
  readonly remarks: readonly string[];
}

const readerOf = perKernel((kernel: Kernel) =>
  structReader(kernel, 'task_struct', {
    stack: pointer('stack'),
    onCpu: optional(number('on_cpu')),
    state: optional(wide('__state', 'state')),
  }),
);

/**
 * Where the stack of a task begins: at its CPU's registers where it runs, else where it was
 * switched out. Why there is none, else. Never throws for what the memory holds.
 */
export function startOfTask(kernel: Kernel, task: VirtualAddress): TaskStart | StackEnd {
  try {
    return readStart(kernel, task);
  } catch (error) {
    return endBy(error);
  }
}

function readStart(kernel: Kernel, task: VirtualAddress): TaskStart | StackEnd {
  const running = runningCpusOf(kernel).find((each) => each.task === task);
  if (running !== undefined) {
    const start = startOfCpu(kernel, running.number);
    return 'reason' in start ? start : plain(start);
  }
  const { stack, onCpu, state } = readerOf(kernel).read(task);
  if (stack === 0n) {
    return complete('no-stack');
  }
  if (onCpu !== null && onCpu !== 0) {
    return incomplete('broken', 'the task runs, but no CPU is known to run it');
  }
  const isUnsure = onCpu === null && currentTasksOf(kernel).size === 0;
  return isUnsure ? readUnsure(kernel, task, { stack, state }) : readSleeping(kernel, task, stack);
}

function plain(start: UnwindStart): TaskStart {
  return { start, isNew: false, remarks: [] };
}

/** Of a kernel that does not say which task a CPU runs: the CPUs' own stack pointers show it. */
function readUnsure(
  kernel: Kernel,
  task: VirtualAddress,
  { stack, state }: { readonly stack: VirtualAddress; readonly state: bigint | null },
): TaskStart | StackEnd {
  const { byTask, areAllPlaced } = cpusByStackOf(kernel);
  const cpu = byTask.get(task);
  if (cpu !== undefined) {
    return plain({ registers: cpu.registers, isExact: true, task, cpu: null });
  }
  if (state === null || state === 0n) {
    return incomplete('broken', 'the task may run, and no CPU is known to run it');
  }
  const found = readSleeping(kernel, task, stack);
  return areAllPlaced || 'reason' in found
    ? found
    : {
        ...found,
        remarks: [
          ...found.remarks,
          'not every CPU shows which task it runs: if it runs this one, the stack is an older one',
        ],
      };
}

function readSleeping(
  kernel: Kernel,
  task: VirtualAddress,
  stack: VirtualAddress,
): TaskStart | StackEnd {
  const machine = stackMachineOf(kernel);
  if (machine === undefined) {
    const name = kernel.dump.architecture?.name ?? 'of this dump';
    return incomplete('broken', `no unwinder knows the architecture ${name}`);
  }
  const stackPointer = machine.savedStackPointer(kernel, task);
  const [region] = machine.stacksOf(kernel, { task, cpu: null });
  if (region !== undefined && !(region.start <= stackPointer && stackPointer < region.end)) {
    return incomplete('broken', `the saved stack pointer ${hex(stackPointer)} is not on its stack`);
  }
  const { registers, isNew } = machine.savedContext(kernel, task);
  const isWhole =
    vmAreaOfStack(kernel, task, stack) === 'agrees' || isStackMark(kernel.memory, stack) !== false;
  return {
    start: { registers, isExact: isNew, task, cpu: null },
    isNew,
    remarks: isWhole
      ? []
      : [`the stack at ${hex(stack)} has overflowed: its lowest word is not STACK_END_MAGIC`],
  };
}
