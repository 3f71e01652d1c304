import { isUnreadable, resultOf } from '@vmcorekit/core';
import { namesPerMarker } from './markers.ts';
import { type NameTable, soundBlock } from './name-blocks.ts';
import { forEachByte } from './names.ts';
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
    const starts = soundBlock(window, table, block);
    for (let place = 0; place + 1 < starts.length; place++) {
      let hash = fnvStart;
      let isType = true;
      forEachByte(window, table, tokens, starts[place] ?? 0, starts[place + 1] ?? 0, (byte) => {
        hash = isType ? hash : Math.imul(hash ^ byte, fnvPrime);
        isType = false;
      });
      hashes[block * namesPerMarker + place] = hash;
    }
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
  }
}

const fnvStart = 0x811c9dc5 | 0;
const fnvPrime = 0x01000193;

/** The hash of one name, as `hashNames` computes it. */
export function hashOfName(name: string): number {
  let hash = fnvStart;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ (name.charCodeAt(at) & 0xff), fnvPrime);
  }
  return hash >>> 0;
}
