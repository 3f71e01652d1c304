import { isUnreadable } from '@vmcorekit/core';
import { type AddressTable, addressAt, addressTables } from './addresses.ts';
import { KallsymsTable } from './kallsyms-table.ts';
import { findMarkers } from './markers.ts';
import { findNames, hashNames, type NameTable, nameOf } from './names.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import { startOfNumbersBefore } from './sequence-numbers.ts';
import { findSortedNames } from './sorted-names.ts';
import { readTokenTable, type TokenTable } from './token-table.ts';

const samples = 16;
/** In a true kernel the first is right; a bound keeps a hostile one from making up thousands. */
const markersTried = 16;

/**
 * Puts kallsyms together from the place where its digit tokens stand. Every part must agree with the others; `isKernel` has the last
 * word on the whole. Undefined where anything does not fit or cannot be read.
 */
export function* assembleKallsyms(
  window: ReadOnlyWindow,
  digitRunOffset: number,
  isInImage: (address: bigint) => boolean,
  isKernel: (table: KallsymsTable) => boolean,
): Generator<void, KallsymsTable | undefined, void> {
  try {
    const tokens = readTokenTable(window, digitRunOffset);
    const names = tokens === undefined ? undefined : findNamesBefore(window, tokens);
    if (tokens === undefined || names === undefined) {
      return undefined;
    }
    for (const addresses of addressTables(window, names, tokens, isInImage)) {
      if (ascends(window, addresses, names)) {
        yield;
        const order =
          findSortedNames(window, names, sortedPlaces(names, tokens, addresses), (index) =>
            nameOf(window, names, tokens, index),
          ) ?? (yield* hashNames(window, names, tokens));
        const table = new KallsymsTable({ window, tokens, names, addresses, order });
        if (isKernel(table)) {
          return table;
        }
      }
    }
    return undefined;
  } catch (error) {
    if (isUnreadable(error)) {
      return undefined;
    }
    throw error;
  }
}

function findNamesBefore(window: ReadOnlyWindow, tokens: TokenTable): NameTable | undefined {
  const end = startOfNumbersBefore(window, tokens.offset);
  for (const widthInBytes of [4, 8] as const) {
    let tries = 0;
    for (const markers of findMarkers(window, end, widthInBytes)) {
      const names = findNames(window, markers);
      if (names !== undefined || ++tries === markersTried) {
        return names;
      }
    }
  }
  return undefined;
}

/** Before the tokens (Linux 6.2 and 6.3, and stable branches of 6.1), or behind the addresses (6.4 and later). */
function sortedPlaces(names: NameTable, tokens: TokenTable, addresses: AddressTable): number[] {
  const { markers, count } = names;
  const afterMarkers = Math.ceil((markers.offset + markers.count * markers.widthInBytes) / 8) * 8;
  const room = tokens.offset - afterMarkers - 3 * count;
  return room >= 0 && room < 8 ? [afterMarkers] : addresses.offset > tokens.offset ? [addresses.endOffset] : [];
}

/** The kernel sorts its symbols by address. */
function ascends(window: ReadOnlyWindow, addresses: AddressTable, names: NameTable): boolean {
  let last = 0n;
  for (let sample = 0; sample < samples; sample++) {
    const address = addressAt(window, addresses, Math.floor(((names.count - 1) * sample) / (samples - 1)));
    if (address < last) {
      return false;
    }
    last = address;
  }
  return last > 0n;
}
