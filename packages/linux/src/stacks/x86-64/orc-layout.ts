import { type Kernel, type KernelMemory, type StructType, StructView } from '@vmcorekit/core';
import {
  kindBitsIn,
  type OrcEntryLayout,
  type OrcLayout,
  type OrcNumbering,
  orcEntrySizeInBytes,
  spNumberIn,
  stackPointerNumbers,
} from './orc-entry.ts';
import type { OrcPlace } from './orc-table.ts';

const sampleSize = 2048;
/** Measured: the stack pointer is in 87 to 92 % of every sample. */
const neededShare = 0.5;
/** The three bits of a plain call: type 2 since Linux 6.4, type 0 before. */
const callBitsSince64 = 2;
const callBitsBefore = 0;
const bit = { two: 4, three: 8 } as const;

/**
 * How a kernel's unwind table is to be read; a sentence where that is not proved. The numbering and
 * the type of a call come from the middle of the table, because no type says which it is. The
 * members of `orc_entry`, where known, must agree.
 */
export function orcLayoutOf(
  memory: Pick<KernelMemory, 'tryRead'>,
  types: Kernel['types'],
  place: OrcPlace,
): OrcLayout | string {
  const count = Math.min(sampleSize, place.count);
  const first = Math.floor((place.count - count) / 2);
  const bytes = memory.tryRead(
    place.entries + BigInt(orcEntrySizeInBytes * first),
    orcEntrySizeInBytes * count,
  );
  if (bytes === undefined) {
    return 'the middle of the ORC table cannot be read';
  }
  const view = new StructView(bytes, 'little', 'orc_entry');
  const flags = Array.from({ length: count }, (_, index) =>
    view.uint16(orcEntrySizeInBytes * index + 4),
  );
  const numbering = numberingOf(flags);
  if (numbering === undefined) {
    return 'the ORC table has no usual stack pointer, so its registers are not known';
  }
  const seen = entryLayoutIn(flags, numbering);
  const stated = entryLayoutBy(types.struct('orc_entry'));
  if (seen === undefined || (stated !== undefined && isSince64(stated) !== isSince64(seen))) {
    return 'the entries of the ORC table are of no known layout';
  }
  return { entry: stated ?? seen, numbering };
}

function numberingOf(flags: readonly number[]): OrcNumbering | undefined {
  return (['ax-last', 'ax-first'] as const).find((numbering) => {
    const number = stackPointerNumbers[numbering];
    return share(flags, (each) => spNumberIn(each) === number) > neededShare;
  });
}

/** Source: Linux, commits fb799447ae29 (6.4), 4708ea14bef3 (6.3). */
function entryLayoutBy(struct: StructType | undefined): OrcEntryLayout | undefined {
  const hasSignal = struct?.member('signal') !== undefined;
  if (struct?.member('end') !== undefined) {
    return hasSignal ? 'signal-end' : 'end';
  }
  return hasSignal ? 'signal' : undefined;
}

function entryLayoutIn(
  flags: readonly number[],
  numbering: OrcNumbering,
): OrcEntryLayout | undefined {
  const calls = flags.filter((each) => spNumberIn(each) === stackPointerNumbers[numbering]);
  if (share(calls, (each) => (kindBitsIn(each) & 7) === callBitsSince64) > neededShare) {
    return 'signal';
  }
  if (share(calls, (each) => (kindBitsIn(each) & 7) === callBitsBefore) <= neededShare) {
    return undefined;
  }
  // Only an entry without a stack pointer ends a stack: in 6.3, its bit is the higher one.
  const isEndHigher = flags.some(
    (each) => (spNumberIn(each) === 0 ? bit.three : bit.two) & kindBitsIn(each),
  );
  return isEndHigher ? 'signal-end' : 'end';
}

function isSince64(layout: OrcEntryLayout): boolean {
  return layout === 'signal';
}

function share(flags: readonly number[], test: (flags: number) => boolean): number {
  return flags.length === 0 ? 0 : flags.filter(test).length / flags.length;
}
