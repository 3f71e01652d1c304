import { Inflater } from '@vmcorekit/compressors';
import {
  type ByteSource,
  type ClaimStrength,
  type Container,
  type FileHead,
  hex,
  isVmcorekitError,
  isZero,
  probedBytes,
  VmcorekitError,
} from '@vmcorekit/core';
import { openDeflate } from './deflate/open-deflate.ts';
import type { DeflateWrapping } from './deflate/wrapping.ts';

/** Source: RFC 1950, section 2.2. */
const header = { CMF: 0, FLG: 1, sizeInBytes: 2 } as const;
const CM_DEFLATE = 8;
const CINFO_MAX = 7;
const FDICT = 0x20;
const ADLER32_IN_BYTES = 4;
/** A head of bytes that are no symbols ends closer to its start than this. */
const undecodedInBytes = 8;

const wrapping: DeflateWrapping = {
  name: 'zlib',
  trailerInBytes: ADLER32_IN_BYTES,
  hasMembers: false,
  emptySum: 1,
  streamStart(file: ByteSource, headerOffset: number) {
    const bytes = new Uint8Array(header.sizeInBytes);
    file.readInto(headerOffset, bytes);
    if (!isHeader(bytes)) {
      throw new VmcorekitError('malformed', {
        structure: 'zlib header',
        fileOffset: headerOffset,
        field: 'CMF and FLG',
        wanted: 'method 8, no dictionary, and a multiple of 31',
        got: `${hex(bytes[header.CMF] ?? 0)} ${hex(bytes[header.FLG] ?? 0)}`,
      });
    }
    return headerOffset + header.sizeInBytes;
  },
  sumWith: (inflater, before) => inflater.adler32(before),
  disagreement(view, sum) {
    const adler32 = view.getUint32(0);
    return adler32 === sum
      ? undefined
      : `its ADLER32 is ${hex(adler32)}, that of its contents ${hex(sum)}`;
  },
};

/**
 * A zlib stream, as LiME writes it with `compress=1`. Its header of two bytes proves little, so the
 * head of the file must also decode. Source: RFC 1950.
 */
export const zlib: Container = {
  name: 'zlib',
  probe(file) {
    const strength = isHeader(file.head) ? strengthOf(file) : undefined;
    return strength === undefined
      ? undefined
      : { because: 'begins with a zlib header, and what follows inflates', strength };
  },
  open: (file, context) => openDeflate(file, wrapping, context),
};

function isHeader(head: Uint8Array): boolean {
  const [CMF = 0, FLG = 0] = head;
  return (
    (CMF & 15) === CM_DEFLATE &&
    CMF >> 4 <= CINFO_MAX &&
    (FLG & FDICT) === 0 &&
    (CMF * 256 + FLG) % 31 === 0
  );
}

let probing: Inflater | undefined;

/**
 * Certain where a head of 64 KiB decodes, or where a stream with a right checksum is all of the
 * file. Undefined where neither all of the head decodes nor a whole stream lies in it.
 */
function strengthOf({ head, sizeInBytes }: FileHead): ClaimStrength | undefined {
  probing ??= new Inflater('zlib');
  const inflater = probing;
  const read = (at: number, target: Uint8Array): number => {
    const part = head.subarray(at, at + target.length);
    target.set(part);
    return part.length;
  };
  let total = 0;
  let sum = 1;
  try {
    const bit = 8 * header.sizeInBytes;
    inflater.begin(read, { bit, blockBit: bit }, new Uint8Array(0));
    for (let isEnded = false; !isEnded; ) {
      isEnded = inflater.next() === 'ended';
      total += inflater.output.length;
      sum = inflater.adler32(sum);
      inflater.clear();
    }
    const trailer = new Uint8Array(ADLER32_IN_BYTES);
    const got = read(inflater.fileOffset, trailer);
    if (got < ADLER32_IN_BYTES) {
      return 'likely';
    }
    const isWhole = head.length === sizeInBytes && isZero(head.subarray(inflater.fileOffset + got));
    const isRight = new DataView(trailer.buffer).getUint32(0) === sum;
    return isRight ? (isWhole ? 'signature' : 'likely') : undefined;
  } catch (error) {
    if (!isVmcorekitError(error, 'bad-data')) {
      throw error;
    }
    total += inflater.output.length;
    if (total === 0 || inflater.fileOffset < head.length - undecodedInBytes) {
      return undefined;
    }
    return head.length === probedBytes ? 'signature' : 'likely';
  }
}
