import { isVmcorekitError, type Kernel, type Progress } from '@vmcorekit/core';
import { maxCpus } from '../kernel-cpus.ts';
import { type KernelLog, readKernelLog } from '../printk/kernel-log.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { type PanicMessage, panicMessageIn } from './panic-message.ts';
import { readVariable } from './read-variable.ts';

/** What the kernel's log says of its panic. */
export function* panicOf(kernel: Kernel): Generator<Progress, Fact<PanicMessage>, void> {
  let log: KernelLog | string;
  try {
    log = yield* readKernelLog(kernel);
  } catch (error) {
    if (!isVmcorekitError(error, 'malformed')) {
      throw error;
    }
    log = error.message;
  }
  if (typeof log === 'string') {
    return notProved(`the kernel's log cannot be read: ${log}`);
  }
  const panic = panicMessageIn(log.records, panicCpuOf(kernel));
  return panic === undefined
    ? notProved("the kernel's log reports no panic")
    : proved(panic, "the kernel's log");
}

/** The number in `panic_cpu` (since Linux 4.5); undefined where no CPU is named. */
export function panicCpuOf(kernel: Kernel): number | undefined {
  const { value } = readVariable(kernel, ['panic_cpu'], (address, name) =>
    proved(kernel.memory.readInt32(address), name),
  );
  return value === null || value < 0 || value >= maxCpus ? undefined : value;
}
