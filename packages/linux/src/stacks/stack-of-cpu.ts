import type { Kernel, StackTrace } from '@vmcorekit/core';
import { runningCpusOf } from './running-cpus.ts';
import { incomplete, withoutFrames } from './stack-end.ts';
import { hibernatedCpuOf } from './x86-64/hibernated-cpu.ts';

/**
 * The stack of a CPU, from its registers. Never throws for what the memory holds. Where there is
 * none, its end says why.
 */
export function stackOfCpu(kernel: Kernel, number: number): StackTrace {
  const running = runningCpusOf(kernel).find((each) => each.number === number);
  if (running === undefined) {
    return withoutFrames(incomplete('lost', `the kernel has no CPU ${number}`));
  }
  if (running.cpu === null) {
    const saved = hibernatedCpuOf(kernel);
    const because =
      typeof saved === 'object'
        ? `the kernel had switched CPU ${number} off when it hibernated`
        : (saved ?? `no note is proved to have the registers of CPU ${number}`);
    return withoutFrames(incomplete('lost', because));
  }
  const { registers } = running.cpu;
  return kernel.stacks.trace({ registers, isExact: true, task: running.task, cpu: number });
}
