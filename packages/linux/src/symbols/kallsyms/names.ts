import { fnv1aStart, fnv1aWith, tryRead, VmcorekitError } from '@vmcorekit/core';
import { greatestStep, type Markers, marker, namesPerMarker, word } from './markers.ts';
import { type NameTable, namesIn, namesOf, soundBlock } from './name-blocks.ts';
import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';
import type { TokenTable } from './token-table.ts';

/**
 * Kernels have about 200,000 symbols. The bound stops a hostile count from setting the size of
 * anything.
 */
const maxNames = 4 * 1024 * 1024;
/**
 * KSYM_NAME_LEN since Linux 6.1, and the type letter before it. Source: Linux,
 * include/linux/kallsyms.h.
 */
const longestNameInBytes = 512;
/**
 * Counts that fit are rare in names. The bound stops a hostile kernel from making every word one.
 */
const placesTried = 64;
const blocksChecked = 3;
const blocksLookedAt = 16;

/**
 * Finds `kallsyms_names` before its markers. It is the only place where the count before it (a
 * word, padded to eight bytes) fits the number of markers, and where a walk over the names meets
 * the markers. Undefined where that cannot be read, too.
 */
export function findNames(
  window: ReadOnlyWindow,
  markers: Markers,
  hasLongNames: boolean,
): NameTable | undefined {
  for (const count of [markers.count, markers.count - 1, markers.count - 2].filter(
    (least) => least >= 2,
  )) {
    const table = tryRead(() => namesWith(window, { ...markers, count }, hasLongNames));
    if (table !== undefined) {
      return table;
    }
  }
  return undefined;
}

function namesWith(
  window: ReadOnlyWindow,
  markers: Markers,
  hasLongNames: boolean,
): NameTable | undefined {
  const lastMarker = marker(window, markers, markers.count - 1);
  const alignment = markers.widthInBytes;
  const highest = markers.offset - lastMarker;
  const lowest = Math.max(8, highest - greatestStep);
  const fits = (count: number) =>
    count > (markers.count - 1) * namesPerMarker &&
    count <= markers.count * namesPerMarker &&
    count <= maxNames;
  let tries = 0;
  for (
    let offset = Math.floor(highest / alignment) * alignment;
    offset >= lowest;
    offset -= alignment
  ) {
    for (const countOffset of alignment === 4 ? [offset - 4, offset - 8] : [offset - 8]) {
      const count = word(window, countOffset, alignment);
      if (fits(count)) {
        const table = {
          offset,
          countOffset,
          count,
          markers,
          hasLongNames,
          blocks: new Map<number, Uint32Array>(),
        };
        if (agrees(window, table)) {
          return table;
        }
        if (++tries === placesTried) {
          return undefined;
        }
      }
    }
  }
  return undefined;
}

/**
 * Whether blocks of names end at the next marker. Checks three readable ones, including the last;
 * none may disagree.
 */
function agrees(window: ReadOnlyWindow, table: NameTable): boolean {
  const last = table.markers.count - 1;
  const looked = Array.from({ length: blocksLookedAt }, (_, look) =>
    Math.floor((last * look) / (blocksLookedAt - 1)),
  );
  let checked = 0;
  for (const block of new Set([last, 0, last >> 1, ...looked])) {
    const starts = tryRead(() => namesOf(window, table, block) ?? null);
    if (starts === null) {
      return false;
    }
    checked += starts !== undefined && starts.length > namesIn(table, block) ? 1 : 0;
    if (checked === blocksChecked) {
      break;
    }
  }
  return checked >= Math.min(blocksChecked, last);
}

/** The name of a symbol, without the type letter before it. Throws where memory cannot be read. */
export function nameOf(
  window: ReadOnlyWindow,
  table: NameTable,
  tokens: TokenTable,
  index: number,
): string {
  return typedNameOf(window, table, tokens, index).slice(1);
}

/**
 * The same without a check of the names before it, which saves a page where they continue after it.
 * Undefined where there is none.
 */
