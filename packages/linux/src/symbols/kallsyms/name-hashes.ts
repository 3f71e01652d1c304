import { isUnreadable, resultOf } from '@vmcorekit/core';
import { namesPerMarker } from './markers.ts';
import { isStartHeld, type NameTable, soundBlock } from './name-blocks.ts';
import { hashOfName } from './names.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import type { TokenTable } from './token-table.ts';

/**
 * A hash of every name, in order: 32-bit FNV-1a over its bytes without the type letter; 0 for names
 * that cannot be read. One walk over all names serves any number of lookups, without a string for
 * each symbol. Yields now and then.
 */
export function* hashNames(
  window: ReadOnlyWindow,
  table: NameTable,
  tokens: TokenTable,
): Generator<void, Uint32Array, void> {
  const hashes = new Uint32Array(table.count);
  for (let block = 0; block < table.markers.count; block++) {
    hashBlock(window, table, tokens, block, hashes);
    if (block % 32 === 31) {
      yield;
    }
  }
  return hashes;
}

/** The same in one go. */
export function hashesOfNames(
  window: ReadOnlyWindow,
  table: NameTable,
  tokens: TokenTable,
): Uint32Array {
  return resultOf(hashNames(window, table, tokens));
}

function hashBlock(
  window: ReadOnlyWindow,
  table: NameTable,
  tokens: TokenTable,
  block: number,
  hashes: Uint32Array,
): void {
  try {
    if (!isStartHeld(window, table, block)) {
      return;
    }
    const starts = soundBlock(window, table, block);
    for (let place = 0; place + 1 < starts.length; place++) {
      const [start = 0, end = 0] = [starts[place], starts[place + 1]];
      hashes[block * namesPerMarker + place] = hashOfName(window, table, tokens, start, end);
    }
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
  }
}
