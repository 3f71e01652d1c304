import {
  type FoundVmcoreInfo,
  type KernelView,
  tryRead,
  vmcoreInfoNoteText,
} from '@vmcorekit/core';

/** A note that a kernel keeps, and the variable that leads to it. */
export interface OwnVmcoreInfo extends FoundVmcoreInfo<bigint> {
  readonly pointer: bigint;
}

/**
 * The note a kernel keeps of itself, by its own pointer: `vmcoreinfo_note` (an array of the image
 * itself before Linux 4.13). A copy anywhere else, in a file's cached page or made by a hostile
 * guest, cannot take its place.
 */
export function ownVmcoreInfo({
  memory,
  symbols,
}: Pick<KernelView, 'memory' | 'symbols'>): OwnVmcoreInfo | undefined {
  const variable = symbols.find('vmcoreinfo_note')?.address;
  if (variable === undefined) {
    return undefined;
  }
  const pointer = tryRead(() => memory.readPointer(variable));
  for (const address of [pointer, variable]) {
    const text =
      address === undefined
        ? undefined
        : tryRead(() =>
            vmcoreInfoNoteText(
              (offset, length) => memory.read(address + BigInt(offset), length),
              memory.byteOrder,
            ),
          );
    if (address !== undefined && text !== undefined) {
      return { address, text, pointer: variable };
    }
  }
  return undefined;
}
