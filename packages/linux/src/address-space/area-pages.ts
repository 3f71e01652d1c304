import {
  isUnreadable,
  isVmcorekitError,
  isZero,
  type Kernel,
  type KernelMemory,
  type Progress,
  tryRead,
} from '@vmcorekit/core';
import { pageSizeOf } from '../page-size.ts';
import type { Area } from './areas.ts';

/** 64 GiB of small pages: page tables may lead to themselves without end. */
const maxPages = 2 ** 24;
const pagesPerStep = 2048;
/** Larger tables are whole multiples. */
const tableSizeInBytes = 4096;

/** The pages of an area, by what its page tables say. */
export interface AreaPages {
  /** Mapped, and in the dump or lost. */
  readonly present: number;
  /** Of these, the pages that the dump does not hold. */
  readonly lost: number;
  /** Whose entry is not empty and maps nothing: swapped out, as a rule, or just being moved. */
  readonly swapped: number;
  /** Never touched, or dropped: their entries are empty, or there are none. */
  readonly absent: number;
  /** Of which nothing is known: their page table is lost, or they are too many. */
  readonly unknown: number;
}

/** Counts the pages of an area, through the page tables of its process. */
export function* areaPagesOf(
  kernel: Kernel,
  memory: KernelMemory,
  { start, end }: Pick<Area, 'start' | 'end'>,
): Generator<Progress, AreaPages, void> {
  const size = BigInt(pageSizeOf(kernel));
  const pagesIn = (from: bigint, to: bigint): number =>
    Number(((to < end ? to : end) - from) / size);
  const counts = { present: 0, lost: 0, swapped: 0, absent: 0, unknown: 0 };
  let looked = 0;
  for (let at = start; at < end; ) {
    if (++looked % pagesPerStep === 0) {
      yield { kind: 'progress', doing: 'walking the page tables', fraction: null };
    }
    if (looked > maxPages) {
      counts.unknown += pagesIn(at, end);
      break;
    }
    const { kind, until } = lookAt(kernel, memory, at, size);
    counts[kind] += pagesIn(at, until);
    counts.lost += kind === 'present' && !isHeldAt(memory, at) ? pagesIn(at, until) : 0;
    at = until;
  }
  return counts;
}

function lookAt(
  kernel: Kernel,
  memory: KernelMemory,
  at: bigint,
  size: bigint,
): { readonly kind: 'present' | 'swapped' | 'absent' | 'unknown'; readonly until: bigint } {
  try {
    memory.translate(at);
    // The dump may lack a part of a large page, so that is looked at page by page, too.
    return { kind: 'present', until: at + size };
  } catch (error) {
    if (isVmcorekitError(error, 'not-mapped')) {
      const { entryAt, unmappedUntil = at + size } = error.facts;
      const entry = entryAt === undefined ? 0n : entryIn(kernel, entryAt);
      return {
        kind: entry === undefined ? 'unknown' : entry === 0n ? 'absent' : 'swapped',
        until: unmappedUntil > at ? unmappedUntil : at + size,
      };
    }
    if (error instanceof Error && isUnreadable(error)) {
      return { kind: 'unknown', until: at + size };
    }
    throw error;
  }
}

/**
 * Undefined where it is lost, and in kernels of 32 bits, whose entries have several sizes. A table
 * of zeros may be lost, too.
 */
function entryIn({ dump, memory }: Kernel, at: number): bigint | undefined {
  if (memory.wordSizeInBits !== 64) {
    return undefined;
  }
  const { memory: physical } = dump.image;
  const entry = tryRead(() => physical.readUint64(at));
  if (entry !== 0n) {
    return entry;
  }
  const table = tryRead(() => physical.read(at - (at % tableSizeInBytes), tableSizeInBytes));
  return table === undefined || isZero(table) ? undefined : entry;
}

function isHeldAt(memory: KernelMemory, at: bigint): boolean {
  return memory.tryRead(at, 1) !== undefined;
}
