import { isZero, type KernelMemory, VmcorekitError } from '@vmcorekit/core';

const pageSizeInBytes = 0x1000;

/**
 * Whether the page around an address is all zeros, or cannot be read. A zero in such a page proves
 * nothing: pages that were wiped, given away or lost read so.
 */
export function isInZeroPage(memory: Pick<KernelMemory, 'tryRead'>, address: bigint): boolean {
  const start = address - (address % BigInt(pageSizeInBytes));
  const page = memory.tryRead(start, pageSizeInBytes);
  return page === undefined || isZero(page);
}

/**
 * Throws `page-unreadable` where the bytes of a structure that were read at an address come out of
 * a page of zeros. A pointer leads to a structure that somebody filled, and its neighbours share
 * the page, so such a page is a lost one.
 */
export function refuseZeroPages(
  memory: Pick<KernelMemory, 'tryRead' | 'translate'>,
  address: bigint,
  bytes: Uint8Array,
): void {
  let from = 0;
  while (from < bytes.length) {
    const at = BigInt.asUintN(64, address + BigInt(from));
    const end = from + pageSizeInBytes - Number(at % BigInt(pageSizeInBytes));
    if (bytes[from] === 0 && isZero(bytes.subarray(from, end)) && isInZeroPage(memory, at)) {
      const { physicalAddress } = memory.translate(at);
      throw new VmcorekitError('page-unreadable', {
        physicalAddress,
        pfn: Math.floor(physicalAddress / pageSizeInBytes),
        state: 'corrupt',
        because: 'it is all zeros, and the kernel keeps something there',
      });
    }
    from = end;
  }
}

/** The bytes at an address. Throws as reading does, and as `refuseZeroPages`. */
export function readFilled(
  memory: Pick<KernelMemory, 'read' | 'tryRead' | 'translate'>,
  address: bigint,
  lengthInBytes: number,
): Uint8Array {
  const bytes = memory.read(address, lengthInBytes);
  refuseZeroPages(memory, address, bytes);
  return bytes;
}

/** A word of which its neighbours are not all zeros. Throws as `readFilled` does. */
export function readFilledWord(
  memory: Pick<KernelMemory, 'read' | 'tryRead' | 'translate' | 'readPointer' | 'wordSizeInBits'>,
  address: bigint,
): bigint {
  const word = memory.readPointer(address);
  if (word === 0n) {
    refuseZeroPages(memory, address, new Uint8Array(memory.wordSizeInBits / 8));
  }
  return word;
}
