export { crashSummary } from './crash-summary.ts';
export type { BlockedGroup, CrashSummaryReport } from './crash-summary-report.ts';
export { type PanicSignatureReport, panicSignature } from './panic-signature.ts';
