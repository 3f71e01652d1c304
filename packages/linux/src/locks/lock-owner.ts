/** The owner of a lock, by the lock's own words. */
export interface HeldBy {
  /** The address of the owner's `task_struct`; null where the lock does not say. */
  readonly owner: bigint | null;
  /** How many hold it to read; null where it is not held so, or the lock does not say. */
  readonly readers: number | null;
  /** Of a lock that is held to read: the task that took it last, which may have let it go since. */
  readonly lastReader: bigint | null;
  /** What in the lock contradicts that tasks wait for it, a sentence; undefined for none. */
  readonly doubt: string | undefined;
}

/** A `task_struct` is aligned to more than the flags take. */
const flagBits = 7n;

/**
 * A mutex and an rt_mutex keep their owner's address, and in bit 0 whether tasks wait. The two bits
 * above it are flags of the mutex. Source: Linux, kernel/locking/mutex.c (MUTEX_FLAG_WAITERS,
 * _HANDOFF, _PICKUP), since 4.10, and rtmutex.c (RT_MUTEX_HAS_WAITERS).
 */
export function mutexHeldBy(owner: bigint): HeldBy {
  const task = owner & ~flagBits;
  return {
    owner: task === 0n ? null : task,
    readers: null,
    lastReader: null,
    doubt: (owner & 1n) === 0n ? 'its owner word does not say that tasks wait' : undefined,
  };
}

/**
 * An rw_semaphore counts its readers from bit 8 on; bit 0 of the count is a writer, bit 1 says that
 * tasks wait. Bit 0 of the owner word marks a reader. Source: Linux, kernel/locking/rwsem.c, since
 * 5.2.
 */
export function rwsemHeldBy(count: bigint, owner: bigint): HeldBy {
  const task = owner & ~flagBits;
  const isWritten = (count & 1n) !== 0n;
  // The highest bit of the count says that reading must fail.
  const readers = Number((count & ~(1n << 63n)) >> 8n);
  const isReader = (owner & 1n) !== 0n;
  return {
    owner: isWritten && !isReader && task !== 0n ? task : null,
    readers: isWritten || readers === 0 ? null : readers,
    lastReader: !isWritten && readers > 0 && isReader && task !== 0n ? task : null,
    doubt: (count & 2n) === 0n ? 'its count does not say that tasks wait' : undefined,
  };
}
