import type { Registers } from '@vmcorekit/core';

const CR0_PG = 1n << 31n;
/** The processor is in long mode. Source: AMD APM volume 2, "Extended Feature Enable Register". */
const EFER_LMA = 1n << 10n;

/** `uname -m` of an HVM domain; null where no CPU had paging on. */
export function machineOfHvm(cpus: readonly Registers[]): string | null {
  const paging = cpus.filter((registers) => ((registers.get('cr0') ?? 0n) & CR0_PG) !== 0n);
  return paging.length === 0
    ? null
    : paging.some((registers) => ((registers.get('efer') ?? 0n) & EFER_LMA) !== 0n)
      ? 'x86_64'
      : 'i686';
}
