import { blockCodecs } from '@vmcorekit/compressors';
import { hex, VmcorekitError } from '@vmcorekit/core';
import { blockHeadInBytes, checksumInBytes, isStored } from './frame.ts';

/**
 * Decodes a block with its head, and its checksum where it has one. Throws `bad-data`. `history` is
 * what the blocks before it hold, at most 64 KiB of it.
 */
export function decodeBlock(
  packed: Uint8Array,
  unpacked: Uint8Array,
  history?: Uint8Array,
): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const head = view.getUint32(0, true);
  const length = head & ~isStored;
  const end = blockHeadInBytes + length;
  const data = packed.subarray(blockHeadInBytes, end);
  if (packed.length === end + checksumInBytes) {
    const [wanted, got] = [view.getUint32(end, true), blockCodecs().xxh32(data)];
    if (got !== wanted) {
      throw badData(`its checksum is ${hex(wanted)}, that of its data ${hex(got)}`);
    }
  }
  if ((head & isStored) === 0) {
    return blockCodecs().lz4(data, unpacked, history);
  }
  if (length > unpacked.length) {
    throw badData(`it stores ${length} bytes, wanted at most ${unpacked.length}`);
  }
  unpacked.set(data);
  return length;
}

function badData(because: string): VmcorekitError {
  return new VmcorekitError('bad-data', { codec: 'lz4', because });
}
