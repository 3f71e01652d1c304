import {
  type AddressSpace,
  type ByteOrder,
  type FoundVmcoreInfo,
  type SymbolTable,
  tryRead,
  vmcoreInfoNoteText,
} from '@vmcorekit/core';

/**
 * The note a kernel keeps of itself, by its own pointer: `vmcoreinfo_note` (an array of the image itself before Linux 4.13). A copy
 * anywhere else, in a file's cached page or made by a hostile guest, cannot take its place.
 */
export function ownVmcoreInfo(
  space: AddressSpace,
  symbols: SymbolTable,
  byteOrder: ByteOrder,
): FoundVmcoreInfo<bigint> | undefined {
  const variable = symbols.addressOf('vmcoreinfo_note');
  if (variable === undefined) {
    return undefined;
  }
  const pointer = tryRead(() => space.readUint64(variable));
  for (const address of [pointer, variable]) {
    const text =
      address === undefined
        ? undefined
        : tryRead(() => vmcoreInfoNoteText((offset, length) => space.read(address + BigInt(offset), length), byteOrder));
    if (address !== undefined && text !== undefined) {
      return { address, text };
    }
  }
  return undefined;
}
