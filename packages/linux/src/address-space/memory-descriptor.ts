import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** What is read of an address space. */
export interface MemoryDescriptor {
  /** How many areas the kernel counts. */
  readonly count: number;
  /** How many pages the kernel counts in all areas. */
  readonly pages: bigint;
  readonly pgd: VirtualAddress;
  readonly startOfHeap: VirtualAddress;
  readonly endOfHeap: VirtualAddress;
  readonly startOfStack: VirtualAddress;
}

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'mm_struct', {
    count: number('map_count'),
    pages: wide('total_vm'),
    pgd: pointer('pgd'),
    startOfHeap: pointer('start_brk'),
    endOfHeap: pointer('brk'),
    startOfStack: pointer('start_stack'),
  }),
);

/** Whether the kernel's types describe address spaces. */
export function knowsDescriptors(kernel: Kernel): boolean {
  return readerOf(kernel) !== undefined;
}

/** Reads an `mm_struct`; undefined where it cannot be read. */
export function memoryDescriptorAt(
  kernel: Kernel,
  address: VirtualAddress,
): MemoryDescriptor | undefined {
  return readerOf(kernel)?.tryRead(address);
}
