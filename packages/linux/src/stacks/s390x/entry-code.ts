import type { Kernel, VirtualAddress } from '@vmcorekit/core';

/** Source: Linux, arch/s390/kernel/entry.S. */
const handlers = new Set([
  ...['system_call', 'pgm_check_handler', 'ext_int_handler', 'io_int_handler'],
  ...['mcck_int_handler', 'restart_int_handler', 'early_pgm_check_handler'],
]);

/**
 * Whether an address is the code that enters the kernel. There the registers may still be those of
 * what was interrupted, whose address only the lowcore has.
 */
export function isEntryCode({ symbols }: Kernel, address: VirtualAddress): boolean {
  return handlers.has(symbols.at(address, 'exact')?.name ?? '');
}
