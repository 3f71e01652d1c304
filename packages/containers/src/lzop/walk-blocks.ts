import { type ByteSource, isVmcorekitError, type Progress, VmcorekitError } from '@vmcorekit/core';
import { stoppedAt, trailing } from '../contents.ts';
import { BoundedIndex, blocksPerStep, type PackedBlocks, wordAt } from '../packed-blocks.ts';
import { checksumsInBytes } from './decode-block.ts';
import { readLzopHeader } from './header.ts';

/** lzop writes 256 KiB. */
const maxBlockInBytes: number = 4 << 20;
/** Files after each other: lzop writes one. */
const maxMembers = 4096;
const structure = 'lzop block';

export interface LzopBlocks extends PackedBlocks {
  /** The flags of each file in the file, and the number of its first block. */
  readonly members: readonly { readonly firstBlock: number; readonly flags: number }[];
}

/** Indexes the blocks by their heads. Throws where there is no header or no first block. */
export function* walkBlocks(file: ByteSource): Generator<Progress, LzopBlocks, void> {
  const index = new BoundedIndex('lzop');
  const members: { firstBlock: number; flags: number }[] = [];
  let at = 0;
  try {
    for (;;) {
      const header = readLzopHeader(file, at);
      if (header === undefined) {
        break;
      }
      if (members.length === maxMembers) {
        throw new VmcorekitError('unsupported', {
          what: `an lzop file of more than ${maxMembers} files (at file offset ${at})`,
          advice: 'decompress it first: lzop -dc FILE > DUMP',
        });
      }
      members.push({ firstBlock: index.count, flags: header.flags });
      at = header.blocksAt;
      for (let unpacked = word(file, at); unpacked !== 0; unpacked = word(file, at)) {
        const packedInBytes = packedLength(file, at, unpacked, header.flags);
        index.push(at, packedInBytes, unpacked);
        at += packedInBytes;
        if (index.count % blocksPerStep === 0) {
          const fraction = at / file.sizeInBytes;
          yield { kind: 'progress', doing: 'indexing an lzop-compressed file', fraction };
        }
      }
      at += 4;
    }
    return { index: index.trim(), members, damage: trailing(file, at, 'lzop') };
  } catch (error) {
    const isCut = isVmcorekitError(error, 'truncated');
    if (!(isCut || isVmcorekitError(error, 'malformed')) || index.count === 0) {
      throw error;
    }
    const name = isCut ? 'compressed-unfinished' : 'compressed-damaged';
    const damage = [stoppedAt(name, error, error.facts.fileOffset, index.unpackedSizeInBytes)];
    return { index: index.trim(), members, damage };
  }
}

/** The length of a block with its head. */
function packedLength(file: ByteSource, at: number, unpacked: number, flags: number): number {
  const packed = word(file, at + 4);
  if (unpacked > maxBlockInBytes || packed > unpacked || packed === 0) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: at,
      field: 'unpacked and packed length',
      wanted: `at most ${maxBlockInBytes}, and no more than that`,
      got: `${unpacked}, ${packed}`,
    });
  }
  const wanted = 8 + checksumsInBytes(flags, packed < unpacked) + packed;
  if (at + wanted > file.sizeInBytes) {
    throw cut(file, at, wanted);
  }
  return wanted;
}

function word(file: ByteSource, fileOffset: number): number {
  const value = wordAt(file, fileOffset, false);
  if (value === undefined) {
    throw cut(file, fileOffset, 4);
  }
  return value;
}

function cut({ sizeInBytes }: ByteSource, fileOffset: number, wanted: number): VmcorekitError {
  const got = Math.max(0, sizeInBytes - fileOffset);
  return new VmcorekitError('truncated', {
    structure,
    fileOffset,
    wanted,
    got,
    fileSize: sizeInBytes,
  });
}
