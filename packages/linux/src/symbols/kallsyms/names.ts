import { type Markers, marker, namesPerMarker } from './markers.ts';
import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';
import type { TokenTable } from './token-table.ts';

/** Kernels have about 200,000 symbols; the bound keeps a hostile count from sizing anything. */
const maxNames = 4 * 1024 * 1024;
/** Names of the last marker's block, and padding. */
const lastBlockLimitInBytes = namesPerMarker * 514;

/** `kallsyms_names` with its count and markers, checked against each other. */
export interface NameTable {
  readonly offset: number;
  /** Of `kallsyms_num_syms`, which lies before the names in every version. */
  readonly countOffset: number;
  readonly count: number;
  readonly markers: Markers;
}

/**
 * Finds `kallsyms_names` before its markers: the only place where the count in front of it (an unsigned int, padded to eight bytes up to
 * Linux 6.x; a long before 4.20) fits the number of markers, and walking the names meets the markers. Throws where memory cannot be read.
 */
export function findNames(window: ReadOnlyWindow, markers: Markers): NameTable | undefined {
  for (const count of [markers.count, markers.count - 1, markers.count - 2].filter((least) => least >= 2)) {
    const table = namesWith(window, { ...markers, count });
    if (table !== undefined) {
      return table;
    }
  }
  return undefined;
}

function namesWith(window: ReadOnlyWindow, markers: Markers): NameTable | undefined {
  const lastMarker = marker(window, markers, markers.count - 1);
  const highest = markers.offset - lastMarker;
  const lowest = Math.max(8, highest - lastBlockLimitInBytes);
  const fits = (count: number) =>
    count > (markers.count - 1) * namesPerMarker && count <= markers.count * namesPerMarker && count <= maxNames;
  for (let offset = Math.floor(highest / 4) * 4; offset >= lowest; offset -= 4) {
    for (const countOffset of [offset - 4, offset - 8]) {
      const count = window.uint32(countOffset);
      if (fits(count)) {
        const table = { offset, countOffset, count, markers };
        if (agrees(window, table)) {
          return table;
        }
      }
    }
  }
  return undefined;
}

function agrees(window: ReadOnlyWindow, table: NameTable): boolean {
  const { markers, count } = table;
  const last = markers.count - 1;
  for (const block of new Set([0, last >> 1, last - 1])) {
    const from = table.offset + marker(window, markers, block);
    if (skipNames(window, from, namesPerMarker) !== table.offset + marker(window, markers, block + 1)) {
      return false;
    }
  }
  const end = skipNames(window, table.offset + marker(window, markers, last), count - last * namesPerMarker);
  return end <= markers.offset && markers.offset - end < 8;
}

/** A lookup steps over hundreds of names, so this reads their lengths out of the page itself. */
function skipNames(window: ReadOnlyWindow, from: number, count: number): number {
  let at = from;
  let page = window.pageAt(at);
  let pageStart = at - (at % windowPageSizeInBytes);
  for (let name = 0; name < count; name++) {
    if (at - pageStart >= windowPageSizeInBytes) {
      page = window.pageAt(at);
      pageStart = at - (at % windowPageSizeInBytes);
    }
    const first = page[at - pageStart] ?? 0;
    at += first < 0x80 ? 1 + first : nameSizeAt(window, at);
  }
  return at;
}

/** Length byte or bytes and tokens. Lengths of 128 and more take two bytes, low seven bits first (since Linux 6.1). */
function nameSizeAt(window: ReadOnlyWindow, at: number): number {
  const first = window.uint8(at);
  return first < 0x80 ? 1 + first : 2 + ((first & 0x7f) | (window.uint8(at + 1) << 7));
}

/** Where the name of a symbol lies: its length byte. */
function nameOffset(window: ReadOnlyWindow, table: NameTable, index: number): number {
  const block = Math.floor(index / namesPerMarker);
  return skipNames(window, table.offset + marker(window, table.markers, block), index % namesPerMarker);
}

/** The name of a symbol, without the type letter in front of it. Throws where memory cannot be read. */
export function nameOf(window: ReadOnlyWindow, table: NameTable, tokens: TokenTable, index: number): string {
  return typedNameOf(window, table, tokens, index).slice(1);
}

/** The type letter of a symbol, as `nm` prints it, and its name right after. Throws where memory cannot be read. */
export function typedNameOf(window: ReadOnlyWindow, table: NameTable, tokens: TokenTable, index: number): string {
  const at = nameOffset(window, table, index);
  const size = nameSizeAt(window, at);
  let text = '';
  for (let token = at + (window.uint8(at) < 0x80 ? 1 : 2); token < at + size; token++) {
    const value = window.uint8(token);
    const end = (tokens.starts[value + 1] ?? 1) - 1;
    for (let byte = tokens.starts[value] ?? 0; byte < end; byte++) {
      text += String.fromCharCode(tokens.bytes[byte] ?? 0);
    }
  }
  return text;
}

/**
 * A hash of every name, in order: 32-bit FNV-1a over its bytes without the type letter. One walk over all names serves any number of
 * lookups, with no string a symbol. Yields now and then. Throws where memory cannot be read.
 */
export function* hashNames(window: ReadOnlyWindow, table: NameTable, tokens: TokenTable): Generator<void, Uint32Array, void> {
  const hashes = new Uint32Array(table.count);
  let at = table.offset;
  for (let index = 0; index < table.count; index++) {
    const end = at + nameSizeAt(window, at);
    at += window.uint8(at) < 0x80 ? 1 : 2;
    let hash = fnvStart;
    let isType = true;
    for (; at < end; at++) {
      const value = window.uint8(at);
      const stop = (tokens.starts[value + 1] ?? 1) - 1;
      for (let byte = tokens.starts[value] ?? 0; byte < stop; byte++) {
        if (isType) {
          isType = false;
        } else {
          hash = Math.imul(hash ^ (tokens.bytes[byte] ?? 0), fnvPrime);
        }
      }
    }
    hashes[index] = hash;
    if (index % 8192 === 8191) {
      yield;
    }
  }
  return hashes;
}

const fnvStart = 0x811c9dc5 | 0;
const fnvPrime = 0x01000193;

export function hashOfName(name: string): number {
  let hash = fnvStart;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ (name.charCodeAt(at) & 0xff), fnvPrime);
  }
  return hash >>> 0;
}
