// The decoders take addresses and sizes, and return the length of what they wrote or a failure
// code. To check bounds once a turn and not at each byte, they load up to 64 bytes after their
// input and write up to 512 after their limit. The host leaves 1,024 after each.
export { deflate } from './deflate';
export { inflate } from './inflate';
export { lzo1xDecode } from './lzo1x';
export { lzo1xEncode } from './lzo1x-encoder';
export { snappyDecode } from './snappy';

/** The first byte of memory that no table uses. */
export function freeFrom(): usize {
  return __heap_base;
}
