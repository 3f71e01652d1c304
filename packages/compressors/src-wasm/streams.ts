// Decoders and checksums for whole files. As in index.ts, the host leaves 1,024 bytes after each
// input and each limit of an output.
export { adler32 } from './adler32';
export { bzip2Bit, bzip2Crc, bzip2Read, bzip2Write } from './bzip2';
export { crc32 } from './crc32';
export { crc64Add, crc64High, crc64Low, crc64Start } from './crc64';
export {
  inflateBit,
  inflateBlockBit,
  inflateEnterBlock,
  inflateHistory,
  inflateInput,
  inflateProduced,
  inflateRun,
  inflateSlide,
  inflateStart,
} from './inflate-stream';
export { lz4Decode } from './lz4';
export { lzmaChunk, lzmaProperties, lzmaResetState, lzmaStart, lzmaStored } from './lzma';
export { xxh32 } from './xxh32';
export { xxh64Add, xxh64Low, xxh64Start } from './xxh64';
export { zstdBlock, zstdStartFrame } from './zstd';

/** The first byte of memory that no table uses. */
export function freeFrom(): usize {
  return __heap_base;
}
