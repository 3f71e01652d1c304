import { hexOf } from '@vmcorekit/core';
import type { MemoryStretch } from '../../protocol/memory-calls.ts';
import type { ReadMemory } from './memory-windows.ts';

/** The state of a byte, or that it is not known yet. */
export type ByteKind = MemoryStretch['state'] | 'waiting';

/** What a row shows. */
export interface ByteRow {
  /** The one state of all its bytes, or `mixed`. */
  readonly kind: ByteKind | 'mixed';
  /** Its states from left to right, each with the number of its bytes. */
  readonly kinds: readonly { readonly kind: ByteKind; readonly count: number }[];
  /** Two hexadecimal digits a byte, or two marks where there is none. `columnOf` says where. */
  readonly digits: string;
  readonly text: string;
}

/** A part of the digits of a row that looks alike. */
export interface DigitPiece {
  readonly kind: ByteKind;
  readonly digits: string;
  /** Whether it is the one byte that is selected. */
  readonly isChosen: boolean;
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

/** Where the digits of a byte begin in its row: a space parts bytes, two part groups of eight. */
export function columnOf(index: number): number {
  return index * 3 + (index >> 3);
}

/** The row at an address; undefined memory is still to be read. */
export function byteRow(
  memory: ReadMemory | undefined,
  address: bigint,
  bytesPerRow: number,
): ByteRow {
  const kinds: { kind: ByteKind; count: number }[] = [];
  let digits = '';
  let text = '';
  let index = 0;
  const add = (kind: ByteKind, byte: number | undefined): void => {
    const last = kinds.at(-1);
    if (last?.kind === kind) {
      last.count += 1;
    } else {
      kinds.push({ kind, count: 1 });
    }
    const gap = index === 0 ? '' : index % 8 === 0 ? '  ' : ' ';
    digits += gap + (byte === undefined ? marks[kind] : hexOf[byte]);
    text += byte === undefined ? ' ' : characters[byte];
    index += 1;
  };
  for (const { address: start, state, bytes, lengthInBytes } of memory ?? []) {
    const skipped = Number(address + BigInt(index) - start);
    for (let at = skipped; at >= 0 && at < lengthInBytes && index < bytesPerRow; at++) {
      add(state, bytes?.[at]);
    }
  }
  while (index < bytesPerRow) {
    add('waiting', undefined);
  }
  const [first] = kinds;
  return {
    kind: first === undefined || kinds.length > 1 ? 'mixed' : first.kind,
    kinds,
    digits,
    text,
  };
}

/** The digits of a row in as few pieces as its states and the selected byte allow; -1 for none. */
export function digitPieces({ kinds, digits }: ByteRow, chosen: number): DigitPiece[] {
  const pieces: DigitPiece[] = [];
  let column = 0;
  let first = 0;
  const addUpTo = (end: number, kind: ByteKind, isChosen: boolean): void => {
    if (end > column) {
      pieces.push({ kind, digits: digits.slice(column, end), isChosen });
      column = end;
    }
  };
  for (const { kind, count } of kinds) {
    const next = first + count;
    if (chosen >= first && chosen < next) {
      addUpTo(columnOf(chosen), kind, false);
      addUpTo(columnOf(chosen) + 2, kind, true);
    }
    const isLast = columnOf(next) >= digits.length;
    addUpTo(isLast ? digits.length : columnOf(next), kind, false);
    first = next;
  }
  return pieces;
}
