import { type Kernel, type KernelSymbol, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { containerOf, listNodes, type WalkNotes } from '../containers/index.ts';
import { optional, pointer, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';

/**
 * Device memory: the only areas whose `phys_addr` is set. Source: Linux, include/linux/vmalloc.h.
 */
const VM_IOREMAP = 1n;
const maxVmapNodes = 1024;
const maxAreas = 2 ** 22;

/** An area of vmalloc memory. */
export interface VmallocArea {
  /** Of its `vmap_area`. */
  readonly address: VirtualAddress;
  readonly start: VirtualAddress;
  /** Exclusive; a page that is never mapped is part of most areas. */
  readonly end: VirtualAddress;
  /** Of its `vm_struct`; null for memory of vm_map_ram. */
  readonly vm: VirtualAddress | null;
  /** What asked for it. */
  readonly caller: VirtualAddress | null;
  readonly callerSymbol: KernelSymbol | null;
  /** What it was made for, by bit; null where the kernel does not say. */
  readonly flags: bigint | null;
  /** How many pages were allocated for it. */
  readonly pageCount: bigint | null;
  /** Of the device memory that it maps; null for other memory. */
  readonly physicalAddress: bigint | null;
}

/**
 * The areas of vmalloc memory, as the kernel lists them: by address up to Linux 6.8, and then by
 * node of `vmap_nodes`. Throws `unknown-name` where the kernel's types or symbols lack them.
 * Source: Linux, mm/vmalloc.c.
 */
export function* vmallocAreas(
  kernel: Kernel,
  notes: WalkNotes,
): Generator<VmallocArea, void, void> {
  const areas = structReader(kernel, 'vmap_area', {
    start: wide('va_start'),
    end: wide('va_end'),
    vm: pointer('vm'),
  });
  const vms = structReader(kernel, 'vm_struct', {
    caller: pointer('caller'),
    flags: wide('flags'),
    pageCount: optional(wide('nr_pages')),
    physical: optional(wide('phys_addr')),
  });
  for (const head of vmapHeads(kernel)) {
    const options = { name: 'the vmalloc areas', limit: maxAreas };
    for (const node of listNodes(kernel, head, notes, options)) {
      const address = containerOf(kernel, 'vmap_area', 'list', node);
      const area = areas.tryRead(address);
      if (area === undefined) {
        notes.add({ container: options.name, at: address, because: 'the area cannot be read' });
        continue;
      }
      const vm = area.vm === 0n ? undefined : vms.tryRead(area.vm);
      const caller = vm?.caller ?? 0n;
      yield {
        address,
        start: area.start,
        end: area.end,
        vm: area.vm === 0n ? null : area.vm,
        caller: caller === 0n ? null : caller,
        callerSymbol: caller === 0n ? null : (kernel.symbols.at(caller) ?? null),
        flags: vm?.flags ?? null,
        pageCount: vm?.pageCount ?? null,
        physicalAddress: vm === undefined ? null : physicalAddressOf(vm),
      };
    }
  }
}

function physicalAddressOf(vm: { flags: bigint; physical: bigint | null }): bigint | null {
  return (vm.flags & VM_IOREMAP) === 0n || vm.physical === 0n ? null : vm.physical;
}

/** The heads of the lists of areas. */
function* vmapHeads(kernel: Kernel): Generator<VirtualAddress, void, void> {
  const list = kernel.symbols.find('vmap_area_list')?.address;
  if (list !== undefined) {
    yield list;
    return;
  }
  const nodes = kernel.variable('vmap_nodes');
  const count = tryRead(() => kernel.variable('nr_vmap_nodes').number()) ?? 0;
  for (let index = 0; index < Math.min(count, maxVmapNodes); index++) {
    const head = tryRead(() => nodes.at(`[${index}].busy.head`).address);
    if (head !== undefined) {
      yield head;
    }
  }
}
