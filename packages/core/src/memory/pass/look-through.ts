import type { PhysicalMemory } from '../../physical-memory.ts';
import type { Progress } from '../../progress.ts';
import type { AnyMemoryLook, MemoryLook } from './memory-look.ts';
import { Lane, MemoryPass } from './memory-pass.ts';

interface Joined {
  readonly lane: Lane;
  readonly pass: MemoryPass;
}

/** The looks at one memory. */
interface Looks {
  /** Asked for by searches to come; they join the next pass. */
  readonly waiting: Set<AnyMemoryLook>;
  /** Of each look that took part in a pass: what it saw so far. */
  readonly joined: Map<AnyMemoryLook, Joined>;
}

const looksAt: WeakMap<PhysicalMemory, Looks> = new WeakMap();

/**
 * What a look sees in all stored memory, ascending, and progress. The first search to ask begins a
 * pass, in which every look takes part that `takeAlong` named before. A search that asks later gets
 * what its look has seen already, and carries the pass on. What cannot be read is passed over.
 * Throws what reading throws else, and what the look throws.
 */
export function* lookThrough<Found>(
  memory: PhysicalMemory,
  look: MemoryLook<Found>,
): Generator<Found | Progress, void, void> {
  const { lane, pass } = joined(memory, look);
  let next = 0;
  function* seenSince(): Generator<Found, void, void> {
    while (next < lane.found.length) {
      yield lane.found[next++] as Found;
    }
  }
  for (;;) {
    yield* seenSince();
    if (lane.failure !== undefined) {
      throw lane.failure.error;
    }
    if (lane.leftAt !== undefined) {
      yield* alone(memory, look, lane.leftAt);
      return;
    }
    if (pass.isDone) {
      return;
    }
    const progress = pass.advance(look.doing);
    // Before the progress, because a caller may end there.
    yield* seenSince();
    yield progress;
  }
}

/** Has looks take part in the next pass over memory, for searches that may follow. */
export function takeAlong(memory: PhysicalMemory, looks: readonly AnyMemoryLook[]): void {
  const { waiting, joined: taken } = looksOf(memory);
  for (const look of looks) {
    if (!taken.has(look)) {
      waiting.add(look);
    }
  }
}

/**
 * All that a look has seen, where a pass took it through the whole of memory, so that it costs
 * nothing; undefined otherwise.
 */
export function seenThroughout<Found>(
  memory: PhysicalMemory,
  look: MemoryLook<Found>,
): readonly Found[] | undefined {
  const known = looksAt.get(memory)?.joined.get(look);
  return known?.pass.isDone === true && known.lane.isWhole
    ? (known.lane.found as readonly Found[])
    : undefined;
}

/** Forgets what looks have seen, so that the next search reads memory as it is then. */
export function forgetPasses(memory: PhysicalMemory): void {
  looksAt.delete(memory);
}

function joined(memory: PhysicalMemory, look: AnyMemoryLook): Joined {
  const { waiting, joined: taken } = looksOf(memory);
  const known = taken.get(look);
  if (known !== undefined) {
    return known;
  }
  waiting.delete(look);
  const lane = new Lane(look, memory);
  const others = [...waiting].map((each) => ({ each, lane: new Lane(each, memory) }));
  const pass = new MemoryPass(memory, [lane, ...others.map((other) => other.lane)]);
  for (const other of others) {
    taken.set(other.each, { lane: other.lane, pass });
  }
  taken.set(look, { lane, pass });
  waiting.clear();
  return { lane, pass };
}

/** The rest of memory for a look that left its pass; keeps nothing. */
function* alone<Found>(
  memory: PhysicalMemory,
  look: MemoryLook<Found>,
  from: number,
): Generator<Found | Progress, void, void> {
  const lane = new Lane(look, memory);
  const pass = new MemoryPass(memory, [lane], from, Number.POSITIVE_INFINITY);
  while (!pass.isDone) {
    const progress = pass.advance(look.doing);
    yield* lane.found.splice(0) as Found[];
    if (lane.failure !== undefined) {
      throw lane.failure.error;
    }
    yield progress;
  }
}

function looksOf(memory: PhysicalMemory): Looks {
  let looks = looksAt.get(memory);
  if (looks === undefined) {
    looks = { waiting: new Set(), joined: new Map() };
    looksAt.set(memory, looks);
  }
  return looks;
}
