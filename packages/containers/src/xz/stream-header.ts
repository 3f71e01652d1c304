import { blockCodecs, type XzCheck } from '@vmcorekit/compressors';
import { type ByteSource, hasAt, hex, hexText, readExactly, VmcorekitError } from '@vmcorekit/core';
import { malformed } from './malformed.ts';

/** Source: the .xz file format, sections 2.1.1 and 2.1.2. */
export const streamHeaderInBytes = 12;
export const streamFooterInBytes = 12;
/** Zeros after a stream: as much as any medium pads to. */
export const maxPaddingInBytes: number = 1 << 20;
export const xzMagic = '\xfd7zXZ\0';
const footerMagic = 'YZ';
const flagsAt = 6;
/** By the number of the check; there are 64 bytes in one at most. */
const checkSizesInBytes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;
const checks: ReadonlyMap<number, XzCheck> = new Map([
  [0, 'none'],
  [1, 'crc32'],
  [4, 'crc64'],
]);

const sha256Check = 10;

/** What a stream's header says. */
export interface XzStream {
  /** The checksum of each block; `none` also where it is one that is not computed here. */
  readonly check: XzCheck;
  readonly checkInBytes: number;
  /** Whether it is a SHA-256, which only `verify` compares. */
  readonly isSha256: boolean;
  /** As they are in the file. */
  readonly flags: Uint8Array;
}

/** Reads the header of a stream. Throws `truncated` and `malformed`. */
export function readStreamHeader(file: ByteSource, fileOffset: number): XzStream {
  const bytes = readExactly(file, fileOffset, streamHeaderInBytes, 'xz stream header');
  if (!hasAt(bytes, 0, xzMagic)) {
    throw malformed('xz stream header', fileOffset, 'magic', hex(0xfd), bytes[0] ?? 0);
  }
  return streamOf(bytes.subarray(flagsAt, flagsAt + 2), bytes.subarray(8), fileOffset);
}

/** What a stream's footer says. */
export interface XzFooter {
  /** Of the index before it. */
  readonly indexInBytes: number;
  /** Its header's flags, once more. */
  readonly flags: Uint8Array;
}

/** Reads the footer of a stream. Throws `truncated` and `malformed`. */
export function readStreamFooter(file: ByteSource, fileOffset: number): XzFooter {
  const bytes = readExactly(file, fileOffset, streamFooterInBytes, 'xz stream footer');
  if (!hasAt(bytes, 10, footerMagic)) {
    throw malformed('xz stream footer', fileOffset, 'magic', "'YZ'", bytes[10] ?? 0);
  }
  const view = new DataView(bytes.buffer);
  const sum = blockCodecs().crc32(bytes.subarray(4, 10));
  if (view.getUint32(0, true) !== sum) {
    throw malformed('xz stream footer', fileOffset, 'CRC32', hex(sum), view.getUint32(0, true));
  }
  return { indexInBytes: (view.getUint32(4, true) + 1) * 4, flags: bytes.subarray(8, 10) };
}

/**
 * Checks what a stream's footer repeats: the size of its index, and its header's flags. Throws
 * `truncated` and `malformed`.
 */
export function checkStreamFooter(
  file: ByteSource,
  fileOffset: number,
  stream: XzStream,
  indexInBytes: number,
): void {
  const footer = readStreamFooter(file, fileOffset);
  if (footer.indexInBytes !== indexInBytes) {
    const wanted = `${indexInBytes}, that of the index`;
    throw malformed('xz stream footer', fileOffset, 'backward size', wanted, footer.indexInBytes);
  }
  const [wanted, got] = [stream.flags, footer.flags].map((flags) => hexText(flags));
  if (wanted !== got) {
    throw malformed(
      'xz stream footer',
      fileOffset,
      'flags',
      `${wanted}, as in its header`,
      `${got}`,
    );
  }
}

function streamOf(flags: Uint8Array, crc: Uint8Array, fileOffset: number): XzStream {
  const sum = blockCodecs().crc32(flags);
  const given = new DataView(crc.buffer, crc.byteOffset, 4).getUint32(0, true);
  if (given !== sum) {
    throw malformed('xz stream header', fileOffset, 'CRC32', hex(sum), given);
  }
  const [zero = 0, check = 0] = flags;
  if (zero !== 0 || check > 15) {
    throw new VmcorekitError('unsupported', {
      what: `an xz stream with flags ${hex((zero << 8) | check)}`,
      advice: 'decompress it first: xz -dc FILE > DUMP',
    });
  }
  return {
    check: checks.get(check) ?? 'none',
    checkInBytes: checkSizesInBytes[check] ?? 0,
    isSha256: check === sha256Check,
    flags,
  };
}
