import type { ReportColumn } from '@vmcorekit/core';
import type { LockEntry } from './locks-report.ts';

/** A lock with one of its waiters: a row for programs. */
export interface LockRow {
  readonly lock: LockEntry;
  readonly waiter: LockEntry['waiters'][number];
}

export const locksColumns: readonly ReportColumn<LockRow>[] = [
  { key: 'lock', value: ({ lock }) => lock.address },
  { key: 'kind', value: ({ lock }) => lock.kind },
  { key: 'symbol', value: ({ lock }) => lock.symbol },
  { key: 'owner', value: ({ lock }) => lock.owner?.address ?? null },
  { key: 'ownerPid', value: ({ lock }) => lock.owner?.pid ?? null },
  { key: 'ownerComm', value: ({ lock }) => lock.owner?.comm ?? null },
  { key: 'readers', value: ({ lock }) => lock.readers },
  { key: 'waiter', value: ({ waiter }) => waiter.address },
  { key: 'waiterPid', value: ({ waiter }) => waiter.pid },
  { key: 'waiterComm', value: ({ waiter }) => waiter.comm },
  { key: 'wantedBy', value: ({ waiter }) => waiter.wantedBy },
];

export function* lockRows(locks: readonly LockEntry[]): Generator<LockRow, void, void> {
  for (const lock of locks) {
    for (const waiter of lock.waiters) {
      yield { lock, waiter };
    }
  }
}
