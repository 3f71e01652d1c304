import type { NameTable } from './names.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import type { TokenTable } from './token-table.ts';

/**
 * How a kernel writes its symbols' addresses, none of which says so itself:
 * `absolute` words (`kallsyms_addresses`); `relative` unsigned offsets from `kallsyms_relative_base` (Linux 4.6 and later); `percpu`
 * offsets of which a negative one is `base - 1 - offset` and any other the address itself (CONFIG_KALLSYMS_ABSOLUTE_PERCPU: x86 up to
 * Linux 6.14); `place` signed offsets, each from where it stands itself (Linux 7.x, no base).
 * Source: kallsyms_sym_address() in Linux, kernel/kallsyms.c.
 */
export interface AddressTable {
  readonly encoding: 'absolute' | 'relative' | 'percpu' | 'place';
  readonly offset: number;
  /** `kallsyms_relative_base`, as the running kernel relocated it; 0 where there is none. */
  readonly base: bigint;
  /** The first byte after the table and its base. */
  readonly endOffset: number;
}

/** An address of the table, unsigned. Throws where memory cannot be read. */
export function addressAt(window: ReadOnlyWindow, table: AddressTable, index: number): bigint {
  if (table.encoding === 'absolute') {
    return window.uint64(table.offset + 8 * index);
  }
  const at = table.offset + 4 * index;
  const offset = window.uint32(at);
  switch (table.encoding) {
    case 'relative':
      return BigInt.asUintN(64, table.base + BigInt(offset));
    case 'percpu':
      return offset < 0x80000000 ? BigInt(offset) : BigInt.asUintN(64, table.base - 1n - BigInt(offset | 0));
    case 'place':
      return BigInt.asUintN(64, window.start + BigInt(at) + BigInt(offset | 0));
  }
}

/**
 * The tables the addresses can be: offsets behind the tokens (Linux 6.4 and later) or before the count (up to 6.3), words before the
 * count. `isInImage` tells whether an address lies in the kernel image. Throws where memory cannot be read.
 */
export function* addressTables(
  window: ReadOnlyWindow,
  names: NameTable,
  tokens: TokenTable,
  isInImage: (address: bigint) => boolean,
): Generator<AddressTable, void, void> {
  const middle = names.count >> 1;
  const paddedSize = Math.ceil((4 * names.count) / 8) * 8;
  for (const offset of [Math.ceil(tokens.endOffset / 8) * 8, names.countOffset - 8 - paddedSize]) {
    const baseOffset = offset + paddedSize;
    if (offset >= 0 && offset % 8 === 0 && baseOffset + 8 <= window.sizeInBytes) {
      const base = window.uint64(baseOffset);
      if (isInImage(base)) {
        const isPercpu = window.uint32(offset + 4 * middle) >= 0x80000000;
        yield { encoding: isPercpu ? 'percpu' : 'relative', offset, base, endOffset: baseOffset + 8 };
      }
    }
  }
  const behind = Math.ceil(tokens.endOffset / 4) * 4;
  const place = { encoding: 'place', offset: behind, base: 0n, endOffset: behind + 4 * names.count } as const;
  if (place.endOffset <= window.sizeInBytes && isInImage(addressAt(window, place, middle))) {
    yield place;
  }
  const words = names.countOffset - 8 * names.count;
  if (words >= 0 && words % 8 === 0 && isInImage(window.uint64(words + 8 * middle))) {
    yield { encoding: 'absolute', offset: words, base: 0n, endOffset: names.countOffset };
  }
}
