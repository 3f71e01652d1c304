import type { Kernel, VirtualAddress } from '@vmcorekit/core';

/** Where tasks begin that were never switched to. */
const startNames: ReadonlySet<string> = new Set(['ret_from_fork', 'ret_from_fork_asm']);
/**
 * Assembly that saves registers, and calls functions with its stack pointer at them. Source: Linux,
 * arch/x86/entry/entry_32.S.
 */
const entryNames: ReadonlySet<string> = new Set([
  ...startNames,
  ...['entry_INT80_32', 'entry_SYSENTER_32', 'handle_exception', 'common_exception'],
  ...['common_interrupt', 'ret_from_exception', 'ret_from_intr', 'resume_kernel'],
]);
/** Entries of exceptions and interrupts since Linux 5.8. */
const entryPrefix = 'asm_';

/** Whether an address is the first instruction of a new task. */
export function isStartCode({ symbols }: Kernel, address: VirtualAddress): boolean {
  const symbol = symbols.at(address, 'exact');
  return symbol !== undefined && symbol.address === address && startNames.has(symbol.name);
}

/** Whether an address is in code that enters the kernel, which keeps no frame pointer. */
export function isEntryCode(
  { symbols }: Kernel,
  address: VirtualAddress,
  kind: 'exact' | 'return',
): boolean {
  const symbol = symbols.at(address, kind);
  return (
    symbol !== undefined &&
    symbol.module == null &&
    (entryNames.has(symbol.name) || symbol.name.startsWith(entryPrefix))
  );
}
