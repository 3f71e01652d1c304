import type { CpuTables } from '@vmcorekit/linux';
import type { SearchedMachine } from './named-machine.ts';

/** CPUs whose tables are followed: a hostile dump may name any number. */
const maxCpus = 1024;

/** What all CPUs together tell of the kernels that run. */
export interface CpuAccount {
  /** Some CPU's registers name a root. */
  readonly areCpusKnown: boolean;
  /**
   * What every CPU runs is known: its own tables are in the dump, or it translated no addresses.
   * Only then a kernel that none of them maps is one that none runs.
   */
  readonly isEveryCpuAccountedFor: boolean;
  /** Tables of some CPU are lost, or are not what lies at its root. */
  readonly areTablesLost: boolean;
  /** No CPU translated addresses: the machine was in its firmware. */
  readonly isInFirmware: boolean;
}

/** Follows the tables of every CPU. */
export function cpuAccountOf({ mmu, cpus }: SearchedMachine): CpuAccount {
  const kinds = cpus
    .slice(0, maxCpus)
    .map((cpu): CpuTables['kind'] => (mmu === null ? 'unknown' : mmu.tablesOf(cpu).kind));
  const isEvery = (...wanted: readonly CpuTables['kind'][]): boolean =>
    kinds.length > 0 &&
    kinds.length === cpus.length &&
    kinds.every((kind) => wanted.includes(kind));
  return {
    areCpusKnown: cpus.some(({ registers }) => mmu?.rootOf(registers) !== undefined),
    isEveryCpuAccountedFor: isEvery('whole', 'off'),
    areTablesLost: kinds.some((kind) => kind === 'lost' || kind === 'foreign'),
    isInFirmware: isEvery('off'),
  };
}
