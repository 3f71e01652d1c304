export type {
  Fact,
  LoadAverage,
  PanicMessage,
  PanicTask,
  SystemFacts,
  Taint,
  TaintFlag,
} from '@vmcorekit/linux';
export { compareImages } from './compare/compare.ts';
export type * from './compare/comparison.ts';
export type { DigestedBytes } from './digest/block-hasher.ts';
export { digestMemory, type MemoryDigest } from './digest/memory-digest.ts';
export { digestSource } from './digest/source-digest.ts';
export * from './find/index.ts';
export { kernelMemory } from './kernel/kernel-memory.ts';
export { type CarverFailure, KernelViews, type ViewOptions } from './kernel/kernel-views.ts';
export {
  type IdentifiedSource,
  type IdentifyOptions,
  splitKeyOf,
} from './opening/identified-source.ts';
export type { OpenedFile } from './opening/open-file.ts';
export { layerNames } from './opening/open-layers.ts';
export type { PlacesIn } from './opening/open-placed.ts';
export type { ToolkitOptions } from './opening/opener.ts';
export type { CompanionOpener } from './opening/opening-context.ts';
export { type PlacedName, placedNames } from './opening/placed-names.ts';
export type { SideIndexFile } from './opening/side-index.ts';
export { type DriveOptions, drive } from './running/drive.ts';
export type { StepLimit } from './running/step-limit.ts';
export { type LocateParts, locate } from './search/locate.ts';
export type { LocateOptions } from './search/locate-options.ts';
export { nonsenseIn } from './search/nonsense.ts';
export type { SearchOptions } from './toolkit/kernel-search.ts';
export type { WritableKind } from './toolkit/output-kinds.ts';
export { Registry } from './toolkit/registry.ts';
export { createToolkit, Toolkit } from './toolkit/toolkit.ts';
export { type CheckedDigest, type CheckedDigests, checkDigests } from './verify/check-digests.ts';
export * from './verify/damage-counts.ts';
export * from './verify/page-tally.ts';
export * from './verify/verify.ts';
