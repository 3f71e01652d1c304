import type { Kernel, KernelSymbol, VirtualAddress } from '@vmcorekit/core';
import { bpfKsymsOf } from '../bpf/bpf-ksyms.ts';
import { ftraceOpsOf } from './ftrace-ops.ts';

type Of = Pick<Kernel, 'memory' | 'types' | 'symbols'>;

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

function* bpfCode(kernel: Of): Generator<KernelSymbol, void, void> {
  for (const { name, start, end } of bpfKsymsOf(kernel)) {
    if (name !== '') {
      yield* made(name, start, end - start, 'bpf');
    }
  }
}

/**
 * Trampolines that ftrace allocated. The name and module are those of
 * ftrace_get_trampoline_kallsym() in Linux, kernel/trace/ftrace.c.
 */
function* ftraceCode(kernel: Of): Generator<KernelSymbol, void, void> {
  for (const { trampoline, sizeInBytes } of ftraceOpsOf(kernel, trampolineLimit)) {
    if (trampoline !== null && sizeInBytes !== null) {
      yield* made('ftrace_trampoline', trampoline, sizeInBytes, '__builtin__ftrace');
    }
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
