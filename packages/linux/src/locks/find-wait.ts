import { type Kernel, type StackFrame, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { listNodes } from '../containers/list.ts';
import { WalkNotes } from '../containers/walk.ts';
import { functionNameOf } from '../summary/panic-machinery.ts';
import type { LockKind } from './lock-kinds.ts';
import type { LockLayout } from './lock-layout.ts';
import { type StackWord, stackWords } from './stack-words.ts';

/** More tasks than wait for one lock in any kernel that still answers. */
const maxWaiters = 65_536;
/** How many frames above the waiting one may hold the lock's address: those that were inlined. */
const framesWithLock = 3;

/** A lock that a task waits for, proved by the list of its waiters. */
export interface FoundLock {
  readonly address: VirtualAddress;
  /** The addresses of the waiters' structures, in the order of the list where that is known. */
  readonly waiters: readonly VirtualAddress[];
}

/** The place in a stack where a task waits for a lock. */
export interface LockFrame {
  readonly kind: LockKind;
  readonly index: number;
}

/** The innermost frame that waits for a lock; undefined where none does. */
export function lockFrameOf(
  frames: readonly StackFrame[],
  kinds: readonly LockKind[],
): LockFrame | undefined {
  for (const [index, { symbol, isGuess }] of frames.entries()) {
    const name = symbol === null || isGuess ? undefined : functionNameOf(symbol);
    const kind = kinds.find(({ functions }) => name !== undefined && functions.has(name));
    if (kind !== undefined) {
      return { kind, index };
    }
  }
  return undefined;
}

/**
 * The lock that a sleeping task waits for. Its waiter lies in the frame of the function that
 * sleeps: a structure with the task's own address and a list whose neighbours point back. The list
 * leads to the lock: its head is the only node that is no waiter. In Linux 7.3 the list has no
 * head, and the lock points to the first waiter; then the lock's address is in `task.blocked_on`
 * or on the stack, and that pointer proves it. A sentence where no lock is proved.
 */
export function findLock(
  kernel: Kernel,
  layout: LockLayout,
  task: VirtualAddress,
  frames: readonly StackFrame[],
  at: number,
  isTask: (address: VirtualAddress) => boolean,
): FoundLock | string {
  const start = frames[0]?.stackPointer;
  const end = frames[at + 1]?.stackPointer;
  if (start == null || end == null) {
    return 'the frame that waits has no end';
  }
  const words = stackWords(kernel, start, end);
  for (const { address, value } of words) {
    const waiter = address - BigInt(layout.task);
    if (value !== task || waiter < start) {
      continue;
    }
    const found = lockOfWaiter(kernel, layout, waiter, isTask);
    if (found === undefined) {
      continue;
    }
    if (found.lock !== undefined) {
      return { address: found.lock, waiters: found.waiters };
    }
    const above = frames[at + framesWithLock]?.stackPointer ?? end;
    const lock = lockByPointer(kernel, layout, task, found.waiters, [
      ...words,
      ...stackWords(kernel, end, above),
    ]);
    if (lock !== undefined) {
      const first = tryRead(() => kernel.memory.readPointer(lock + BigInt(layout.head))) ?? 0n;
      const from = Math.max(0, found.waiters.indexOf(first));
      const waiters = [...found.waiters.slice(from), ...found.waiters.slice(0, from)];
      return { address: lock, waiters };
    }
  }
  return `no waiter on its stack leads to a ${layout.name}`;
}

interface Ring {
  readonly waiters: readonly VirtualAddress[];
  /** Undefined where the list has no head. */
  readonly lock: VirtualAddress | undefined;
}

/** Undefined where the waiter is none: its list is torn, or has other nodes than waiters. */
function lockOfWaiter(
  kernel: Kernel,
  { task, list, head, hasHead }: LockLayout,
  waiter: VirtualAddress,
  isTask: (address: VirtualAddress) => boolean,
): Ring | undefined {
  const notes = new WalkNotes();
  const start = waiter + BigInt(list);
  const nodes = [start, ...listNodes(kernel, start, notes, { limit: maxWaiters })];
  if (notes.all.length > 0) {
    return undefined;
  }
  const isWaiter = nodes.map((node) => {
    const at = node - BigInt(list) + BigInt(task);
    return isTask(tryRead(() => kernel.memory.readPointer(at)) ?? 0n);
  });
  const others = nodes.filter((_, index) => isWaiter[index] !== true);
  const [other] = others;
  if (others.length > 1 || (other === undefined) === hasHead) {
    return undefined;
  }
  // From the head on, which is where the kernel begins.
  const from = other === undefined ? 0 : nodes.indexOf(other) + 1;
  const waiters = [...nodes.slice(from), ...nodes.slice(0, from)]
    .filter((node) => node !== other)
    .map((node) => node - BigInt(list));
  return { waiters, lock: other === undefined ? undefined : other - BigInt(head) };
}

/** The lock among the pointers on a stack whose `first_waiter` is one of these waiters. */
function lockByPointer(
  { memory }: Kernel,
  { head, blockedOn }: LockLayout,
  task: VirtualAddress,
  waiters: readonly VirtualAddress[],
  words: readonly StackWord[],
): VirtualAddress | undefined {
  const known =
    blockedOn === null ? undefined : tryRead(() => memory.readPointer(task + BigInt(blockedOn)));
  const isFirst = new Set(waiters);
  const candidates = new Set([known ?? 0n, ...words.map(({ value }) => value)]);
  const locks = [...candidates].filter((candidate) => {
    const first =
      candidate === 0n || candidate % 8n !== 0n
        ? undefined
        : tryRead(() => memory.readPointer(BigInt.asUintN(64, candidate + BigInt(head))));
    return first !== undefined && isFirst.has(first) && !isNearWaiter(candidate, waiters);
  });
  return locks.length === 1 ? locks[0] : undefined;
}

/** A neighbour in the list points to a waiter as well, and is no lock. */
function isNearWaiter(candidate: bigint, waiters: readonly VirtualAddress[]): boolean {
  return waiters.some((waiter) => candidate > waiter - 64n && candidate < waiter + 64n);
}
