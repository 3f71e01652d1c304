import { arm64AddressesIn } from './arm64-operands.ts';

/** Which addresses code names, by architecture. */
const readers: Readonly<Record<string, typeof arm64AddressesIn>> = { arm64: arm64AddressesIn };
const pageSizeInBytes = 0x1000n;

/**
 * The pages of 4 KiB whose starts a stretch of code names, the most named first: by physical
 * address, because an image is contiguous there. A kernel's code names its root table so, and few
 * other things that begin a page. Measured: 20 pages in the first 256 KiB of Linux 6.1's text on
 * arm64, the root most often. None on machines whose code is not known.
 */
export function pagesNamedIn(
  architecture: string,
  code: Uint8Array,
  physicalAddress: number,
): readonly number[] {
  const counts = new Map<number, number>();
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (const address of readers[architecture]?.(view, BigInt(physicalAddress)) ?? []) {
    if (address >= 0n && address % pageSizeInBytes === 0n) {
      const page = Number(address);
      counts.set(page, (counts.get(page) ?? 0) + 1);
    }
  }
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([page]) => page);
}
