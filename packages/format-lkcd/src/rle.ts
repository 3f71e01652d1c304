import { VmcorekitError } from '@vmcorekit/core';

/**
 * Undoes LKCD's run-length encoding, and returns the number of bytes written. A byte stands for
 * itself, unless it is 0. `0 0` is a zero. `0 N V` is the byte V, N + 1 times. Throws `bad-data`
 * for what ends within a run or does not fit. Source: the writer, LKCD's drivers/dump/dump_rle.c;
 * crash, lkcd_common.c. libkdumpfile 0.5.1 takes a run for N bytes, and reads no page with one.
 */
export function decodeRle(packed: Uint8Array, unpacked: Uint8Array): number {
  let written = 0;
  for (let at = 0; at < packed.length; ) {
    let value = packed[at++] ?? 0;
    let count = 1;
    if (value === 0) {
      const more = packed[at++];
      if (more === undefined || (more > 0 && at === packed.length)) {
        throw badData(`the data end within the run at byte ${at - 1}`);
      }
      if (more > 0) {
        count = more + 1;
        value = packed[at++] ?? 0;
      }
    }
    if (written + count > unpacked.length) {
      throw badData(`the data hold more than the ${unpacked.length} bytes of a page`);
    }
    unpacked.fill(value, written, written + count);
    written += count;
  }
  return written;
}

function badData(because: string): VmcorekitError {
  return new VmcorekitError('bad-data', { codec: 'rle', because });
}
