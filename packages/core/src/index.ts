export * from './address-space.ts';
export { aliasRank } from './alias-rank.ts';
export * from './analyzer.ts';
export * from './architecture.ts';
export { ArchitectureTable } from './architecture-table.ts';
export { bitFieldSizeInBytes, bitFieldValue } from './bit-field.ts';
export * from './byte-source.ts';
export { checkNames, withoutDisplaced } from './check-names.ts';
export * from './compressor.ts';
export * from './container.ts';
export * from './damage.ts';
export * from './described-struct.ts';
export type * from './disassembler.ts';
export * from './dump.ts';
export * from './dump-format.ts';
export * from './dump-image.ts';
export * from './errors.ts';
export * from './evidence.ts';
export type * from './file-change.ts';
export { fnv1aOf, fnv1aStart, fnv1aWith } from './fnv-1a.ts';
export * from './heuristic.ts';
export * from './image-facts.ts';
export { type ImageFields, imageOf } from './image-of.ts';
export { imageWith } from './image-with.ts';
export * from './index-cache.ts';
export { isZero } from './is-zero.ts';
export * from './kernel.ts';
export * from './kernel-cache.ts';
export * from './kernel-layout.ts';
export type * from './kernel-module.ts';
export type * from './kernel-object.ts';
export * from './kernel-place.ts';
export { type KnownByName, knownByName } from './known-by-name.ts';
export { lowestIndex } from './lowest-index.ts';
export { firstOf, hasAt, magicAt } from './magic.ts';
export { BasePhysicalMemory } from './memory/base-physical-memory.ts';
export { pagesIn, pagesOf, sizeOfRanges } from './memory/pages-of.ts';
export {
  forgetPasses,
  lookThrough,
  seenThroughout,
  takeAlong,
} from './memory/pass/look-through.ts';
export type {
  AnyMemoryLook,
  LookAtStretch,
  MemoryLook,
  Stretch,
} from './memory/pass/memory-look.ts';
export { PfnSet } from './memory/pfn-set.ts';
export { isHeld, piecesByPage, piecesOfRanges, readHeld, stateOfPieces } from './memory/pieces.ts';
export { type StoredPage, type StoredPagesOptions, storedPages } from './memory/stored-pages.ts';
export { TranslatedMemory, type TranslatedMemoryOptions } from './memory/translated-memory.ts';
export { uint32At, uint64At } from './memory/words.ts';
export type * from './memory-layout.ts';
export * from './note.ts';
export { encodeNoteArea, encodeNotes, noteSizeInBytes } from './notes/encode-notes.ts';
export * from './notes/note-types.ts';
export { maxNoteBytes, maxNotes, parseNotes } from './notes/parse-notes.ts';
export {
  type BareNote,
  indexOfText,
  textNote,
  textOfNotes,
  withTextFirst,
} from './notes/text-notes.ts';
export * from './notes/vmcoreinfo-note-text.ts';
export { type ObjectSource, objectAt, typeNamed } from './objects/memory-object.ts';
export {
  elementOf,
  isCharacter,
  plainType,
  pointerTo,
  sizeOfType,
  targetOf,
} from './objects/plain-type.ts';
export { onlyFile } from './only-file.ts';
export * from './opening.ts';
export * from './option.ts';
export {
  parseAddress,
  parseDuration,
  parsePhysicalAddress,
  parseSize,
} from './options/parse-quantity.ts';
export { resolveOptions } from './options/resolve-options.ts';
export type * from './output-kind.ts';
export * from './page-encoder.ts';
export * from './page-filter.ts';
export * from './page-state.ts';
export * from './physical-memory.ts';
export * from './plugin.ts';
export { asPluginError, describeThrown, reasonOf } from './plugin-error.ts';
export { pluginProblem } from './plugin-problem.ts';
export * from './progress.ts';
export * from './registers.ts';
export * from './report-rows.ts';
export * from './report-table.ts';
export { isUrl, shownName, shownText } from './shown-name.ts';
export * from './source-failure.ts';
export * from './source-opener.ts';
export { BlockIndex } from './sources/block-index.ts';
export {
  BlockSource,
  type BlockSourceOptions,
  type DecodeBlock,
} from './sources/block-source.ts';
export { BufferSink } from './sources/buffer-sink.ts';
export { BufferSource } from './sources/buffer-source.ts';
export { CachedSource } from './sources/cached-source.ts';
export { CountingSource } from './sources/counting-source.ts';
export { JoinedSource } from './sources/joined-source.ts';
export { MemoryStore } from './sources/memory-store.ts';
export { checkInside, firstLostIn, readExactly } from './sources/read.ts';
export { EntrySource, SliceSource } from './sources/slice-source.ts';
export * from './spaces.ts';
export type * from './stack-reader.ts';
export type * from './stack-trace.ts';
export type * from './stated-digest.ts';
export { patientGuard, type StepGuard } from './step-guard.ts';
export { StructView } from './struct-view.ts';
export type * from './symbol-readers.ts';
export * from './symbols.ts';
export { alreadyExists, systemReason } from './system-reason.ts';
export type * from './table-frames.ts';
export type * from './task.ts';
export * from './text.ts';
export { isTooMuchToFetch, TransferBudget } from './transfer-budget.ts';
export type * from './type-source.ts';
export * from './types.ts';
export * from './unreadable.ts';
export type * from './unwinder.ts';
export * from './verdict.ts';
export { VmcoreInfo } from './vmcoreinfo.ts';
export * from './witness.ts';
export * from './writer-stamp.ts';
export { imageToWrite } from './writing/image-to-write.ts';
export { InlinePageEncoder } from './writing/inline-page-encoder.ts';
export { notesToWrite } from './writing/notes-to-write.ts';
export { PageBatch } from './writing/page-batch.ts';
export { leaveOutUnreadable, type PagePlan, planPages } from './writing/page-plan.ts';
