import {
  type Dump,
  hex,
  isSameKernel,
  type Kernel,
  type OtherMachine,
  type PhysicalRange,
  type Verdict,
} from '@vmcorekit/core';
import { systemRamRanges } from '@vmcorekit/linux';
import type { DriveOptions } from '../running/drive.ts';
import { defaultTimeLimitInMilliseconds, type LocateOptions } from './locate-options.ts';

export interface PlacedSearchParts {
  readonly search: (dump: Dump, options: LocateOptions & DriveOptions) => Promise<Verdict>;
  /** Opens the kernel of a verdict; null where it has none. */
  readonly openKernel: (dump: Dump, verdict: Verdict) => Promise<Kernel | null>;
}

/** The verdict, and the reading to take; null where the memory stays without a place. */
export interface PlacedVerdict {
  readonly verdict: Verdict;
  readonly taken: OtherMachine | null;
}

/** One way, and what was seen through it. */
export interface PlacedTry extends OtherMachine {
  readonly verdict: Verdict;
  readonly tasks: number;
}

const by = 'memory-layout';

/**
 * Places memory whose address the file does not say, like that of hotplugged DIMMs of QEMU: where
 * the kernel that was found lists RAM that the dump lacks. The same kernel must be seen then. Of
 * several ways, the one counts through which all CPUs' page tables, or more tasks than through any
 * other, can be reached: a wrong one breaks the list of tasks. Null where nothing is to be placed.
 */
export async function searchPlaced(
  dump: Dump,
  first: Verdict,
  { search, openKernel }: PlacedSearchParts,
  options: LocateOptions & DriveOptions,
): Promise<PlacedVerdict | null> {
  const { placedBy } = dump;
  const kernel = placedBy === undefined ? null : await openKernel(dump, first);
  const ram = kernel === null ? null : systemRamRanges(kernel);
  const ways = ram === null ? [] : (placedBy?.(ram) ?? []);
  if (ways.length === 0) {
    return null;
  }
  const started = performance.now();
  const limit = options.timeLimitInMilliseconds ?? defaultTimeLimitInMilliseconds;
  const tries: PlacedTry[] = [];
  for (const way of ways) {
    const left = limit - (performance.now() - started);
    const verdict = await search(way.dump, {
      ...options,
      timeLimitInMilliseconds: Math.max(1, left),
    });
    if (verdict.kernel !== null && isSameKernel(verdict.kernel, first.kernel)) {
      tries.push({ ...way, verdict, tasks: tasksIn(await openKernel(way.dump, verdict)) });
    }
  }
  const taken = bestPlaced(tries, ways.length);
  return taken === null
    ? {
        verdict: withRemark(
          first,
          ways.length === 1
            ? 'with memory where the kernel lists RAM that the dump lacks, that kernel is not seen'
            : `memory without an address may lie in ${ways.length} ways, and nothing selects one`,
        ),
        taken: null,
      }
    : {
        verdict: withRemark(
          taken.verdict,
          `memory without an address is placed where the kernel lists RAM: ${placedText(taken.dump, dump)}`,
        ),
        taken,
      };
}

/**
 * The only way, or one that is better than all others: its kernel is certain and theirs are not, or
 * more tasks are reached. `wayCount` counts also those through which the kernel is not seen.
 */
export function bestPlaced(tries: readonly PlacedTry[], wayCount: number): PlacedTry | null {
  const certain = tries.filter(({ verdict }) => verdict.confidence === 'certain');
  const group = certain.length > 0 ? certain : tries;
  const [best, second] = group.toSorted((one, other) => other.tasks - one.tasks);
  if (best === undefined || (second === undefined && certain.length === 0 && wayCount > 1)) {
    return null;
  }
  return second === undefined || second.tasks < best.tasks ? best : null;
}

/** How many tasks can be reached; 0 where their list cannot be read. */
function tasksIn(kernel: Kernel | null): number {
  let count = 0;
  try {
    for (const _ of kernel?.tasks() ?? []) {
      count++;
    }
  } catch {
    return count;
  }
  return count;
}

function withRemark(verdict: Verdict, because: string): Verdict {
  return {
    ...verdict,
    remarks: [{ by, finding: { kind: 'remark', because, at: [] } }, ...verdict.remarks],
  };
}

/** What the one has and the other lacks. */
function placedText(placed: Dump, lacking: Dump): string {
  return placed.image.memory.ranges
    .flatMap(({ start, end }): PhysicalRange[] => {
      const covered = lacking.image.memory.ranges.filter(
        (range) => range.start < end && range.end > start,
      );
      const from = covered.reduce((most, range) => Math.max(most, range.end), start);
      return from < end ? [{ start: from, end }] : [];
    })
    .map(({ start, end }) => `${hex(start)} to ${hex(end)}`)
    .join(' and ');
}
