import {
  type ByteSource,
  type Container,
  hex,
  magicAt,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';
import { openDeflate } from './deflate/open-deflate.ts';
import type { DeflateWrapping } from './deflate/wrapping.ts';

/** The header of a member and its trailer. Source: RFC 1952, section 2.3. */
const header = { ID: 0, CM: 2, FLG: 3, sizeInBytes: 10 } as const;
const trailer = { CRC32: 0, ISIZE: 4, sizeInBytes: 8 } as const;
const flags = { FHCRC: 2, FEXTRA: 4, FNAME: 8, FCOMMENT: 16, reserved: 0xe0 } as const;
const CM_DEFLATE = 8;
/** No name and no comment of a writer is longer. */
const maxTextInBytes = 64 * 1024;
const structure = 'gzip header';
const isGzip = magicAt(0, '\x1f\x8b\x08');

const wrapping: DeflateWrapping = {
  name: 'gzip',
  trailerInBytes: trailer.sizeInBytes,
  hasMembers: true,
  emptySum: 0,
  streamStart(file, headerOffset) {
    const bytes = new Uint8Array(header.sizeInBytes);
    const got = file.readInto(headerOffset, bytes);
    if (isGzip(bytes.subarray(0, got)) === undefined) {
      return undefined;
    }
    return endOfHeader(file, headerOffset);
  },
  sumWith: (inflater, before) => inflater.crc32(before),
  disagreement(view, sum, sizeInBytes) {
    const [crc32, isize] = [
      view.getUint32(trailer.CRC32, true),
      view.getUint32(trailer.ISIZE, true),
    ];
    if (crc32 !== sum) {
      return `its CRC32 is ${hex(crc32)}, that of its contents ${hex(sum)}`;
    }
    const wanted = sizeInBytes % 2 ** 32;
    return isize === wanted
      ? undefined
      : `its ISIZE is ${isize}, the size of its contents modulo 2^32 ${wanted}`;
  },
};

/** gzip with deflate, its only method; one member or many. Source: RFC 1952. */
export const gzip: Container = {
  name: 'gzip',
  probe({ head }) {
    const because = isGzip(head);
    const isKnown = because !== undefined && ((head[header.FLG] ?? 0) & flags.reserved) === 0;
    return isKnown ? { because, strength: 'signature' } : undefined;
  },
  open: (file, context) => openDeflate(file, wrapping, context),
};

function endOfHeader(file: ByteSource, fileOffset: number): number {
  const fixed = readExactly(file, fileOffset, header.sizeInBytes, structure);
  const FLG = fixed[header.FLG] ?? 0;
  if (fixed[header.CM] !== CM_DEFLATE || (FLG & flags.reserved) !== 0) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field: 'FLG',
      wanted: 'a number below 0x20',
      got: FLG,
    });
  }
  let at = fileOffset + header.sizeInBytes;
  if ((FLG & flags.FEXTRA) !== 0) {
    const length = readExactly(file, at, 2, structure);
    at += 2 + (length[0] ?? 0) + 256 * (length[1] ?? 0);
  }
  at = (FLG & flags.FNAME) === 0 ? at : afterText(file, at, 'name');
  at = (FLG & flags.FCOMMENT) === 0 ? at : afterText(file, at, 'comment');
  return (FLG & flags.FHCRC) === 0 ? at : at + 2;
}

function afterText(file: ByteSource, fileOffset: number, field: string): number {
  const bytes = new Uint8Array(maxTextInBytes);
  const end = bytes.subarray(0, file.readInto(fileOffset, bytes)).indexOf(0);
  if (end < 0) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field,
      wanted: `at most ${maxTextInBytes} bytes and a NUL`,
      got: 'no NUL',
    });
  }
  return fileOffset + end + 1;
}
