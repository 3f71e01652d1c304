import {
  hex,
  isUnreadable,
  isVmcorekitError,
  type KernelCache,
  type KernelCachePart,
  type KernelMemory,
  StructView,
} from '@vmcorekit/core';

/** A part of a kernel's memory that is the same in every dump of its build. */
export interface Stretch {
  readonly memory: KernelMemory;
  readonly start: bigint;
  readonly sizeInBytes: number;
}

/** Where a kernel's parts are kept. */
export interface CachePlace {
  readonly cache: KernelCache;
  readonly buildId: string;
  readonly part: KernelCachePart;
}

/** What a cache held: the bytes of each stretch, or why they are not taken. */
export type Cached = { readonly bytes: readonly Uint8Array[] } | { readonly refused: string };

const magic = 0x4b4d4356;
const version = 1;
const headInBytes = 20;
const pageSizeInBytes = 4096;
/** Pages that are compared in all; any two kernels differ in nearly all of them. */
const samples = 16;

/**
 * What a cache holds of some stretches, where it is sound and the same as the dump: the first page
 * of each, the last, and some between. A page that the dump lost is not compared, but half of them
 * and the first must be there. Undefined where the cache holds nothing.
 */
export function cachedBytes(
  { cache, buildId, part }: CachePlace,
  stretches: readonly Stretch[],
): Cached | undefined {
  const content = cache.load(buildId, part);
  if (content === undefined) {
    return undefined;
  }
  const refused = (because: string) => ({
    refused: `the cached ${part.replace('-', ' ')} of build ID ${buildId} are not used: ${because}`,
  });
  const bytes = unpacked(content, stretches);
  if (bytes === undefined) {
    return refused('they are damaged, or of another kernel');
  }
  for (const [index, stretch] of stretches.entries()) {
    const because = differenceOf(
      stretch,
      bytes[index] as Uint8Array,
      Math.floor(samples / stretches.length),
    );
    if (because !== undefined) {
      return refused(because);
    }
  }
  return { bytes };
}

/**
 * The bytes of some stretches from a cache; else read whole from the dump, and then kept. Undefined
 * where neither has all of them. `refused` says why what the cache held is not taken.
 */
export function bytesReadOnce(
  place: CachePlace,
  stretches: readonly Stretch[],
): { readonly bytes: readonly Uint8Array[] | undefined; readonly refused: string | undefined } {
  const cached = cachedBytes(place, stretches);
  if (cached !== undefined && 'bytes' in cached) {
    return { bytes: cached.bytes, refused: undefined };
  }
  try {
    const bytes = stretches.map(({ memory, start, sizeInBytes }) =>
      memory.read(start, sizeInBytes),
    );
    keepBytes(place, bytes);
    return { bytes, refused: cached?.refused };
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
    return { bytes: undefined, refused: cached?.refused };
  }
}

/** Keeps the bytes of some stretches. */
export function keepBytes(
  { cache, buildId, part }: CachePlace,
  stretches: readonly Uint8Array[],
): void {
  const dataAt = headInBytes + 4 * stretches.length;
  const content = new Uint8Array(stretches.reduce((end, each) => end + each.length, dataAt));
  const view = new DataView(content.buffer);
  let at = dataAt;
  for (const [index, bytes] of stretches.entries()) {
    view.setUint32(headInBytes + 4 * index, bytes.length, true);
    content.set(bytes, at);
    at += bytes.length;
  }
  const [first, second] = checksumOf(content.subarray(headInBytes));
  for (const [index, word] of [magic, version, stretches.length, first, second].entries()) {
    view.setUint32(4 * index, word, true);
  }
  cache.store(buildId, part, content);
}

function unpacked(
  content: Uint8Array,
  stretches: readonly Stretch[],
): readonly Uint8Array[] | undefined {
  try {
    const view = new StructView(content, 'little', 'cache');
    const head = [0, 4, 8, 12, 16].map((at) => view.uint32(at));
    const [first, second] = checksumOf(content.subarray(headInBytes));
    const wanted = [magic, version, stretches.length, first, second];
    const isSound = wanted.every((word, index) => head[index] === word);
    let at = headInBytes + 4 * stretches.length;
    const parts = stretches.map(({ sizeInBytes }, index) => {
      const isEqual = isSound && view.uint32(headInBytes + 4 * index) === sizeInBytes;
      at += isEqual ? sizeInBytes : 0;
      return isEqual ? view.slice(at - sizeInBytes, sizeInBytes) : undefined;
    });
    return parts.every((part) => part !== undefined) && at === content.length ? parts : undefined;
  } catch (error) {
    if (isVmcorekitError(error, 'truncated')) {
      return undefined;
    }
    throw error;
  }
}

/** Why a copy is not of this dump; undefined where nothing speaks against it. */
function differenceOf(
  { memory, start, sizeInBytes }: Stretch,
  copy: Uint8Array,
  most: number,
): string | undefined {
  const lead = Number(start % BigInt(pageSizeInBytes));
  const pages = Math.ceil((lead + sizeInBytes) / pageSizeInBytes);
  const count = Math.min(pages, most);
  let readable = 0;
  for (let sample = 0; sample < count; sample++) {
    const page = count === 1 ? 0 : Math.floor((sample * (pages - 1)) / (count - 1));
    const from = Math.max(0, page * pageSizeInBytes - lead);
    const end = Math.min(sizeInBytes, (page + 1) * pageSizeInBytes - lead);
    const address = start + BigInt(from);
    const own = memory.tryRead(address, end - from);
    if (own === undefined) {
      if (page === 0) {
        return `the dump lacks the page at ${hex(address)}, which would show that they are its own`;
      }
      continue;
    }
    if (!own.every((byte, index) => byte === copy[from + index])) {
      return `the dump differs from them at ${hex(address)}`;
    }
    readable += 1;
  }
  return 2 * readable >= count
    ? undefined
    : `of ${count} pages to compare the dump has only ${readable}`;
}

/** Two sums over words in the order of this machine, which alone reads them again. */
export function checksumOf(bytes: Uint8Array): readonly [number, number] {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Uint32Array(buffer, byteOffset, Math.floor(bytes.length / 4));
  let first = 0x811c9dc5;
  let second = bytes.length;
  // A call for each of a million words took longer than all else that a cache costs.
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as number;
    first = Math.imul(first ^ word, 0x01000193);
    second = (Math.imul(second, 31) + word) | 0;
  }
  for (const byte of bytes.subarray(4 * words.length)) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = (Math.imul(second, 31) + byte) | 0;
  }
  return [first >>> 0, second >>> 0];
}
