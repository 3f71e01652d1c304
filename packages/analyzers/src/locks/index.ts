export { locks } from './locks.ts';
export type { LockEntry, LocksReport, LockTask } from './locks-report.ts';
