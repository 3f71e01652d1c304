import type { CpuTables } from '@vmcorekit/linux';
import type { SearchedMachine } from './named-machine.ts';

/** The number of CPUs whose tables are followed; a hostile dump may name any number. */
const maxCpus = 1024;

/** What all CPUs together say about the running kernels. */
export interface CpuAccount {
  /** True where some CPU's registers name a root. */
  readonly areCpusKnown: boolean;
  /**
   * True where it is known what every CPU runs: its own tables are in the dump, or it translated no
   * addresses. Only then does no CPU run a kernel that none of them maps.
   */
  readonly isEveryCpuAccountedFor: boolean;
  /** True where some CPU's tables are lost, or the tables at its root are not its own. */
  readonly areTablesLost: boolean;
  /** True where no CPU translated addresses: the machine was in its firmware. */
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
