import { blockCodecs } from '@vmcorekit/compressors';
import { type ByteSource, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';

/** Source: LZ4 Frame Format Description, 1.6.2. */
export const magic = {
  frame: 0x184d2204,
  legacy: 0x184c2102,
  skippable: 0x184d2a50,
  skippableMask: 0xfffffff0,
} as const;
/** The length of a block, whose highest bit says that it is stored. */
export const blockHeadInBytes = 4;
export const isStored = 0x80000000;
export const checksumInBytes = 4;
/** What each block of a legacy frame but the last holds. */
const legacyBlockInBytes = 8 << 20;
const magicInBytes = 4;
const flag = { version: 0xc0, independent: 0x20, blockChecksum: 0x10, contentSize: 0x08 } as const;
const laterFlag = { contentChecksum: 0x04, reserved: 0x02, dictionary: 0x01 } as const;
const versionOne = 0x40;
const structure = 'lz4 frame header';

/** The header of a frame. */
export interface Lz4Frame {
  /** File offset of its first block. */
  readonly blocksAt: number;
  /** What a block holds at most. */
  readonly maxBlockInBytes: number;
  /** False where blocks refer to what the blocks before them hold. */
  readonly isIndependent: boolean;
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
  /** Null where the header does not say. */
  readonly contentSizeInBytes: number | null;
  /** A legacy frame ends with the file, or where another begins. */
  readonly isLegacy: boolean;
}

export const legacyFrame = (fileOffset: number): Lz4Frame => ({
  blocksAt: fileOffset + magicInBytes,
  maxBlockInBytes: legacyBlockInBytes,
  isIndependent: true,
  hasBlockChecksums: false,
  hasContentChecksum: false,
  contentSizeInBytes: null,
  isLegacy: true,
});

/** Reads the header of a frame. Throws `truncated`, `malformed` and `unsupported`. */
export function readFrame(file: ByteSource, fileOffset: number): Lz4Frame {
  const [FLG = 0, BD = 0] = readExactly(file, fileOffset + magicInBytes, 2, structure);
  const malformed = (field: string, wanted: string, got: number): VmcorekitError =>
    new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
  if ((FLG & flag.version) !== versionOne || (FLG & laterFlag.reserved) !== 0) {
    throw malformed('FLG', 'version 1, and its reserved bit 0', FLG);
  }
  const sizeCode = (BD >> 4) & 7;
  if ((BD & 0x8f) !== 0 || sizeCode < 4) {
    throw malformed('BD', '0x40 to 0x70', BD);
  }
  if ((FLG & laterFlag.dictionary) !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `the lz4 frame at ${fileOffset} of ${file.name} wants a dictionary`,
      advice: 'decompress it first: lz4 -dc -D DICTIONARY FILE > DUMP',
    });
  }
  const sizeInBytes = (FLG & flag.contentSize) === 0 ? 0 : 8;
  const descriptor = readExactly(file, fileOffset + magicInBytes, 3 + sizeInBytes, structure);
  const sum = (blockCodecs().xxh32(descriptor.subarray(0, 2 + sizeInBytes)) >>> 8) & 0xff;
  const HC = descriptor[2 + sizeInBytes] ?? 0;
  if (HC !== sum) {
    throw malformed('HC', `its checksum, ${sum}`, HC);
  }
  const view = new StructView(descriptor, 'little', structure);
  return {
    blocksAt: fileOffset + magicInBytes + descriptor.length,
    maxBlockInBytes: 1 << (8 + 2 * sizeCode),
    isIndependent: (FLG & flag.independent) !== 0,
    hasBlockChecksums: (FLG & flag.blockChecksum) !== 0,
    hasContentChecksum: (FLG & laterFlag.contentChecksum) !== 0,
    contentSizeInBytes: sizeInBytes === 0 ? null : Number(view.uint64(2)),
    isLegacy: false,
  };
}
