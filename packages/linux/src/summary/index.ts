export { type BlockedTask, type BlockedTasks, blockedTasksOf } from './blocked-tasks.ts';
export type { CrashLog, HungTask } from './crash-log.ts';
export { type CrashSummary, crashSummaryOf } from './crash-summary.ts';
export { type Panicked, panickedOf } from './panicked.ts';
export { type CrashSignature, signatureOf } from './signature.ts';
