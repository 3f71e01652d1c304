/**
 * The judges of a search, for tests: pure functions on plain facts, each with the facts it reads;
 * the window through which `find` looks, and the parts of opening a kernel without its tables.
 * Semantic versioning does not cover this module; programs call `locate`.
 */

export { SlidingWindow } from './find/sliding-window.ts';
export { type FilledRoot, filledMmu } from './kernel/filled-mmu.ts';
export { type KnownPlace, knownPlace } from './kernel/known-place.ts';
export { assignRoles, reserves } from './search/assign-roles.ts';
export { confidenceOf, isRefuted, isWitnessed, type Statement } from './search/confidence.ts';
export { judgeByPages, judgeLayout, type LayoutJudgement } from './search/judge-layout.ts';
export type * from './search/judged.ts';
export { type MergedClaim, mergeClaims, type WeighedClaim } from './search/merge-claims.ts';
export { isSelected, type Selection, selectKernel } from './search/select-kernel.ts';
export { weigh } from './search/weigh.ts';
export type { WeighedDump } from './search/weighed-dump.ts';
