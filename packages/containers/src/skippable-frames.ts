import {
  type ByteSource,
  hex,
  type Progress,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { magic } from './lz4/frame.ts';
import { blocksPerStep, wordAt } from './packed-blocks.ts';

/** Source: RFC 8878, 3.1.2; LZ4 Frame Format Description, "Skippable Frames". */
const headInBytes = 8;

/**
 * Where the skippable frames end that a file of zstd or lz4 frames begins with: 0 for none, and
 * beyond the head where the last one is longer than it.
 */
export function endOfSkippable(head: Uint8Array): number {
  const view = new StructView(head, 'little', 'skippable frame');
  let at = 0;
  while (at + headInBytes <= head.length) {
    if ((view.uint32(at) & magic.skippableMask) >>> 0 !== magic.skippable) {
      break;
    }
    at += headInBytes + view.uint32(at + 4);
  }
  return at;
}

/**
 * Where the skippable frame at an offset ends. Throws `truncated` where the file ends within it: it
 * may also have lost the frames after it.
 */
export function skippableEnd(file: ByteSource, fileOffset: number): number {
  const structure = 'skippable frame';
  const size = readExactly(file, fileOffset + 4, 4, structure);
  const wanted = headInBytes + new DataView(size.buffer).getUint32(0, true);
  const got = file.sizeInBytes - fileOffset;
  if (wanted > got) {
    const fileSize = file.sizeInBytes;
    throw new VmcorekitError('truncated', { structure, fileOffset, wanted, got, fileSize });
  }
  return fileOffset + wanted;
}

/**
 * Throws `unsupported` for a file of lz4 frames. A probe sees only the head of a file, so it takes
 * one that begins with longer skippable frames for zstd.
 */
export function* refuseLz4(file: ByteSource): Generator<Progress, void, void> {
  let at = 0;
  for (let frames = 0; at < file.sizeInBytes; frames++) {
    const word = wordAt(file, at, true) ?? 0;
    if (word === magic.frame || word === magic.legacy) {
      throw new VmcorekitError('unsupported', {
        what: `${file.name} has an lz4 frame at file offset ${hex(at)}, after ${frames} skippable frames: more of them than are looked at`,
        advice: 'decompress it first: lz4 -dc FILE > DUMP',
      });
    }
    if ((word & magic.skippableMask) >>> 0 !== magic.skippable) {
      return;
    }
    at = skippableEnd(file, at);
    if (frames % blocksPerStep === 0) {
      const fraction = Math.min(1, at / file.sizeInBytes);
      yield { kind: 'progress', doing: 'passing over skippable frames', fraction };
    }
  }
}
