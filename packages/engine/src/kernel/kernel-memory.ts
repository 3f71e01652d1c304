import {
  type ByteOrder,
  type Dump,
  type KernelMemory,
  TranslatedMemory,
  type TranslationRoot,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * The virtual memory of a dump's machine through a root. Throws `contract` where the machine's
 * translation is not known.
 */
export function kernelMemory(
  { image, architecture }: Dump,
  root: TranslationRoot,
  byteOrder: ByteOrder = architecture?.byteOrder ?? image.byteOrder,
): KernelMemory {
  const mmu = architecture?.mmu;
  if (mmu === undefined) {
    throw new VmcorekitError('contract', {
      what: `${root.summary}: the translation of this machine is not known`,
    });
  }
  return new TranslatedMemory(image.memory, mmu, root, {
    byteOrder,
    wordSizeInBits: architecture?.wordSizeInBits ?? image.wordSizeInBits,
  });
}
