import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { firstNamesIn } from '../tasks/init-task.ts';

/** The name of a task lies within so many bytes from its start. */
const largestDistanceInBytes = 0x2000;
/** Smaller alignments no task has (L1_CACHE_BYTES). */
const alignmentInBytes = 32n;
/** real_parent, parent and group_leader: the first task is all of its own family. */
const timesInItself = 3;

/** Others look so at first: each begins no list of tasks. */
const mostPlaces = 64;

/**
 * Where `init_task` may be if neither a symbol nor types say it: places from which on their own
 * address stands three times, before the first task's name. None where there are too many. Source:
 * Linux, init/init_task.c.
 */
export function firstTaskPlaces(
  kernel: Pick<Kernel, 'memory' | 'runs'>,
): readonly VirtualAddress[] {
  const found = new Set<VirtualAddress>();
  for (const name of firstNamesIn(kernel)) {
    for (const task of tasksNaming(kernel, name)) {
      found.add(task);
    }
    if (found.size > mostPlaces) {
      return [];
    }
  }
  return [...found];
}

/** The places before a name whose address stands three times between them and the name. */
function* tasksNaming(
  { memory }: Pick<Kernel, 'memory'>,
  name: VirtualAddress,
): Generator<VirtualAddress, void, void> {
  const word = memory.wordSizeInBits / 8;
  const from = name - BigInt(largestDistanceInBytes);
  const times = new Map<VirtualAddress, number>();
  for (let at = name - BigInt(word) - (name % BigInt(word)); at >= from; at -= BigInt(word)) {
    const value = tryRead(() => memory.readPointer(at));
    if (value === undefined) {
      break; // What lies before it belongs to something else.
    }
    if (value >= from && value <= at && value % alignmentInBytes === 0n) {
      times.set(value, (times.get(value) ?? 0) + 1);
    }
    if ((times.get(at) ?? 0) >= timesInItself) {
      yield at;
    }
  }
}
