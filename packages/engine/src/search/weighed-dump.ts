import type { Dump, KernelLayout, LocatedKernel } from '@vmcorekit/core';
import { type CpuAccount, cpuAccountOf } from './cpu-account.ts';
import { isMemoryMissing } from './missing-memory.ts';
import type { SearchedMachine } from './named-machine.ts';

/** What the weigher has to know about a dump beside its findings. */
export interface WeighedDump extends CpuAccount {
  /** Memory that the dump once held is known to be missing. */
  readonly isMemoryMissing: boolean;
  /** The translation of this machine is known. */
  readonly isTranslated: boolean;
  /** Null where kernels of this machine cannot be placed. */
  readonly layout: KernelLayout | null;
  /** Why the dump's files could not be read further; null where they could. */
  readonly sourceFailure: string | null;
  readonly byteOrder: LocatedKernel['byteOrder'];
  readonly wordSizeInBits: LocatedKernel['wordSizeInBits'];
}

/** The facts of a dump, as known when the search has ended. */
export function weighedDump(dump: Dump, machine: SearchedMachine): WeighedDump {
  const { architecture, image } = dump;
  return {
    ...cpuAccountOf(machine),
    isMemoryMissing: isMemoryMissing(dump),
    isTranslated: machine.mmu !== null,
    layout: machine.layout,
    sourceFailure: dump.sourceFailure?.message ?? null,
    byteOrder: architecture?.byteOrder ?? image.byteOrder,
    wordSizeInBits: architecture?.wordSizeInBits ?? image.wordSizeInBits,
  };
}
