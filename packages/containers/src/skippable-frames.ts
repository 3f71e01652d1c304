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
/** Passing over so many takes half a second. pzstd writes one before each frame. */
const maxInARow: number = 1 << 16;

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

/** Skippable frames that follow each other in a file: a hostile one has millions of them. */
export class SkippableRun {
  readonly #file: ByteSource;
  #count = 0;

  constructor(file: ByteSource) {
    this.#file = file;
  }

  /** How many were passed over since a frame with contents. */
  get count(): number {
    return this.#count;
  }

  /**
   * Where the skippable frame at an offset ends; undefined where none begins there. Throws
   * `truncated` where the file ends within it: it may also have lost the frames after it. Throws
   * `unsupported` for more of them in a row than any program writes.
   */
  endAt(fileOffset: number): number | undefined {
    const file = this.#file;
    const word = wordAt(file, fileOffset, true) ?? 0;
    if ((word & magic.skippableMask) >>> 0 !== magic.skippable) {
      this.#count = 0;
      return undefined;
    }
    if (this.#count === maxInARow) {
      throw new VmcorekitError('unsupported', {
        what: `${file.name} has more than ${maxInARow} skippable frames after each other, of zstd or lz4 (at file offset ${hex(fileOffset)})`,
        advice: 'decompress it first: zstd -dc FILE > DUMP, or lz4 -dc FILE > DUMP',
      });
    }
    this.#count++;
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
}

/**
 * Throws `unsupported` for a file of lz4 frames, or of skippable ones alone. A probe sees only the
 * head of a file, so it takes one that begins with longer skippable frames for zstd.
 */
export function* refuseOtherThanZstd(file: ByteSource): Generator<Progress, void, void> {
  const run = new SkippableRun(file);
  let at = 0;
  while (at < file.sizeInBytes) {
    const passed = run.count;
    const next = run.endAt(at);
    if (next === undefined) {
      refuseLz4(file, at, passed);
      return;
    }
    at = next;
    if (run.count % blocksPerStep === 0) {
      const fraction = Math.min(1, at / file.sizeInBytes);
      yield { kind: 'progress', doing: 'passing over skippable frames', fraction };
    }
  }
  if (run.count > 0) {
    throw new VmcorekitError('unsupported', {
      what: `${file.name} has only skippable frames, ${run.count} of them, which hold no contents`,
      advice: 'compress the dump again',
    });
  }
}

function refuseLz4(file: ByteSource, fileOffset: number, framesBefore: number): void {
  const word = wordAt(file, fileOffset, true);
  if (word === magic.frame || word === magic.legacy) {
    throw new VmcorekitError('unsupported', {
      what: `${file.name} has an lz4 frame at file offset ${hex(fileOffset)}, after ${framesBefore} skippable frames: more of them than are looked at`,
      advice: 'decompress it first: lz4 -dc FILE > DUMP',
    });
  }
}
