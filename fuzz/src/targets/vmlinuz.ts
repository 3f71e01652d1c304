import { gunzipSync, gzipSync } from 'node:zlib';
import { BufferSource, VmcorekitError } from '@vmcorekit/core';
import { Vmlinuz } from '@vmcorekit/format-elf';
import { buildVmlinux, buildVmlinuz, headOf, openContext, structsBtf } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';

const format = new Vmlinuz();
const limitInBytes = 1 << 20;

/** The payload is stored without compression, so changes reach the kernel in it. */
export const vmlinuz: FuzzTarget = {
  name: 'vmlinuz',
  summary: 'a bzImage, for the BTF and the identity of the kernel in it',
  seeds() {
    const kernel = buildVmlinux({
      banner: 'Linux version 6.1 (a@b) #1\n',
      buildId: '0123456789abcdef0123',
      btf: structsBtf({ list_head: { size: 16, members: { next: 0 } } }),
      isStripped: true,
    }).bytes;
    return [
      buildVmlinuz({ payload: gzipSync(kernel, { level: 0 }) }),
      buildVmlinuz({ payload: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...kernel, 1, 2, 3, 4) }),
    ];
  },
  async run(bytes) {
    format.probe(headOf(bytes));
    const table = await format.open(new BufferSource(bytes, 'fuzz'), {
      compressors: openContext().compressors,
      async unpack(part) {
        const packed = new Uint8Array(part.sizeInBytes);
        part.readInto(0, packed);
        return new BufferSource(unpacked(packed), 'fuzz');
      },
    });
    return `${table.banner === undefined ? '' : 'banner'} ${table.buildId === undefined ? '' : 'id'}`;
  },
};

/** Without its check sum, which no change would pass: a stored block is the bytes themselves. */
function unpacked(packed: Uint8Array): Uint8Array {
  if (packed[0] === 0x28) {
    return packed.subarray(4);
  }
  try {
    return gunzipSync(packed, { maxOutputLength: limitInBytes });
  } catch (error) {
    throw new VmcorekitError(
      'bad-data',
      { codec: 'gzip', because: String(error) },
      { cause: error },
    );
  }
}
