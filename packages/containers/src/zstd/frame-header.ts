import { type ByteSource, hex, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';

/** Source: RFC 8878, section 3.1.1. */
export const magic = { frame: 0xfd2fb528 } as const;
export const checksumInBytes = 4;
const magicInBytes = 4;
const longestInBytes = 18;
/** zstd itself decodes no more by default (`--long=31`, `--memory`). */
const maxWindowInBytes: number = 128 << 20;
const structure = 'zstd frame header';

/** The header of a frame. */
export interface ZstdFrame {
  readonly fileOffset: number;
  /** File offset of its first block. */
  readonly blocksAt: number;
  readonly windowInBytes: number;
  readonly hasChecksum: boolean;
  /** Null where the header does not say. */
  readonly contentSizeInBytes: number | null;
}

/** Reads the header of a frame. Throws `truncated`, `malformed` and `unsupported`. */
export function readFrameHeader(file: ByteSource, fileOffset: number): ZstdFrame {
  const length = Math.min(longestInBytes, file.sizeInBytes - fileOffset);
  const view = new StructView(
    readExactly(file, fileOffset, length, structure),
    'little',
    structure,
    fileOffset,
  );
  const descriptor = view.uint8(magicInBytes);
  if ((descriptor & 0x08) !== 0) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field: 'descriptor',
      wanted: 'its reserved bit 0',
      got: descriptor,
    });
  }
  const isSingle = (descriptor & 0x20) !== 0;
  const idInBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeInBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const idAt = magicInBytes + 1 + (isSingle ? 0 : 1);
  if (numberAt(view, idAt, idInBytes) !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `the zstd frame at ${hex(fileOffset)} of ${file.name} wants a dictionary`,
      advice: 'decompress it first: zstd -dc -D DICTIONARY FILE > DUMP',
    });
  }
  const sizeAt = idAt + idInBytes;
  const contentSizeInBytes =
    sizeInBytes === 0 ? null : numberAt(view, sizeAt, sizeInBytes) + (sizeInBytes === 2 ? 256 : 0);
  const windowInBytes =
    isSingle && contentSizeInBytes !== null
      ? contentSizeInBytes
      : windowOf(view.uint8(magicInBytes + 1));
  if (windowInBytes > maxWindowInBytes) {
    throw new VmcorekitError('unsupported', {
      what: `the zstd frame at ${hex(fileOffset)} of ${file.name} wants a window of ${windowInBytes} bytes, more than ${maxWindowInBytes}`,
      advice: 'decompress it first: zstd -dc --long=31 FILE > DUMP',
    });
  }
  return {
    fileOffset,
    blocksAt: fileOffset + sizeAt + sizeInBytes,
    windowInBytes,
    hasChecksum: (descriptor & 4) !== 0,
    contentSizeInBytes,
  };
}

/** Source: RFC 8878, section 3.1.1.1.2. */
function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function numberAt(view: StructView, at: number, sizeInBytes: number): number {
  switch (sizeInBytes) {
    case 0:
      return 0;
    case 1:
      return view.uint8(at);
    case 2:
      return view.uint16(at);
    case 4:
      return view.uint32(at);
    default:
      return view.uint53(at, 'content size');
  }
}
