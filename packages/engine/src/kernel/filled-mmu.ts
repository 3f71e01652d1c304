import {
  type MappedRun,
  type Mmu,
  type PhysicalMemory,
  type Translation,
  type TranslationRoot,
  VmcorekitError,
} from '@vmcorekit/core';

/** A root whose tables are partly not in the dump, and the runs that are known all the same. */
export interface FilledRoot {
  readonly root: TranslationRoot;
  /** What maps the addresses outside of the runs; null where no table is known. */
  readonly tables: TranslationRoot | null;
  /** Ascending by virtual address, without overlaps. */
  readonly runs: readonly MappedRun[];
}

const defaultLimit = 65_536;

/**
 * A processor that knows one more root. Its runs come first, then the tables that the dump has.
 * Every other root is walked as before.
 */
export function filledMmu(mmu: Mmu, filled: FilledRoot): Mmu {
  const isFilled = ({ key }: TranslationRoot): boolean => key === filled.root.key;
  return {
    rootOf: (registers) => mmu.rootOf(registers),
    rootsAt: (tableAddress) => mmu.rootsAt(tableAddress),
    ...(mmu.windows && { windows: mmu.windows }),
    ...(mmu.isTranslating && { isTranslating: mmu.isTranslating.bind(mmu) }),
    ...(mmu.instructionAddress && { instructionAddress: mmu.instructionAddress.bind(mmu) }),
    ...(mmu.programRootAt && { programRootAt: mmu.programRootAt.bind(mmu) }),
    translate: (memory, root, virtualAddress) =>
      isFilled(root)
        ? translateFilled(mmu, memory, filled, virtualAddress)
        : mmu.translate(memory, root, virtualAddress),
    *mappedRuns(memory, root, from, to, limit = defaultLimit) {
      if (!isFilled(root)) {
        yield* mmu.mappedRuns(memory, root, from, to, limit);
        return;
      }
      let left = limit;
      for (const run of runsOfFilled(mmu, memory, filled, { from, to, limit })) {
        if (left-- <= 0) {
          return;
        }
        yield run;
      }
    },
  };
}

function translateFilled(
  mmu: Mmu,
  memory: PhysicalMemory,
  { root, tables, runs }: FilledRoot,
  virtualAddress: bigint,
): Translation {
  const run = runs.find(
    (each) => each.virtualAddress <= virtualAddress && virtualAddress < endOf(each),
  );
  if (run !== undefined) {
    return {
      physicalAddress: run.physicalAddress + Number(virtualAddress - run.virtualAddress),
      mappingSizeInBytes: root.basePageSizeInBytes,
      isWritable: null,
      isExecutable: null,
      isUser: null,
      entries: [],
    };
  }
  if (tables === null) {
    throw new VmcorekitError('not-mapped', {
      virtualAddress,
      because: `it is not in ${root.summary}, and the tables of other addresses are not known`,
    });
  }
  return mmu.translate(memory, tables, virtualAddress);
}

/** Known runs, and those of the tables between them. */
function* runsOfFilled(
  mmu: Mmu,
  memory: PhysicalMemory,
  { tables, runs }: FilledRoot,
  { from, to, limit }: { from: bigint; to: bigint; limit: number },
): Generator<MappedRun, void, void> {
  let at = from;
  for (const run of runs) {
    const part = partOf(run, at, to);
    if (part !== undefined) {
      if (tables !== null) {
        yield* mmu.mappedRuns(memory, tables, at, part.virtualAddress, limit);
      }
      yield part;
      at = endOf(part);
    }
  }
  if (tables !== null && at < to) {
    yield* mmu.mappedRuns(memory, tables, at, to, limit);
  }
}

/** What lies in [from, to); undefined for nothing. */
function partOf(run: MappedRun, from: bigint, to: bigint): MappedRun | undefined {
  const start = run.virtualAddress > from ? run.virtualAddress : from;
  const end = endOf(run) < to ? endOf(run) : to;
  return start < end
    ? {
        ...run,
        virtualAddress: start,
        physicalAddress: run.physicalAddress + Number(start - run.virtualAddress),
        lengthInBytes: Number(end - start),
      }
    : undefined;
}

function endOf({ virtualAddress, lengthInBytes }: MappedRun): bigint {
  return virtualAddress + BigInt(lengthInBytes);
}
