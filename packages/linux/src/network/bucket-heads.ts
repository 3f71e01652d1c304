import { hex, plural, tryRead, type VirtualAddress } from '@vmcorekit/core';
import type { Containers, WalkNotes } from '../containers/walk.ts';

/** An array of the heads of chains. */
export interface Buckets {
  readonly name: string;
  readonly address: VirtualAddress;
  readonly count: number;
  /** From one bucket to the next. */
  readonly strideInBytes: number;
  /** Where the head lies in a bucket. */
  readonly headAt: number;
}

/** The head of a chain that is not empty. */
export interface BucketHead {
  readonly index: number;
  readonly address: VirtualAddress;
}

/** A server with a terabyte has 512 Ki buckets. */
const maxBuckets = 2 ** 24;
const pagesPerStep = 64;

/**
 * The heads that hold a node, page by page, because most buckets are empty. An empty one is null or
 * an odd number. Undefined comes now and then, so that the caller can pause.
 */
export function* bucketHeads(
  { memory }: Pick<Containers, 'memory'>,
  { name, address, count, strideInBytes, headAt }: Buckets,
  notes: WalkNotes,
): Generator<BucketHead | undefined, void, void> {
  if (count > maxBuckets || !Number.isInteger(Math.log2(count))) {
    const because = `it has ${plural(count, 'bucket')}, which no table has`;
    notes.add({ container: name, at: address, because });
    return;
  }
  const isLittle = memory.byteOrder === 'little';
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  // The sizes come out of the kernel's types, which the dump holds.
  if (strideInBytes < headAt + wordSizeInBytes || strideInBytes > memory.root.basePageSizeInBytes) {
    const because = `its types give a bucket ${plural(strideInBytes, 'byte')}, which none has`;
    notes.add({ container: name, at: address, because });
    return;
  }
  const perPiece = Math.max(1, Math.floor(memory.root.basePageSizeInBytes / strideInBytes));
  let lost = 0;
  let firstLost: VirtualAddress | undefined;
  for (let from = 0, pieces = 0; from < count; from += perPiece) {
    const length = Math.min(perPiece, count - from);
    const at = address + BigInt(from * strideInBytes);
    const bytes = tryRead(() => memory.read(at, length * strideInBytes));
    if (bytes === undefined) {
      lost += length;
      firstLost ??= at;
      continue;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < length; index++) {
      const offset = index * strideInBytes + headAt;
      const low = view.getUint32(isLittle || wordSizeInBytes === 4 ? offset : offset + 4, isLittle);
      const isEmpty =
        (low & 1) === 1 ||
        (wordSizeInBytes === 8 ? view.getBigUint64(offset, isLittle) === 0n : low === 0);
      if (!isEmpty) {
        yield { index: from + index, address: at + BigInt(index * strideInBytes + headAt) };
      }
    }
    if (++pieces % pagesPerStep === 0) {
      yield undefined;
    }
  }
  if (firstLost !== undefined) {
    const because = `${plural(lost, 'bucket')} of ${count} cannot be read, the first at ${hex(firstLost)}`;
    notes.add({ container: name, at: address, because });
  }
}
