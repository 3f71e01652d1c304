import { plural, printable, printableLine } from '@vmcorekit/core';
import { blockedLines } from '../summary/crash-summary-text.ts';
import type { LockEntry, LocksReport, LockTask } from './locks-report.ts';

/** Locks with their owners and waiters, for people: deadlocks first. */
export function locksLines({ locks, deadlocks, blocked }: LocksReport): string[] {
  const waitsFor = new Map(
    locks.flatMap((lock) => lock.waiters.map(({ address }) => [address, lock] as const)),
  );
  return [
    ...deadlocks.flatMap((cycle) => [
      printableLine(`deadlock of ${plural(cycle.length, 'task')}:`),
      ...cycle.map((task, index) => {
        const next = cycle[(index + 1) % cycle.length] ?? task;
        return `  ${nameOf(task)} waits for ${task.lock}, which ${nameOf(next)} holds`;
      }),
      '',
    ]),
    ...(locks.length === 0 ? ['no task is known to wait for a lock', ''] : []),
    ...locks.flatMap((lock) => [...lockLines(lock, waitsFor), '']),
    ...blockedLines(blocked),
  ];
}

function lockLines(lock: LockEntry, waitsFor: ReadonlyMap<string, LockEntry>): string[] {
  const { kind, address, symbol, waiters } = lock;
  const name = symbol === null ? '' : ` ${printable(symbol)}`;
  return [
    `${kind} ${address}${name}: ${holderText(lock, waitsFor)}`,
    ...waiters.map(
      (task) =>
        `  ${nameOf(task)} waits${task.wantedBy === null ? '' : ` in ${printable(task.wantedBy)}`}`,
    ),
    ...lock.doubts.map((doubt) => printableLine(`  doubt: ${doubt}`)),
  ];
}

function holderText(
  { owner, readers, lastReader }: LockEntry,
  waitsFor: ReadonlyMap<string, LockEntry>,
): string {
  if (owner !== null) {
    const next = waitsFor.get(owner.address);
    const waits = next === undefined ? '' : `, which waits for ${next.kind} ${next.address}`;
    return `held by ${nameOf(owner)}${waits}`;
  }
  if (readers !== null) {
    const last = lastReader === null ? '' : `; the last to take it was ${nameOf(lastReader)}`;
    return `held by ${plural(readers, 'reader')}${last}`;
  }
  return 'it does not say who holds it';
}

function nameOf({ pid, comm, state }: LockTask): string {
  return `${pid} ${printable(comm)}${state === null ? '' : ` (${state})`}`;
}
