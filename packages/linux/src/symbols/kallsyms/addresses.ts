import { hex, VmcorekitError } from '@vmcorekit/core';
import type { AddressEncoding } from './layouts.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';

/** An entry known to be in order with others, spread over the table. */
export interface AddressSample {
  readonly index: number;
  readonly address: bigint;
}

/** The table of addresses, as one layout reads it. */
export interface AddressTable {
  readonly encoding: AddressEncoding;
  readonly offset: number;
  /** `kallsyms_relative_base`, as the running kernel relocated it; 0 where the layout has none. */
  readonly base: bigint;
  /** The first byte after the table and its base. */
  readonly endOffset: number;
  /** Ascending; empty before the table was tried. */
  readonly samples: readonly AddressSample[];
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
      return offset < 0x80000000
        ? BigInt(offset)
        : BigInt.asUintN(64, table.base - 1n - BigInt(offset | 0));
    case 'place':
      return BigInt.asUintN(64, window.start + BigInt(at) + BigInt(offset | 0));
  }
}

/**
 * The address of an entry, checked against the samples around it. Throws where it does not lie
 * between them: its page was overwritten, and a symbol at a wrong address makes the kernel look
 * like another.
 */
export function soundAddressAt(window: ReadOnlyWindow, table: AddressTable, index: number): bigint {
  const address = addressAt(window, table, index);
  const before = table.samples.findLast((sample) => sample.index <= index)?.address ?? 0n;
  const after = table.samples.find((sample) => sample.index >= index)?.address ?? address;
  if (address < before || address > after) {
    throw new VmcorekitError('not-mapped', {
      virtualAddress: address,
      because: `entry ${index} of kallsyms is not in order, it should lie between ${hex(before)} and ${hex(after)}`,
    });
  }
  return address;
}
