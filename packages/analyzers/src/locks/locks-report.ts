import { hex, type Task } from '@vmcorekit/core';
import type { BlockedTask, HeldLock, LockList } from '@vmcorekit/linux';
import { type BlockedGroup, blockedGroups } from '../summary/crash-summary-report.ts';

export interface LockTask {
  /** Of its `task_struct`. */
  readonly address: string;
  readonly pid: number;
  readonly comm: string;
  readonly state: string | null;
}

/** One lock in the data of `locks`. Null means "not proved", or "there is none". */
export interface LockEntry {
  readonly address: string;
  readonly kind: HeldLock['kind'];
  readonly symbol: string | null;
  readonly owner: LockTask | null;
  /** How many tasks hold it to read. */
  readonly readers: number | null;
  /** Took it to read last, and may have let it go. */
  readonly lastReader: LockTask | null;
  /** In the order of the lock's list; `wantedBy` is the function that asked for the lock. */
  readonly waiters: readonly (LockTask & { readonly wantedBy: string | null })[];
  readonly doubts: readonly string[];
}

/** The `data` of the `locks` analyzer. */
export interface LocksReport {
  readonly locks: readonly LockEntry[];
  /** Cycles: each task waits for `lock`, which the next one holds, the last for the first. */
  readonly deadlocks: readonly (readonly (LockTask & { readonly lock: string })[])[];
  /** Groups of tasks in state D, the largest first. */
  readonly blocked: readonly BlockedGroup[];
}

export function locksReport(
  { locks, deadlocks }: LockList,
  blocked: readonly BlockedTask[],
): LocksReport {
  return {
    locks: locks.map(lockEntry),
    deadlocks: deadlocks.map((cycle) =>
      cycle.map(({ task, lock }) => ({ ...lockTask(task), lock: hex(lock.address) })),
    ),
    blocked: blockedGroups(blocked),
  };
}

function lockEntry(lock: HeldLock): LockEntry {
  const { address, kind, symbol, owner, readers, lastReader, waiters, doubts } = lock;
  return {
    address: hex(address),
    kind,
    symbol,
    owner: owner === null ? null : lockTask(owner),
    readers,
    lastReader: lastReader === null ? null : lockTask(lastReader),
    waiters: waiters.map(({ task, wantedBy }) => ({ ...lockTask(task), wantedBy })),
    doubts,
  };
}

function lockTask({ address, pid, comm, state }: Task): LockTask {
  return { address: hex(address), pid, comm, state };
}
