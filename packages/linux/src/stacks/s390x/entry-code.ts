import { type Kernel, type Registers, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { lowcoreOf } from './lowcore-of.ts';

/**
 * The code that enters the kernel, and where the lowcore has the PSW of what it interrupted.
 * Source: Linux, arch/s390/kernel/entry.S, arch/s390/include/asm/lowcore.h.
 */
const oldPsws: Readonly<Record<string, string | null>> = {
  system_call: 'svc_old_psw',
  pgm_check_handler: 'program_old_psw',
  ext_int_handler: 'external_old_psw',
  io_int_handler: 'io_old_psw',
  mcck_int_handler: 'mcck_old_psw',
  restart_int_handler: null,
  early_pgm_check_handler: null,
};
const wordSizeInBytes = 8n;

/** Whether an address is the code that enters the kernel. */
export function isEntryCode({ symbols }: Kernel, address: VirtualAddress): boolean {
  return Object.hasOwn(oldPsws, symbols.at(address, 'exact')?.name ?? '');
}

/**
 * The registers of what was interrupted, where a CPU is at the first instruction of a handler: all
 * but the PSW are still its own. Undefined elsewhere, where the code may have changed them.
 */
export function interruptedBy(
  kernel: Kernel,
  registers: Registers,
  cpu: number | null,
): Registers | undefined {
  const address = registers.get('psw_addr') ?? 0n;
  const handler = kernel.symbols.at(address, 'exact');
  const member = handler?.address === address ? oldPsws[handler.name] : undefined;
  const offset =
    typeof member === 'string'
      ? kernel.types.struct('lowcore')?.member(member)?.offsetInBytes
      : undefined;
  const lowcore = cpu === null ? undefined : lowcoreOf(kernel, cpu);
  return offset === undefined || lowcore === undefined
    ? undefined
    : tryRead(() => {
        const at = lowcore + BigInt(offset);
        return new Map([
          ...registers,
          ['psw_mask', kernel.memory.readUint64(at)] as const,
          ['psw_addr', kernel.memory.readUint64(at + wordSizeInBytes)] as const,
        ]);
      });
}
