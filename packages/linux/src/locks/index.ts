export {
  type Deadlock,
  type HeldLock,
  type LockList,
  type LockWaiter,
  readLocks,
} from './read-locks.ts';
