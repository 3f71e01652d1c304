import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { optional, pointer, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';

/** A tracer: a `struct ftrace_ops`. Null for the members that this kernel does not have. */
export interface FtraceOps {
  /** The start of the code that was made for it; 0 for none. */
  readonly trampoline: VirtualAddress | null;
  readonly sizeInBytes: bigint | null;
  readonly flags: bigint | null;
}

/**
 * The first tracers of the kernel's list; none where it has none, or its types do not describe
 * them. Source: Linux, include/linux/ftrace.h, kernel/trace/ftrace.c (`ftrace_ops_list`).
 */
export function* ftraceOpsOf(
  kernel: Pick<Kernel, 'memory' | 'types' | 'symbols'>,
  limit: number,
): Generator<FtraceOps, void, void> {
  const { memory, symbols, types } = kernel;
  const list = symbols.find('ftrace_ops_list')?.address;
  const end = symbols.find('ftrace_list_end')?.address;
  if (list === undefined || types.struct('ftrace_ops')?.member('next') === undefined) {
    return;
  }
  const reader = structReader(kernel, 'ftrace_ops', {
    next: pointer('next'),
    trampoline: optional(wide('trampoline')),
    sizeInBytes: optional(wide('trampoline_size')),
    flags: optional(wide('flags')),
  });
  const seen = new Set<VirtualAddress>();
  let at = tryRead(() => memory.readPointer(list)) ?? 0n;
  while (at !== 0n && at !== end && !seen.has(at) && seen.size < limit) {
    seen.add(at);
    const values = reader.tryRead(at);
    if (values === undefined) {
      return;
    }
    yield values;
    at = values.next;
  }
}
