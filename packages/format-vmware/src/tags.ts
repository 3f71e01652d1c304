import { type ByteSource, hex, latin1Text, type Progress, StructView } from '@vmcorekit/core';
import type { StateGroup } from './state-header.ts';

/**
 * A tag: u8 flags (the low six bits are the size of the value, the high two the number of indices),
 * u8 length of the name, the name, a u32 each index, the value. Two zero bytes end a group. Sizes
 * 62 and 63 stand for a block: u64 bytes in the file, u64 bytes unpacked, u16 length of padding,
 * the padding, the bytes.
 */
const headSizeInBytes = 2;
const indexSizeInBytes = 4;
const sizeMask = 0x3f;
const indicesShift = 6;
const packedBlock = 62;
const block = 63;
const blockHeadSizeInBytes = 18;
/** The longest head: a name of 255 bytes, three indices, the head of a block. */
const maxHeadInBytes = 2 + 255 + 3 * 4 + 18;
/** A machine of 128 CPUs has some 40,000. */
const maxTags = 200_000;
const tagsPerStep = 1024;

/** A named value of a group. */
export interface Tag {
  readonly name: string;
  readonly indices: readonly number[];
  /** Where its bytes lie in the file. */
  readonly fileOffset: number;
  readonly sizeInBytes: number;
  readonly isBlock: boolean;
  readonly isPacked: boolean;
}

/**
 * Reads the tags of a group and hands each to `take`. Skips the bytes of values. Returns why the
 * group could not be read to its end, or null.
 */
export function* readTags(
  source: ByteSource,
  { position, sizeInBytes }: StateGroup,
  take: (tag: Tag) => void,
): Generator<Progress, string | null, void> {
  const end = Math.min(source.sizeInBytes, position + sizeInBytes);
  const bytes = new Uint8Array(maxHeadInBytes);
  let at = position;
  for (let count = 1; count <= maxTags; count++) {
    const head = bytes.subarray(0, source.readInto(at, bytes));
    if (at + headSizeInBytes > end || head.length < headSizeInBytes) {
      return `it ends at ${hex(at)}, in place of a tag`;
    }
    if (head[0] === 0 && head[1] === 0) {
      return null;
    }
    const tag = tagIn(head, at);
    // A block may be cut; its start is worth having.
    if (tag === undefined || (!tag.isBlock && tag.fileOffset + tag.sizeInBytes > end)) {
      return `it ends within a tag at ${hex(at)}`;
    }
    take(tag);
    at = tag.fileOffset + tag.sizeInBytes;
    if (count % tagsPerStep === 0) {
      yield { kind: 'progress', doing: 'reading the state', fraction: at / source.sizeInBytes };
    }
  }
  return `it has more than ${maxTags} tags`;
}

function tagIn(head: Uint8Array, fileOffset: number): Tag | undefined {
  const view = new StructView(head, 'little', 'VMware tag', fileOffset);
  const [flags, nameLength] = [view.uint8(0), view.uint8(1)];
  const size = flags & sizeMask;
  const indexCount = flags >> indicesShift;
  const valueAt = headSizeInBytes + nameLength + indexCount * indexSizeInBytes;
  const isBlock = size === block || size === packedBlock;
  if (valueAt + (isBlock ? blockHeadSizeInBytes : 0) > head.length) {
    return undefined;
  }
  const name = latin1Text(head.subarray(headSizeInBytes, headSizeInBytes + nameLength));
  const indices = Array.from({ length: indexCount }, (_, index) =>
    view.uint32(headSizeInBytes + nameLength + index * indexSizeInBytes),
  );
  if (!isBlock) {
    return {
      name,
      indices,
      fileOffset: fileOffset + valueAt,
      sizeInBytes: size,
      isBlock: false,
      isPacked: false,
    };
  }
  const inFile = Number(view.uint64(valueAt));
  if (!Number.isSafeInteger(inFile)) {
    return undefined;
  }
  return {
    name,
    indices,
    fileOffset: fileOffset + valueAt + blockHeadSizeInBytes + view.uint16(valueAt + 16),
    sizeInBytes: inFile,
    isBlock: true,
    isPacked: size === packedBlock || view.uint64(valueAt + 8) !== BigInt(inFile),
  };
}
