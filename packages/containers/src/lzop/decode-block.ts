import { blockCodecs } from '@vmcorekit/compressors';
import { type Compressor, hex, VmcorekitError } from '@vmcorekit/core';
import { flags } from './header.ts';

const lengthsInBytes = 8;
const checksumInBytes = 4;
/** In the order of the file. Those of packed data are left out of a block that is stored. */
const checksums = [
  { flag: flags.adler32OfUnpacked, isOfPacked: false, isCrc: false },
  { flag: flags.crc32OfUnpacked, isOfPacked: false, isCrc: true },
  { flag: flags.adler32OfPacked, isOfPacked: true, isCrc: false },
  { flag: flags.crc32OfPacked, isOfPacked: true, isCrc: true },
] as const;

/** The size of a block's checksums. */
export function checksumsInBytes(given: number, isCompressed: boolean): number {
  return checksumInBytes * checksumsOf(given, isCompressed).length;
}

/** Decodes a block with its head, and checks its checksums. Throws `bad-data`. */
export function decodeBlock(
  packed: Uint8Array,
  unpacked: Uint8Array,
  given: number,
  lzo: Compressor,
): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const isCompressed = view.getUint32(4) < view.getUint32(0);
  const dataAt = lengthsInBytes + checksumsInBytes(given, isCompressed);
  const data = packed.subarray(dataAt);
  let got = data.length;
  if (isCompressed) {
    got = lzo.decode(data, unpacked);
  } else {
    unpacked.set(data);
  }
  for (const [index, { isOfPacked, isCrc }] of checksumsOf(given, isCompressed).entries()) {
    const wanted = view.getUint32(lengthsInBytes + checksumInBytes * index);
    const covered = isOfPacked ? data : unpacked.subarray(0, got);
    const sum = isCrc ? blockCodecs().crc32(covered) : blockCodecs().adler32(covered);
    if (sum !== wanted) {
      const kind = isCrc ? 'CRC-32' : 'Adler-32';
      throw new VmcorekitError('bad-data', {
        codec: 'lzop',
        because: `its ${kind} is ${hex(wanted)}, that of its ${isOfPacked ? 'data' : 'contents'} ${hex(sum)}`,
      });
    }
  }
  return got;
}

function checksumsOf(given: number, isCompressed: boolean) {
  return checksums.filter(
    ({ flag, isOfPacked }) => (given & flag) !== 0 && (isCompressed || !isOfPacked),
  );
}
