import { setImmediate } from 'node:timers/promises';
import type { Dump, KernelMemory, Verdict } from '@vmcorekit/core';
import { readTasks, userMemoryOf } from '@vmcorekit/linux';
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
  const work = readTasks(kernel);
  let step = work.next();
  while (step.done !== true) {
    io.signal.throwIfAborted();
    line.show(step.value, dump.files[0] ?? '');
    await setImmediate();
    step = work.next();
  }
  if (typeof step.value === 'string') {
    return without(step.value);
  }
  const task = step.value.tasks.find((each) => each.pid === pid);
  if (task === undefined) {
    return without(`no task has the pid ${pid}`);
  }
  if (task.kernelThread || task.values.mm === 0n) {
    return without(`task ${pid} has no memory of its own: it is the kernel's, or has ended`);
  }
  return (
    userMemoryOf(kernel, task.values.mm) ??
    without(`the page tables of process ${pid} cannot be found`)
  );
}

function without(because: string): NoProcess {
  return { code: 'no-address-space', because };
}
