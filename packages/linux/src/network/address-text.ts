import type { ByteOrder } from '@vmcorekit/core';

/**
 * The bytes of an integer that the kernel keeps in network byte order (`__be16`, `__be32`), out of
 * the number that a CPU of this byte order reads.
 */
export function networkBytes(value: number, sizeInBytes: 2 | 4, byteOrder: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  const view = new DataView(bytes.buffer);
  const isLittle = byteOrder === 'little';
  if (sizeInBytes === 2) {
    view.setUint16(0, value, isLittle);
  } else {
    view.setUint32(0, value, isLittle);
  }
  return bytes;
}

/** A `__be16`, such as a port or the type of an Ethernet frame. */
export function networkUint16(value: number, byteOrder: ByteOrder): number {
  const [high = 0, low = 0] = networkBytes(value, 2, byteOrder);
  return high * 256 + low;
}

/** An IPv4 address: `10.0.2.15`. */
export function ipv4Text(value: number, byteOrder: ByteOrder): string {
  return networkBytes(value, 4, byteOrder).join('.');
}

/**
 * An IPv6 address of 16 bytes in its short form: `fe80::1`, `::ffff:10.0.2.15`. Source: RFC 5952,
 * sections 4 and 5.
 */
export function ipv6Text(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${bytes.subarray(12, 16).join('.')}`;
  }
  const zeros = longestZeros(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return zeros.length < 2
    ? text(groups)
    : `${text(groups.slice(0, zeros.from))}::${text(groups.slice(zeros.from + zeros.length))}`;
}

/** The first of the longest runs of zeros. */
function longestZeros(groups: readonly number[]): { from: number; length: number } {
  let longest = { from: 0, length: 0 };
  let from = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) {
      from = index + 1;
    } else if (index + 1 - from > longest.length) {
      longest = { from, length: index + 1 - from };
    }
  }
  return longest;
}

/** A hardware address: `52:54:00:12:34:56`. */
export function hardwareText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
