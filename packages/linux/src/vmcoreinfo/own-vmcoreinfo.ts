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
 * The note that a kernel keeps about itself, found by its own pointer: `vmcoreinfo_note` (an array
 * inside the image before Linux 4.13). No copy elsewhere can replace it, neither in a file's cached
 * page nor one made by a hostile guest.
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
