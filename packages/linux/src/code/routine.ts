import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { codeAt } from '../stacks/code-at.ts';

/** A function of the kernel, of a module or of BPF, from its first byte to the next function. */
export interface Routine {
  readonly name: string;
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  /** Null for the kernel itself, and for BPF. */
  readonly module: string | null;
}

/** The function that holds an address; undefined where none is known to. */
export function routineAt(kernel: Kernel, address: VirtualAddress): Routine | undefined {
  const code = codeAt(kernel, address);
  if (code?.bpf != null) {
    const { name, start, end } = code.bpf;
    return name === null || start === null ? undefined : { name, start, end, module: null };
  }
  const symbol = kernel.symbols.at(address);
  if (symbol === undefined || symbol.sizeInBytes === null) {
    return undefined;
  }
  const end = symbol.address + BigInt(symbol.sizeInBytes);
  return address < end && (code !== undefined || /^[tw]$/i.test(symbol.type ?? ''))
    ? { name: symbol.name, start: symbol.address, end, module: symbol.module }
    : undefined;
}
