import { hex, type Kernel, type StackTrace, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, pointer, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { cpusByStackOf } from './cpus-by-stack.ts';
import { currentTasksOf } from './current-tasks.ts';
import { runningCpusOf } from './running-cpus.ts';
import { complete, endBy, incomplete, withoutFrames } from './stack-end.ts';
import { stackMachineOf } from './stack-machines.ts';
import { isStackMark, vmAreaOfStack } from './stack-mark.ts';
import { stackOfCpu } from './stack-of-cpu.ts';

const readerOf = perKernel((kernel: Kernel) =>
  structReader(kernel, 'task_struct', {
    stack: pointer('stack'),
    onCpu: optional(number('on_cpu')),
    state: optional(wide('__state', 'state')),
  }),
);

/**
 * The stack of a task: of its CPU where it runs, else from where it was switched out. Never throws
 * for what the memory holds. Where it cannot be read, its end says why.
 */
export function stackOfTask(kernel: Kernel, task: VirtualAddress): StackTrace {
  try {
    return readStack(kernel, task);
  } catch (error) {
    return withoutFrames(endBy(error));
  }
}

function readStack(kernel: Kernel, task: VirtualAddress): StackTrace {
  const running = runningCpusOf(kernel).find((each) => each.task === task);
  if (running !== undefined) {
    return stackOfCpu(kernel, running.number);
  }
  const { stack, onCpu, state } = readerOf(kernel).read(task);
  if (stack === 0n) {
    return withoutFrames(complete('no-stack'));
  }
  if (onCpu !== null && onCpu !== 0) {
    return withoutFrames(incomplete('broken', 'the task runs, but no CPU is known to run it'));
  }
  const isUnsure = onCpu === null && currentTasksOf(kernel).size === 0;
  return isUnsure ? readUnsure(kernel, task, { stack, state }) : readSleeping(kernel, task, stack);
}

/** Of a kernel that does not say which task a CPU runs: the CPUs' own stack pointers show it. */
function readUnsure(
  kernel: Kernel,
  task: VirtualAddress,
  { stack, state }: { readonly stack: VirtualAddress; readonly state: bigint | null },
): StackTrace {
  const { byTask, areAllPlaced } = cpusByStackOf(kernel);
  const cpu = byTask.get(task);
  if (cpu !== undefined) {
    return kernel.stacks.trace({ registers: cpu.registers, isExact: true, task, cpu: null });
  }
  if (state === null || state === 0n) {
    return withoutFrames(incomplete('broken', 'the task may run, and no CPU is known to run it'));
  }
  const trace = readSleeping(kernel, task, stack);
  return areAllPlaced
    ? trace
    : {
        ...trace,
        remarks: [
          ...trace.remarks,
          'not every CPU shows which task it runs: if it runs this one, the stack is an older one',
        ],
      };
}

function readSleeping(kernel: Kernel, task: VirtualAddress, stack: VirtualAddress): StackTrace {
  const machine = stackMachineOf(kernel);
  if (machine === undefined) {
    const name = kernel.dump.architecture?.name ?? 'of this dump';
    return withoutFrames(incomplete('broken', `no unwinder knows the architecture ${name}`));
  }
  const stackPointer = machine.savedStackPointer(kernel, task);
  const [region] = machine.stacksOf(kernel, { task, cpu: null });
  if (region !== undefined && !(region.start <= stackPointer && stackPointer < region.end)) {
    return withoutFrames(
      incomplete('broken', `the saved stack pointer ${hex(stackPointer)} is not on its stack`),
    );
  }
  const { registers, isNew } = machine.savedContext(kernel, task);
  const trace = kernel.stacks.trace({ registers, isExact: isNew, task, cpu: null });
  const remarks =
    vmAreaOfStack(kernel, task, stack) === 'agrees' || isStackMark(kernel.memory, stack) !== false
      ? trace.remarks
      : [
          ...trace.remarks,
          `the stack at ${hex(stack)} has overflowed: its lowest word is not STACK_END_MAGIC`,
        ];
  return { ...trace, end: isNew ? complete('never-ran') : trace.end, remarks };
}
