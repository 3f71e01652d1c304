import { VmcorekitError } from '@vmcorekit/core';

/**
 * Applies a delta to a page: pairs of a number of bytes that stay and a number of bytes that
 * follow, each number in one or two bytes of LEB128. Throws `bad-data`. Source: QEMU,
 * docs/devel/migration/xbzrle.
 */
export function applyXbzrle(delta: Uint8Array, page: Uint8Array): void {
  let at = 0;
  let to = 0;
  const number = (): number => {
    const low = delta[at++] ?? -1;
    if (low < 0) {
      throw bad(`ends at byte ${at - 1}, within a pair`);
    }
    if (low < 0x80) {
      return low;
    }
    const high = delta[at++] ?? -1;
    if (high < 0 || high >= 0x80) {
      throw bad(`the number at byte ${at - 2} has no end`);
    }
    return (low & 0x7f) | (high << 7);
  };
  while (at < delta.length) {
    to += number();
    const changed = number();
    if (changed === 0 || to + changed > page.length) {
      throw bad(`${changed} bytes from ${to} on do not lie in a page of ${page.length}`);
    }
    if (at + changed > delta.length) {
      throw bad(`wants ${changed} bytes from byte ${at} on, has ${delta.length - at}`);
    }
    page.set(delta.subarray(at, at + changed), to);
    at += changed;
    to += changed;
  }
}

function bad(because: string): VmcorekitError<'bad-data'> {
  return new VmcorekitError('bad-data', { codec: 'xbzrle', because });
}
