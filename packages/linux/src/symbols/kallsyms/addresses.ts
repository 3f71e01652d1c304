import { hex, lowestIndex, VmcorekitError } from '@vmcorekit/core';
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
  /** The width of an address, where the table holds addresses themselves. */
  readonly pointerSizeInBytes: 4 | 8;
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
    return pointerAt(
      window,
      table.offset + table.pointerSizeInBytes * index,
      table.pointerSizeInBytes,
    );
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

/** An address of that width. The offset must be a multiple of it. */
export function pointerAt(
  window: ReadOnlyWindow,
  offset: number,
  pointerSizeInBytes: 4 | 8,
): bigint {
  return pointerSizeInBytes === 8 ? window.uint64(offset) : BigInt(window.uint32(offset));
}

/** Addresses as numbers that compare as they do: a search compares seventeen of them. */
export interface AddressKeys {
  /** Throws where memory cannot be read. */
  at(index: number): number;
  of(address: bigint): number;
}

/**
 * Added to addresses that are only numbers, like offsets of per-CPU data: their keys come before
 * those of an image.
 */
const ofNumbers = -(2 ** 53);
const highestNumber = 2n ** 52n;

/** Exact for numbers, and for addresses within 2^52 bytes of the image. */
export function addressKeys(window: ReadOnlyWindow, table: AddressTable): AddressKeys {
  const { encoding, offset, base, samples } = table;
  switch (encoding) {
    case 'absolute': {
      // The image holds the middle.
      const origin = samples[samples.length >> 1]?.address ?? 0n;
      const of = (address: bigint) => keyFrom(origin, address);
      return { of, at: (index) => of(addressAt(window, table, index)) };
    }
    case 'relative':
      return {
        at: (index) => window.uint32(offset + 4 * index),
        of: (address) => Number(address - base),
      };
    case 'percpu':
      return {
        at(index) {
          const value = window.uint32(offset + 4 * index);
          return value < 0x80000000 ? value + ofNumbers : -1 - (value | 0);
        },
        of: (address) => keyFrom(base, address),
      };
    case 'place':
      return {
        at(index) {
          const at = offset + 4 * index;
          return at + (window.uint32(at) | 0);
        },
        of: (address) => Number(address - window.start),
      };
  }
}

function keyFrom(origin: bigint, address: bigint): number {
  return address < highestNumber
    ? Number(address) + ofNumbers
    : Math.max(-(2 ** 52), Number(address - origin));
}

/**
 * The address of an entry, checked against the samples around it. Throws where it does not lie
 * between them: its page was overwritten, and a symbol at a wrong address makes the kernel look
 * like another.
 */
export function soundAddressAt(window: ReadOnlyWindow, table: AddressTable, index: number): bigint {
  const address = addressAt(window, table, index);
  const { samples } = table;
  const following = lowestIndex(samples.length, (at) => (samples[at]?.index ?? 0) <= index);
  const last = samples[following - 1];
  const before = last?.address ?? 0n;
  const after = (last?.index === index ? last : samples[following])?.address ?? address;
  if (address < before || address > after) {
    throw new VmcorekitError('not-mapped', {
      virtualAddress: address,
      because: `entry ${index} of kallsyms is not in order, it should lie between ${hex(before)} and ${hex(after)}`,
    });
  }
  return address;
}
