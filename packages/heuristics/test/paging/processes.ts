import { type BuiltLinuxKernel, PageTableBuilder, type SparseMemory } from '@vmcorekit/testing';

const tableSizeInBytes = 0x1000;

/** A process's root: a copy of the kernel's, as Linux makes it. */
export function addProcess(memory: SparseMemory, kernel: BuiltLinuxKernel, root: number): number {
  memory.write(root, memory.read(kernel.root, tableSizeInBytes));
  return root;
}

/**
 * A process under page-table isolation: the kernel's half at an even page, and after it the
 * user's, which maps only the entry text, through tables of its own from `tablesFrom` on.
 */
export function addIsolatedProcess(
  memory: SparseMemory,
  kernel: BuiltLinuxKernel,
  root: number,
  tablesFrom: number,
): { readonly kernelHalf: number; readonly userHalf: number } {
  const userHalf = root + tableSizeInBytes;
  const entryText = kernel.symbols.get('asm_exc_divide_error') ?? 0n;
  new PageTableBuilder(memory, { levels: kernel.levels, root: userHalf, tablesFrom }).map({
    virtualAddress: entryText,
    physicalAddress: kernel.physical(entryText),
    lengthInBytes: 4 * tableSizeInBytes,
    isExecutable: true,
  });
  return { kernelHalf: addProcess(memory, kernel, root), userHalf };
}
