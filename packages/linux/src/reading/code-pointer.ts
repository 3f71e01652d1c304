import { hex, type Kernel, type VirtualAddress } from '@vmcorekit/core';

/** Where a pointer to code leads. */
export interface CodePointer {
  readonly address: VirtualAddress;
  /** `tick_nohz_handler`, with `+0x10` where it leads into it; null where no symbol holds it. */
  readonly name: string | null;
  /** The module that it belongs to; null for the kernel's own. */
  readonly module: string | null;
}

/** Names the function that a pointer leads to; undefined for a null pointer. */
export function codePointer(
  { symbols }: Pick<Kernel, 'symbols'>,
  address: VirtualAddress,
): CodePointer | undefined {
  if (address === 0n) {
    return undefined;
  }
  const symbol = symbols.at(address);
  // Absolute symbols are per-CPU variables, whose small numbers are no addresses.
  if (symbol === undefined || symbol.type?.toUpperCase() === 'A') {
    return { address, name: null, module: null };
  }
  const offset = address - symbol.address;
  const name = offset === 0n ? symbol.name : `${symbol.name}+${hex(offset)}`;
  return { address, name, module: symbol.module };
}
