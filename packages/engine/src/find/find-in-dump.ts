import {
  type Dump,
  endOfPhysicalSpace,
  type Kernel,
  type Progress,
  sizeOfRanges,
  type TranslationRoot,
  type VirtualRange,
  VmcorekitError,
} from '@vmcorekit/core';
import { findMatches, type Matches } from './find-matches.ts';
import type { FindPattern } from './pattern.ts';
import { maxRuns, physicalStretches, type Stretch, virtualStretches } from './stretches.ts';

/** Page tables that map memory more often than this are hostile, or those of a sanitizer. */
const maxPasses = 16;
const upperHalf = 1n << 63n;

/** What to find, and where. */
export interface FindRequest {
  readonly pattern: FindPattern;
  /** Virtual memory through these tables; physical memory where it is left out. */
  readonly root?: TranslationRoot;
  /** A whole match lies between these addresses of the space searched; all of it unless given. */
  readonly from?: bigint;
  readonly to?: bigint;
  /** How many matches to look for. */
  readonly limit: number;
  /** Pages from this address on are not counted as unsearched. */
  readonly countUntil?: bigint;
}

/** Searches a dump's memory. Throws `contract` for a root where the translation is not known. */
export function* findInDump(dump: Dump, request: FindRequest): Generator<Progress, Matches, void> {
  const { pattern, root, from = 0n, limit, countUntil } = request;
  const { memory } = dump.image;
  const counting = countUntil === undefined ? {} : { countUntil };
  if (root === undefined) {
    const stretches = [...physicalStretches(memory, from, request.to ?? endOfPhysicalSpace)];
    const bytesInAll = sizeOfRanges(stretches);
    return yield* findMatches(memory, stretches, pattern, { limit, bytesInAll, ...counting });
  }
  const mmu = dump.architecture?.mmu;
  if (mmu === undefined) {
    throw new VmcorekitError('contract', {
      what: `${root.summary}: the translation of this machine is not known`,
    });
  }
  const range = { start: from, end: request.to ?? 1n << 64n };
  let runs = 0;
  const counted = function* (): Generator<Stretch, void, void> {
    for (const stretch of virtualStretches(memory, mmu, root, range)) {
      runs++;
      yield stretch;
    }
  };
  const matches = yield* findMatches(memory, counted(), pattern, {
    limit,
    bytesInAll: null,
    maxBytes: maxPasses * sizeOfRanges(memory.ranges),
    ...counting,
  });
  return { ...matches, isCut: matches.isCut || runs >= maxRuns };
}

/** The virtual memory that is a kernel's own: what its image lies in, of the two halves. */
export function kernelRange({ runs, located }: Pick<Kernel, 'runs' | 'located'>): VirtualRange {
  const isUpper = (runs[0]?.virtualAddress ?? 0n) >= upperHalf;
  return isUpper
    ? { start: upperHalf, end: 1n << 64n }
    : { start: 0n, end: 1n << BigInt(located.wordSizeInBits) };
}
