import { setImmediate } from 'node:timers/promises';
import type { Dump, KernelMemory, Verdict } from '@vmcorekit/core';
import { memoryOfProcess } from '@vmcorekit/linux';
import type { Invocation } from '../command.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/** Why there are no page tables, as the end of an answer. */
export interface NoProcess {
  readonly code: 'no-address-space';
  readonly because: string;
}

/** The memory of a process, through its own page tables, in the kernel that a verdict found. */
export async function processMemory(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  verdict: Verdict,
  pid: number,
): Promise<KernelMemory | NoProcess> {
  const kernel = await toolkit.openKernel(dump, verdict);
  if (kernel === null) {
    return without('nothing maps the kernel found');
  }
  using line = new ProgressLine(io, global.quiet);
  const work = memoryOfProcess(kernel, pid);
  let step = work.next();
  while (step.done !== true) {
    io.signal.throwIfAborted();
    line.show(step.value, dump.files[0] ?? '');
    await setImmediate();
    step = work.next();
  }
  return typeof step.value === 'string' ? without(step.value) : step.value;
}

function without(because: string): NoProcess {
  return { code: 'no-address-space', because };
}
