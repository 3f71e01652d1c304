import { type ByteOrder, hasAt, latin1UntilNul, StructView, VmcorekitError } from '@vmcorekit/core';
import { diskdumpSignature, headerSizeInBytes, newestVersion, signature } from './layout.ts';

/** The file states none of these. They are what makes the header's numbers sensible. */
export interface Flavour {
  readonly wordSizeInBits: 32 | 64;
  readonly byteOrder: ByteOrder;
}

export const minBlockSizeInBytes = 512;
/** Larger than any page size Linux has had (256 KiB, on PPC44x and Hexagon). */
export const maxBlockSizeInBytes: number = 1024 * 1024;

/**
 * The order matters. Read as 32-bit, a 64-bit header has a zero high word in the place of
 * block_size or sub_hdr_size, and never passes.
 */
const flavours: readonly Flavour[] = [
  { wordSizeInBits: 32, byteOrder: 'little' },
  { wordSizeInBits: 32, byteOrder: 'big' },
  { wordSizeInBits: 64, byteOrder: 'little' },
  { wordSizeInBits: 64, byteOrder: 'big' },
];

export function hasSignature(head: Uint8Array): boolean {
  return latin1UntilNul(head.subarray(0, signature.length)) === signature;
}

export function hasDiskdumpSignature(head: Uint8Array): boolean {
  return hasAt(head, 0, diskdumpSignature);
}

/**
 * The flavour that passes the sanity checks, or undefined. `head` holds at least the header.
 * Version 0 reads the same in both byte orders, and big-endian pages of 4 KiB look like
 * little-endian ones of 1 MiB. Of several flavours, the one with the smallest header is right.
 */
export function detectFlavour(head: Uint8Array): Flavour | undefined {
  const sane = flavours.filter((flavour) => isSane(head, flavour));
  return sane.sort((a, b) => headerEnd(head, a) - headerEnd(head, b))[0];
}

/** Throws the clearest error for a header with a KDUMP signature that no flavour fits. */
export function refuseHeader(head: Uint8Array): never {
  const wanted = headerSizeInBytes[64];
  if (head.length < wanted) {
    const got = head.length;
    throw new VmcorekitError('truncated', {
      structure: 'KDUMP header',
      fileOffset: 0,
      wanted,
      got,
      fileSize: got,
    });
  }
  const versions = (['little', 'big'] as const).map((order) =>
    new StructView(head, order, 'KDUMP header').int32(8),
  );
  const version = versions.find((value) => value > newestVersion && value < 0x10000);
  if (version !== undefined) {
    throw new VmcorekitError('unsupported', {
      what: `KDUMP header version ${version}`,
      advice: `versions 1 to ${newestVersion} are read; a newer vmcorekit may read it`,
    });
  }
  throw new VmcorekitError('malformed', {
    structure: hasDiskdumpSignature(head) ? 'diskdump header' : 'KDUMP header',
    fileOffset: 8,
    field: 'block_size, sub_hdr_size, bitmap_blocks and max_mapnr',
    wanted: 'sensible values as 32- or 64-bit, little- or big-endian',
    got: valuesIn(head),
  });
}

/** The numbers of the likeliest flavour: with a sensible block size, of 64 bits, little-endian. */
function valuesIn(head: Uint8Array): string {
  const read = flavours
    .toSorted((one, other) => other.wordSizeInBits - one.wordSizeInBits)
    .map((flavour) => ({ ...flavour, ...sizesIn(head, flavour) }));
  const likely = read.filter(({ blockSize }) => isBlockSize(blockSize));
  return [...likely, ...read]
    .slice(0, 1)
    .map(
      ({ blockSize, subHeaderBlocks, bitmapBlocks, maxMapnr, wordSizeInBits, byteOrder }) =>
        `${blockSize}, ${subHeaderBlocks}, ${bitmapBlocks} and ${maxMapnr} as ${wordSizeInBits}-bit ${byteOrder}-endian`,
    )
    .join();
}

function isBlockSize(blockSize: number): boolean {
  return (
    blockSize >= minBlockSizeInBytes &&
    blockSize <= maxBlockSizeInBytes &&
    Number.isInteger(Math.log2(blockSize))
  );
}

/** Where the bitmaps begin. */
function headerEnd(head: Uint8Array, flavour: Flavour): number {
  const { blockSize, subHeaderBlocks } = sizesIn(head, flavour);
  return blockSize * (1 + subHeaderBlocks);
}

function sizesIn(head: Uint8Array, { wordSizeInBits, byteOrder }: Flavour) {
  const view = new StructView(head, byteOrder, 'KDUMP header');
  const status = wordSizeInBits === 64 ? 424 : 412;
  return {
    version: view.int32(8),
    blockSize: view.int32(status + 4),
    subHeaderBlocks: view.int32(status + 8),
    bitmapBlocks: view.uint32(status + 12),
    maxMapnr: view.uint32(status + 16),
  };
}

function isSane(head: Uint8Array, flavour: Flavour): boolean {
  if (head.length < headerSizeInBytes[flavour.wordSizeInBits]) {
    return false;
  }
  const { version, blockSize, subHeaderBlocks, bitmapBlocks, maxMapnr } = sizesIn(head, flavour);
  return (
    version >= 0 &&
    version <= newestVersion &&
    isBlockSize(blockSize) &&
    subHeaderBlocks >= 1 &&
    bitmapBlocks >= 1 &&
    8 * bitmapBlocks * blockSize >= (maxMapnr === 0xffffffff ? 1 : maxMapnr)
  );
}
