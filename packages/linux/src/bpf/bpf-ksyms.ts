import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { pointer, text } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';

type Of = Pick<Kernel, 'memory' | 'types' | 'symbols'>;

/** More BPF programs than any machine loads. */
const programLimit = 65_536;

/** Code of a BPF program or trampoline, as the kernel lists it. */
export interface BpfKsym {
  readonly name: string;
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
}

/**
 * The code that BPF made, read once. None where this kernel has none, or its types do not describe
 * it. Source: Linux 5.7 and later, include/linux/bpf.h (`bpf_ksym`), kernel/bpf/core.c.
 */
export const bpfKsymsOf: (kernel: Of) => readonly BpfKsym[] = perKernel((kernel: Of) => {
  const head = kernel.symbols.find('bpf_kallsyms')?.address;
  if (head === undefined || kernel.types.struct('bpf_ksym')?.member('lnode') === undefined) {
    return [];
  }
  const reader = structReader(kernel, 'bpf_ksym', {
    start: pointer('start'),
    end: pointer('end'),
    name: text('name'),
  });
  const nodes = listNodes(kernel, head, new WalkNotes(), { limit: programLimit });
  return Array.from(nodes).flatMap(
    (node) => reader.tryRead(containerOf(kernel, 'bpf_ksym', 'lnode', node)) ?? [],
  );
});
