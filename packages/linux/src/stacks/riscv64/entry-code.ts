import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';

/** What a new task runs first, by its names since Linux 6.16 and before. */
const startNames: readonly string[] = [
  ...['ret_from_fork_user_asm', 'ret_from_fork_kernel_asm', 'ret_from_fork'],
];

/** What follows the code of entry: its end since Linux 6.10, another function before. */
const ends = ['ret_from_exception_end', 'handle_kernel_stack_overflow', 'ret_from_fork'];

/**
 * Whether an address is the code that enters the kernel from an exception, and leaves it. Source:
 * Linux, arch/riscv/kernel/entry.S (handle_exception, ret_from_exception).
 */
export function isEntryCode(kernel: Kernel, address: VirtualAddress): boolean {
  const { start, end } = entryOf(kernel);
  return start <= address && address < end;
}

/** Whether it is the first instruction of it: the registers are still those of other code. */
export function isEntryStart(kernel: Kernel, address: VirtualAddress): boolean {
  const { start } = entryOf(kernel);
  return start !== 0n && address === start;
}

/**
 * Whether an address is the code that starts a CPU, before the kernel's text. Idle tasks began
 * there. Source: Linux, arch/riscv/kernel/head.S (`__HEAD`), vmlinux.lds.S.
 */
export function isBootEntry({ symbols }: Kernel, address: VirtualAddress): boolean {
  const start = symbols.find('_start')?.address;
  const end = symbols.find('_stext')?.address;
  return start !== undefined && end !== undefined && start <= address && address < end;
}

/** Whether an address is the code that a new task runs first, or a return address in it. */
export function isStartCode({ symbols }: Kernel, address: VirtualAddress): boolean {
  return startNames.includes(symbols.at(address)?.name ?? '');
}

const entryOf = perKernel(({ symbols }: Kernel) => {
  const start = symbols.find('handle_exception')?.address ?? 0n;
  const end = ends
    .map((name) => symbols.find(name)?.address ?? 0n)
    .find((address) => address > start);
  return { start, end: start === 0n ? 0n : (end ?? 0n) };
});
