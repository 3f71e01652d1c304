export { type Block, BlockCache } from './block-cache.ts';
export type { FileMemoryOptions } from './extent-reader.ts';
export { FileMemory } from './file-memory.ts';
export { FileParts } from './file-parts.ts';
export { overlapsOf } from './overlaps.ts';
export {
  type BytelessKind,
  PIECE_CORRUPT,
  PIECE_EXCLUDED,
  PIECE_STORED,
  PIECE_ZERO,
  Pieces,
} from './piece.ts';
export { type Stretches, sweep } from './sweep.ts';
export type { PlacedStretch } from './writing/write-memory.ts';
export {
  type FileLayout,
  type StretchesToWrite,
  writeStretches,
} from './writing/write-stretches.ts';
