import { type KernelView, tryRead } from '@vmcorekit/core';
import { variablesIn } from '../identity/code-operands.ts';
import { type PhysicalVmcoreInfo, vmcoreInfoAt } from './vmcoreinfo-scan.ts';

/** It loads `vmcoreinfo_note`, and no other variable. */
const userOfNote = 'paddr_vmcoreinfo_note';
/** It loads `vmcoreinfo_data`, the kernel's other copy of the text. */
const userOfCopy = 'crash_update_vmcoreinfo_safecopy';
const pageSizeInBytes = 4096;

/**
 * The note that a pointer leads to which the kernel code of arm64 or i386 loads. Undefined where it
 * does not begin a page, and on other machines. Source: Linux, kernel/vmcore_info.c, before 6.9
 * kernel/crash_core.c.
 */
export function noteByCode(kernel: KernelView): PhysicalVmcoreInfo | undefined {
  const { memory } = kernel.dump.image;
  for (const page of pagesBehind(kernel, userOfNote)) {
    const note = vmcoreInfoAt(memory, page);
    if (note !== undefined) {
      return note;
    }
  }
  return undefined;
}

/** The pages to which the code of arm64, i386 and s390x kernels looks for the copy of the text. */
export function copiesByCode(kernel: KernelView): readonly number[] {
  return [...pagesBehind(kernel, userOfCopy)];
}

/** The starts of pages that pointers lead to which a function loads. */
function* pagesBehind(kernel: KernelView, functionName: string): Generator<number, void, void> {
  const { dump, memory, root } = kernel;
  for (const variable of variablesIn(kernel, functionName)) {
    const place = tryRead(() =>
      dump.architecture?.mmu?.translate(dump.image.memory, root, memory.readPointer(variable)),
    );
    if (place !== undefined && place.physicalAddress % pageSizeInBytes === 0) {
      yield place.physicalAddress;
    }
  }
}
