import { isUnreadable, tryRead } from '@vmcorekit/core';
import { addressTables } from './address-tables.ts';
import type { AddressTable } from './addresses.ts';
import { KallsymsTable, type KernelTests } from './kallsyms-table.ts';
import { type KallsymsLayout, kallsymsLayoutsOf } from './layouts.ts';
import { markersBefore, markersBeforeNumbers } from './markers.ts';
import type { NameTable } from './name-blocks.ts';
import { hashNames } from './name-hashes.ts';
import { findNames, nameOf, uncheckedNameOf } from './names.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import { findSortedNames, type SortedNames } from './sorted-names.ts';
import { readTokenTable, type TokenTable } from './token-table.ts';

/**
 * In a real kernel the first candidate is right; the bound stops a hostile one from offering
 * thousands.
 */
const markersTried = 16;

/**
 * Assembles kallsyms from the place of its digit tokens, by each layout that a Linux release had.
 * Every part must agree with the others; `isKernel` has the last word on the whole. Undefined where
 * anything does not fit, or where the data that locate the parts cannot be read.
 */
export function* assembleKallsyms(
  window: ReadOnlyWindow,
  digitRunOffset: number,
  kernel: KernelTests,
): Generator<void, KallsymsTable | undefined, void> {
  const tokens = tryRead(() => readTokenTable(window, digitRunOffset));
  if (tokens === undefined) {
    return undefined;
  }
  const found = new Map<string, NameTable | undefined>();
  for (const layout of kallsymsLayoutsOf(kernel.wordSizeInBits)) {
    const kind = `${layout.wordSizeInBytes} ${layout.hasLongNames} ${layout.numbersLie === 'before the tokens'}`;
    if (!found.has(kind)) {
      found.set(
        kind,
        tryRead(() => namesOfLayout(window, tokens, layout)),
      );
      yield;
    }
    const names = found.get(kind);
    const table =
      names === undefined ? undefined : yield* tableOfLayout(window, tokens, names, layout, kernel);
    if (table !== undefined) {
      return table;
    }
  }
  return undefined;
}

function* tableOfLayout(
  window: ReadOnlyWindow,
  tokens: TokenTable,
  names: NameTable,
  layout: KallsymsLayout,
  { isInImage, isKernel, beforeNames }: KernelTests,
): Generator<void, KallsymsTable | undefined, void> {
  try {
    for (const addresses of addressTables(window, names, tokens, layout, isInImage)) {
      yield;
      const sorted = sortedNames(window, tokens, names, placeOfNumbers(names, addresses, layout));
      beforeNames?.({ window, tokens, names, addresses, order: sorted });
      const order = sorted ?? (yield* hashNames(window, names, tokens));
      const table = new KallsymsTable({ window, tokens, names, addresses, order });
      if (isKernel(table)) {
        return table;
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

/** Unchecked names cost fewer pages, and in an intact table they agree as well. */
function sortedNames(
  window: ReadOnlyWindow,
  tokens: TokenTable,
  names: NameTable,
  place: number | undefined,
): SortedNames | undefined {
  return place === undefined
    ? undefined
    : (findSortedNames(
        window,
        names,
        place,
        (index) => uncheckedNameOf(window, names, tokens, index) ?? '',
      ) ?? findSortedNames(window, names, place, (index) => nameOf(window, names, tokens, index)));
}

function namesOfLayout(
  window: ReadOnlyWindow,
  tokens: TokenTable,
  layout: KallsymsLayout,
): NameTable | undefined {
  const { wordSizeInBytes, hasLongNames, numbersLie } = layout;
  if (numbersLie !== 'before the tokens') {
    const markers = markersBefore(window, tokens, wordSizeInBytes);
    return markers === undefined ? undefined : findNames(window, markers, hasLongNames);
  }
  let tries = 0;
  for (const markers of markersBeforeNumbers(window, tokens, wordSizeInBytes)) {
    const names = findNames(window, markers, hasLongNames);
    if (names !== undefined || ++tries === markersTried) {
      return names;
    }
  }
  return undefined;
}

function placeOfNumbers(
  names: NameTable,
  addresses: AddressTable,
  layout: KallsymsLayout,
): number | undefined {
  const { offset, count, widthInBytes } = names.markers;
  const { pointerSizeInBytes } = layout;
  return layout.numbersLie === 'before the tokens'
    ? Math.ceil((offset + count * widthInBytes) / pointerSizeInBytes) * pointerSizeInBytes
    : layout.numbersLie === 'after the addresses'
      ? addresses.endOffset
      : undefined;
}
