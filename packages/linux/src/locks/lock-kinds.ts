/** A sleeping lock whose waiters stand in a list, each in a structure on its task's stack. */
export interface LockKind {
  readonly kind: 'mutex' | 'rwsem' | 'semaphore';
  readonly lock: string;
  readonly waiter: string;
  /** The functions that sleep while their waiter is in the list. */
  readonly functions: ReadonlySet<string>;
}

/** Source: Linux, kernel/locking/{mutex,rwsem,semaphore}.c; the older names are of 4.14 to 5.2. */
export const lockKinds: readonly LockKind[] = [
  {
    kind: 'mutex',
    lock: 'mutex',
    waiter: 'mutex_waiter',
    functions: new Set([
      ...['__mutex_lock', '__mutex_lock_common', '__mutex_lock_slowpath', '__ww_mutex_lock'],
      ...['__mutex_lock_killable_slowpath', '__mutex_lock_interruptible_slowpath'],
      ...['__ww_mutex_lock_slowpath', '__ww_mutex_lock_interruptible_slowpath'],
    ]),
  },
  {
    kind: 'rwsem',
    lock: 'rw_semaphore',
    waiter: 'rwsem_waiter',
    functions: new Set([
      ...['rwsem_down_read_slowpath', 'rwsem_down_write_slowpath', '__rwsem_down_read_failed'],
      ...['__rwsem_down_read_failed_common', '__rwsem_down_write_failed_common'],
      ...['rwsem_down_read_failed', 'rwsem_down_write_failed', 'rwsem_down_write_failed_killable'],
    ]),
  },
  {
    kind: 'semaphore',
    lock: 'semaphore',
    waiter: 'semaphore_waiter',
    functions: new Set([
      ...['__down_common', '___down_common', '__down', '__down_interruptible', '__down_killable'],
      '__down_timeout',
    ]),
  },
];
