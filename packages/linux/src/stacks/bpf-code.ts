import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { type BpfKsym, bpfKsymsOf } from '../bpf/bpf-ksyms.ts';
import { containerOf, listNodes, WalkNotes } from '../containers/index.ts';
import { perKernel } from '../per-kernel.ts';
import { pointer } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';

const maxPacks = 65_536;
/** BPF_PROG_PACK_SIZE is 2 MiB for each node; the last fallback is a page. */
const packSizeInBytes = 0x20_0000n;

/** Code that BPF made. */
export interface BpfCode {
  /** Null for a classic filter: the kernel keeps no name of it. */
  readonly name: string | null;
  /** Null where only a pack is known, which holds many programs. */
  readonly start: VirtualAddress | null;
  readonly end: VirtualAddress;
}

/**
 * The BPF code that holds an address. Programs and trampolines are listed by name; classic filters
 * only lie in the packs. Source: Linux, kernel/bpf/core.c (bpf_kallsyms, pack_list).
 */
export function bpfCodeAt(kernel: Kernel, address: VirtualAddress): BpfCode | undefined {
  const { programs, packs } = bpfCodeOf(kernel);
  const program = programs.find(({ start, end }) => start <= address && address < end);
  if (program !== undefined) {
    return program;
  }
  const pack = packs.find((start) => start <= address && address < start + packSizeInBytes);
  return pack === undefined ? undefined : { name: null, start: null, end: pack + packSizeInBytes };
}

/** The programs and trampolines that have a name. */
export function bpfProgramsOf(kernel: Kernel): readonly BpfKsym[] {
  return bpfCodeOf(kernel).programs;
}

const bpfCodeOf = perKernel((kernel: Kernel) => ({
  programs: bpfKsymsOf(kernel).filter(({ start, end }) => start < end),
  packs: [...readPacks(kernel)],
}));

function* readPacks(kernel: Kernel): Generator<VirtualAddress, void, void> {
  const head = kernel.symbols.find('pack_list')?.address;
  if (head === undefined || kernel.types.struct('bpf_prog_pack')?.member('list') === undefined) {
    return;
  }
  const reader = structReader(kernel, 'bpf_prog_pack', { start: pointer('ptr') });
  for (const node of listNodes(kernel, head, new WalkNotes(), { limit: maxPacks })) {
    const pack = reader.tryRead(containerOf(kernel, 'bpf_prog_pack', 'list', node));
    if (pack !== undefined) {
      yield pack.start;
    }
  }
}
