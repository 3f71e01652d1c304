import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { pathOf, pathPlaceAt } from './path-of.ts';

/** The path of a `struct file`; null for none, and where it cannot be read. */
export function filePath(kernel: Kernel, file: VirtualAddress): string | null {
  const path = kernel.types.struct('file')?.member('f_path');
  if (file === 0n || path === undefined) {
    return null;
  }
  const place = pathPlaceAt(kernel, file + BigInt(path.offsetInBytes));
  return place === undefined ? null : (pathOf(kernel, place)?.path ?? null);
}
