import { hexOf } from '@vmcorekit/core';
import type { MemoryStretch } from '../../protocol/memory-calls.ts';
import type { ReadMemory } from './memory-windows.ts';

/** The state of a byte, or that it is not known yet. */
export type ByteKind = MemoryStretch['state'] | 'waiting';

/** What a row shows. */
export interface ByteRow {
  /** The one state of all its bytes, or `mixed`. */
  readonly kind: ByteKind | 'mixed';
  readonly kinds: readonly ByteKind[];
  /** Two hexadecimal digits, or two marks where there is no byte. */
  readonly digits: readonly string[];
  readonly text: string;
}

const characters: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
);
/** What stands in the place of a byte. */
const marks: Readonly<Record<ByteKind, string>> = {
  stored: '??',
  zero: '00',
  excluded: '··',
  absent: '  ',
  corrupt: '!!',
  unmapped: '--',
  waiting: '  ',
};

/** The row at an address; undefined memory is still to be read. */
export function byteRow(
  memory: ReadMemory | undefined,
  address: bigint,
  bytesPerRow: number,
): ByteRow {
  const kinds: ByteKind[] = [];
  const digits: string[] = [];
  let text = '';
  let index = 0;
  for (const stretch of memory ?? []) {
    const skipped = Number(address + BigInt(index) - stretch.address);
    const { state, bytes, lengthInBytes } = stretch;
    for (let at = skipped; at >= 0 && at < lengthInBytes && index < bytesPerRow; at++, index++) {
      const byte = bytes?.[at];
      kinds.push(state);
      digits.push(byte === undefined ? marks[state] : (hexOf[byte] ?? ''));
      text += byte === undefined ? ' ' : (characters[byte] ?? '.');
    }
  }
  for (; index < bytesPerRow; index++) {
    kinds.push('waiting');
    digits.push(marks.waiting);
    text += ' ';
  }
  const [first = 'waiting'] = kinds;
  return { kind: kinds.every((kind) => kind === first) ? first : 'mixed', kinds, digits, text };
}
