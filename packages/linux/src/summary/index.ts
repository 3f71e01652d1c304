export { type BlockedTask, type BlockedTasks, blockedTasksOf } from './blocked-tasks.ts';
export {
  type ComparedSignature,
  compareSignatures,
  type SignatureLikeness,
} from './compare-signatures.ts';
export type { Accused, CrashKind } from './crash-kind.ts';
export type { CrashLog, HungTask } from './crash-log.ts';
export { type CrashSummary, crashSummaryOf } from './crash-summary.ts';
export { type Panicked, panickedOf } from './panicked.ts';
export {
  type CrashSignature,
  type SignatureSource,
  signatureOf,
  signatureScheme,
} from './signature.ts';
