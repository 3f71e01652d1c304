import type { Kernel, StackEnd, UnwindStart } from '@vmcorekit/core';
import { runningCpusOf } from './running-cpus.ts';
import { incomplete } from './stack-end.ts';
import { hibernatedCpuOf } from './x86-64/hibernated-cpu.ts';

/** Where the stack of a CPU begins: at its registers. Why there is none, else. */
export function startOfCpu(kernel: Kernel, number: number): UnwindStart | StackEnd {
  const running = runningCpusOf(kernel).find((each) => each.number === number);
  if (running === undefined) {
    return incomplete('lost', `the kernel has no CPU ${number}`);
  }
  if (running.cpu === null) {
    const saved = hibernatedCpuOf(kernel);
    const because =
      typeof saved === 'object'
        ? `the kernel had switched CPU ${number} off when it hibernated`
        : (saved ?? `no note is proved to have the registers of CPU ${number}`);
    return incomplete('lost', because);
  }
  const { registers } = running.cpu;
  return { registers, isExact: true, task: running.task, cpu: number };
}
