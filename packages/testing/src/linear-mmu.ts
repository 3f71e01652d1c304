import {
  type KernelMemory,
  type MappedRun,
  type Mmu,
  type PhysicalMemory,
  TranslatedMemory,
  type TranslatedMemoryOptions,
  type TranslationRoot,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * One stretch of virtual memory mapped to consecutive physical memory; writable and executable by
 * default.
 */
export type LinearMapping = Pick<
  MappedRun,
  'virtualAddress' | 'physicalAddress' | 'lengthInBytes'
> &
  Partial<MappedRun>;

/** The one root of a `LinearMmu`. */
export const linearRoot: TranslationRoot = {
  key: 'linear',
  summary: 'a linear window',
  basePageSizeInBytes: 4096,
  tableAddress: null,
  levels: null,
};

/** A processor that maps memory by a fixed list of windows, without page tables. */
export class LinearMmu implements Mmu {
  readonly windows: readonly TranslationRoot[] = [linearRoot];
  readonly #runs: readonly MappedRun[];

  constructor(mappings: readonly LinearMapping[]) {
    this.#runs = mappings
      .map((mapping) => ({ isWritable: true, isExecutable: true, ...mapping }))
      .sort((one, other) => (one.virtualAddress < other.virtualAddress ? -1 : 1));
  }

  /** No CPU's registers choose among windows. */
  rootOf(): undefined {
    return undefined;
  }

  rootsAt(): readonly TranslationRoot[] {
    return [];
  }

  translate(
    _memory: PhysicalMemory,
    _root: TranslationRoot,
    virtualAddress: bigint,
  ): ReturnType<Mmu['translate']> {
    const run = this.#runs.find(
      (each) => virtualAddress >= each.virtualAddress && virtualAddress < endOf(each),
    );
    if (run === undefined) {
      throw new VmcorekitError('not-mapped', { virtualAddress, because: 'it is in no window' });
    }
    return {
      physicalAddress: run.physicalAddress + Number(virtualAddress - run.virtualAddress),
      mappingSizeInBytes: 4096,
      isWritable: run.isWritable,
      isExecutable: run.isExecutable,
      isUser: false,
      entries: [],
    };
  }

  *mappedRuns(
    _memory: PhysicalMemory,
    _root: TranslationRoot,
    from: bigint,
    to: bigint,
    limit: number = 65_536,
  ): Generator<MappedRun, void, void> {
    let left = limit;
    for (const run of this.#runs) {
      const start = run.virtualAddress > from ? run.virtualAddress : from;
      const end = endOf(run) < to ? endOf(run) : to;
      if (start < end && left-- > 0) {
        const physicalAddress = run.physicalAddress + Number(start - run.virtualAddress);
        yield {
          ...run,
          virtualAddress: start,
          physicalAddress,
          lengthInBytes: Number(end - start),
        };
      }
    }
  }
}

/** Virtual memory from a list of mappings. */
export function linearMemory(
  memory: PhysicalMemory,
  mappings: readonly LinearMapping[],
  options: TranslatedMemoryOptions = {},
): KernelMemory {
  return new TranslatedMemory(memory, new LinearMmu(mappings), linearRoot, options);
}

function endOf({ virtualAddress, lengthInBytes }: LinearMapping): bigint {
  return virtualAddress + BigInt(lengthInBytes);
}
