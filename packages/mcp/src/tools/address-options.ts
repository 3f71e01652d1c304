import type { KernelMemory, Progress } from '@vmcorekit/core';
import { type AnalyzerContext, type Kernel, VmcorekitError } from '@vmcorekit/core';
import { memoryOfProcess } from '@vmcorekit/linux';

/** The options of a tool that works on a virtual address. */
export const addressOptions = {
  address: {
    type: 'string',
    summary:
      'a number with 0x, a symbol, bytes from one (schedule+0x10), or C such as &init_task.comm',
    default: '',
  },
  pid: {
    type: 'integer',
    summary: 'use the page tables of the process of this pid, not those of the kernel',
    default: null,
    minimum: 1,
    maximum: 4_194_304,
  },
} as const;

/** The kernel of a dump. Throws `no-kernel` where none maps any memory. */
export function kernelOf({ kernel, verdict, dump }: AnalyzerContext): Kernel {
  if (kernel === null) {
    const because = verdict.kernel === null ? verdict.explanation : 'its page tables are not known';
    throw new VmcorekitError('no-kernel', { file: dump.files[0] ?? 'dump', because });
  }
  return kernel;
}

/** The virtual memory of a process, or of the kernel. Throws `usage` for one that has none. */
export function* memoryFor(
  kernel: Kernel,
  pid: number | null,
): Generator<Progress, KernelMemory, void> {
  if (pid === null) {
    return kernel.memory;
  }
  const memory = yield* memoryOfProcess(kernel, pid);
  if (typeof memory === 'string') {
    throw new VmcorekitError('usage', {
      what: 'pid',
      got: String(pid),
      allowed: `a process with memory (${memory})`,
    });
  }
  return memory;
}
