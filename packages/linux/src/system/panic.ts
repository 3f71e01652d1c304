import { isVmcorekitError, type Kernel, type Progress } from '@vmcorekit/core';
import { type KernelLog, type LoggingKernel, readKernelLog } from '../printk/kernel-log.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { maxCpus } from './kernel-cpu-count.ts';
import { type PanicMessage, panicMessageIn } from './panic-message.ts';
import { readVariable } from './read-variable.ts';

/** PANIC_CPU_INVALID. Source: Linux, kernel/panic.c. */
const noCpu = -1;

/** What the kernel's log says of its panic. */
export function* panicOf(kernel: Kernel): Generator<Progress, Fact<PanicMessage>, void> {
  const log = yield* intactLogOf(kernel);
  if (typeof log === 'string') {
    return notProved(`the kernel's log cannot be read: ${log}`);
  }
  const panic = panicMessageIn(log.records, panicCpuOf(kernel), kernel.located.role);
  return panic === undefined
    ? notProved("the kernel's log reports no panic")
    : proved(panic, "the kernel's log");
}

/** The kernel's log; a sentence where it cannot be read, or its own fields are impossible. */
export function* intactLogOf(kernel: LoggingKernel): Generator<Progress, KernelLog | string, void> {
  try {
    return yield* readKernelLog(kernel);
  } catch (error) {
    if (!isVmcorekitError(error, 'malformed')) {
      throw error;
    }
    return error.message;
  }
}

/** The number in `panic_cpu` (since Linux 4.5); undefined where no CPU is named. */
export function panicCpuOf(kernel: Kernel): number | undefined {
  const value = panicCpuValue(kernel);
  return value === null || value < 0 || value >= maxCpus ? undefined : value;
}

/** Whether `panic_cpu` says that no CPU panicked. A page that was wiped would say CPU 0. */
export function hasNoPanicCpu(kernel: Kernel): boolean {
  return panicCpuValue(kernel) === noCpu;
}

function panicCpuValue(kernel: Kernel): number | null {
  return readVariable(kernel, ['panic_cpu'], (address, name) =>
    proved(kernel.memory.readInt32(address), name),
  ).value;
}
