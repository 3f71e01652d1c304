import { type FoundVmcoreInfo, type KernelView, tryRead, vmcoreInfoNoteText } from '@vmcorekit/core';

/**
 * The note a kernel keeps of itself, by its own pointer: `vmcoreinfo_note` (an array of the image itself before Linux 4.13). A copy
 * anywhere else, in a file's cached page or made by a hostile guest, cannot take its place.
 */
export function ownVmcoreInfo({ memory, symbols }: Pick<KernelView, 'memory' | 'symbols'>): FoundVmcoreInfo<bigint> | undefined {
  const variable = symbols.find('vmcoreinfo_note')?.address;
  if (variable === undefined) {
    return undefined;
  }
  const pointer = tryRead(() => memory.readPointer(variable));
  for (const address of [pointer, variable]) {
    const text =
      address === undefined
        ? undefined
        : tryRead(() => vmcoreInfoNoteText((offset, length) => memory.read(address + BigInt(offset), length), memory.byteOrder));
    if (address !== undefined && text !== undefined) {
      return { address, text };
    }
  }
  return undefined;
}
