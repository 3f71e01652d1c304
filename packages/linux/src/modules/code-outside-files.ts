import type { Kernel, KernelSymbol, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import { WalkNotes } from '../containers/walk.ts';
import { optional, pointer, text, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';

type Of = Pick<Kernel, 'memory' | 'types' | 'symbols'>;

/** More BPF programs than any machine loads. */
const programLimit = 65_536;
const trampolineLimit = 4096;
/** A BPF program has at most a million instructions. */
const largestInBytes = 64 * 1024 * 1024;

/**
 * Code that the kernel made while it ran, as it names it in /proc/kallsyms: BPF programs and
 * trampolines of ftrace. None where this kernel has none, or its types do not describe it.
 */
export function* madeCode(kernel: Of): Generator<KernelSymbol, void, void> {
  yield* bpfCode(kernel);
  yield* ftraceCode(kernel);
}

/** Source: Linux 5.7 and later, include/linux/bpf.h (`bpf_ksym`) and kernel/bpf/core.c. */
function* bpfCode(kernel: Of): Generator<KernelSymbol, void, void> {
  const head = kernel.symbols.find('bpf_kallsyms')?.address;
  if (head === undefined || kernel.types.struct('bpf_ksym')?.member('lnode') === undefined) {
    return;
  }
  const reader = structReader(kernel, 'bpf_ksym', {
    start: wide('start'),
    end: wide('end'),
    name: text('name'),
  });
  const options = { limit: programLimit, name: 'bpf_kallsyms' };
  for (const node of listNodes(kernel, head, new WalkNotes(), options)) {
    const values = reader.tryRead(containerOf(kernel, 'bpf_ksym', 'lnode', node));
    if (values !== undefined && values.name !== '') {
      const { start, end, name } = values;
      yield* made(name, start, end - start, 'bpf');
    }
  }
}

/**
 * Trampolines that ftrace allocated. Source: Linux, struct ftrace_ops in include/linux/ftrace.h;
 * the name and module are those of ftrace_get_trampoline_kallsym() in kernel/trace/ftrace.c.
 */
function* ftraceCode(kernel: Of): Generator<KernelSymbol, void, void> {
  const list = kernel.symbols.find('ftrace_ops_list')?.address;
  const end = kernel.symbols.find('ftrace_list_end')?.address;
  if (list === undefined || kernel.types.struct('ftrace_ops')?.member('next') === undefined) {
    return;
  }
  const reader = structReader(kernel, 'ftrace_ops', {
    next: pointer('next'),
    trampoline: optional(wide('trampoline')),
    size: optional(wide('trampoline_size')),
  });
  const seen = new Set<VirtualAddress>();
  let at = kernel.memory.readPointer(list);
  while (at !== 0n && at !== end && !seen.has(at) && seen.size < trampolineLimit) {
    seen.add(at);
    const values = reader.tryRead(at);
    if (values === undefined) {
      return;
    }
    if (values.trampoline !== null && values.size !== null) {
      yield* made('ftrace_trampoline', values.trampoline, values.size, '__builtin__ftrace');
    }
    at = values.next;
  }
}

function* made(
  name: string,
  address: VirtualAddress,
  size: bigint,
  module: string,
): Generator<KernelSymbol, void, void> {
  if (size > 0n && size <= largestInBytes) {
    yield { name, address, type: 't', sizeInBytes: Number(size), module };
  }
}
