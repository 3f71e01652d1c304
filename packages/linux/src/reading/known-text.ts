import { type KernelMemory, tryRead } from '@vmcorekit/core';
import { isInZeroPage } from '../zero-page.ts';

const pageSizeInBytes = 0x1000n;

/**
 * The text that a pointer of the kernel leads to, up to a NUL. Undefined where it cannot be read,
 * and where its end lies in a page of zeros, which proves nothing.
 */
export function knownText(
  memory: KernelMemory,
  address: bigint,
  limitInBytes: number,
): string | undefined {
  const text = tryRead(() => memory.readText(address, limitInBytes));
  if (text === undefined || text.length >= limitInBytes) {
    return text;
  }
  const end = address + BigInt(text.length);
  const mayBeLost = text === '' || end % pageSizeInBytes === 0n;
  return mayBeLost && isInZeroPage(memory, end) ? undefined : text;
}
