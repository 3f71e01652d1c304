import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';

const namesOf = perKernel(() => new Map<VirtualAddress, string | undefined>());

/** The name of the symbol that holds an address. Few addresses are asked for many times. */
export function symbolNameAt(kernel: Kernel, address: VirtualAddress): string | undefined {
  const names = namesOf(kernel);
  if (!names.has(address)) {
    names.set(address, kernel.symbols.at(address)?.name);
  }
  return names.get(address);
}
