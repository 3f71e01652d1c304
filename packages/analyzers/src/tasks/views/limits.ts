import type { Kernel } from '@vmcorekit/core';
import { type LinuxTask, type ResourceLimit, resourceLimitsOf } from '@vmcorekit/linux';
import type { PsTask } from '../ps-report.ts';
import { headLine } from './head-line.ts';

/** The resource limits of each task, as crash's `ps -r`. */
export function limitsLines(
  kernel: Kernel,
  tasks: readonly PsTask[],
  all: readonly LinuxTask[],
): string[] {
  const signalOf = new Map(all.map(({ address, values }) => [address, values.signal]));
  return tasks.flatMap((task) => {
    const signal = signalOf.get(BigInt(task.address));
    const limits = signal === undefined ? undefined : resourceLimitsOf(kernel, signal);
    return [
      headLine(task),
      ...(limits === undefined
        ? ['  its limits cannot be read']
        : ['     RLIMIT     CURRENT       MAXIMUM', ...limits.map(limitLine)]),
      '',
    ];
  });
}

function limitLine({ name, current, maximum }: ResourceLimit): string {
  const text = (value: bigint | null) => (value === null ? '(unlimited)' : String(value));
  return `${name.padStart(11)}  ${text(current).padEnd(12)}  ${text(maximum)}`;
}