export function uncheckedNameOf(
  window: ReadOnlyWindow,
  table: NameTable,
  tokens: TokenTable,
  index: number,
): string | undefined {
  const place = index % namesPerMarker;
  const block = Math.floor(index / namesPerMarker);
  const starts = table.blocks.get(block) ?? namesOf(window, table, block, place + 1);
  return starts === undefined ? undefined : textAt(window, table, tokens, starts, place)?.slice(1);
}

/**
 * The type letter of a symbol, as `nm` prints it, with its name right after. Throws where memory
 * cannot be read.
 */
export function typedNameOf(
  window: ReadOnlyWindow,
  table: NameTable,
  tokens: TokenTable,
  index: number,
): string {
  const starts = soundBlock(window, table, Math.floor(index / namesPerMarker));
  const text = textAt(window, table, tokens, starts, index % namesPerMarker);
  if (text === undefined) {
    throw new VmcorekitError('not-mapped', {
      virtualAddress: window.start + BigInt(starts.at(-1) ?? 0),
      because: `the page that holds name ${index} is lost`,
    });
  }
  return text;
}

function textAt(
  window: ReadOnlyWindow,
  table: NameTable,
  tokens: TokenTable,
  starts: Uint32Array,
  place: number,
): string | undefined {
  const start = starts[place];
  const end = starts[place + 1];
  if (start === undefined || end === undefined) {
    return undefined;
  }
  const pieces = textsOf(tokens);
  let text = '';
  for (
    let at = start + lengthInBytes(window, table, start);
    at < end && text.length <= longestNameInBytes;
    at++
  ) {
    text += pieces[window.uint8(at)] ?? '';
  }
  return text.length > longestNameInBytes ? text.slice(0, longestNameInBytes + 1) : text;
}

const knownTexts: WeakMap<TokenTable, readonly string[]> = new WeakMap();

/** The tokens as texts: to join these takes a tenth of the time that joining bytes took. */
function textsOf(tokens: TokenTable): readonly string[] {
  let texts = knownTexts.get(tokens);
  if (texts === undefined) {
    texts = Array.from({ length: tokens.starts.length - 1 }, (_, token) =>
      String.fromCharCode(...tokens.bytes.subarray(tokens.starts[token], endOf(tokens, token))),
    );
    knownTexts.set(tokens, texts);
  }
  return texts;
}

/** Where a token's NUL stands. */
function endOf(tokens: TokenTable, token: number): number {
  return (tokens.starts[token + 1] ?? 1) - 1;
}

function lengthInBytes(window: ReadOnlyWindow, table: NameTable, start: number): 1 | 2 {
  return table.hasLongNames && window.uint8(start) >= 0x80 ? 2 : 1;
}

/** Signed, so that the variable of the loop below never leaves small integers. */
const smallStart = fnv1aStart | 0;

/**
 * 32-bit FNV-1a over the bytes of a name whose length comes first, without the type letter; at most
 * the longest name. It reads pages and tokens itself, because a call for each byte took twice as
 * long. Throws where memory cannot be read.
 */
export function hashOfName(
  window: ReadOnlyWindow,
  table: NameTable,
  tokens: TokenTable,
  start: number,
  end: number,
): number {
  const { bytes, starts } = tokens;
  let hash = smallStart;
  let room = longestNameInBytes;
  let skipped = 1;
  let pageEnd = 0;
  let page: Uint8Array = bytes;
  for (let at = start + lengthInBytes(window, table, start); at < end; at++) {
    if (at >= pageEnd) {
      page = window.pageAt(at);
      pageEnd = at - (at % windowPageSizeInBytes) + windowPageSizeInBytes;
    }
    const token = page[at - pageEnd + windowPageSizeInBytes] ?? 0;
    const from = (starts[token] ?? 0) + skipped;
    const to = Math.min((starts[token + 1] ?? 1) - 1, from + room);
    for (let byte = from; byte < to; byte++) {
      hash = fnv1aWith(hash, bytes[byte] ?? 0);
    }
    skipped = to < from ? skipped : 0;
    room -= Math.max(0, to - from);
  }
  return hash;
}
