import { VmcorekitError } from '@vmcorekit/core';
import { type Markers, marker, namesPerMarker } from './markers.ts';
import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';

const cachedBlocks = 64;

/** `kallsyms_names` with its count and markers, checked against each other. */
export interface NameTable {
  readonly offset: number;
  /** The place of `kallsyms_num_syms`, which comes before the names in every version. */
  readonly countOffset: number;
  readonly count: number;
  readonly markers: Markers;
  /** Whether a length of 128 tokens or more takes two bytes. */
  readonly hasLongNames: boolean;
  /** For the blocks used last: the start of each name, and the end of the last one. */
  readonly blocks: Map<number, Uint32Array>;
}

/**
 * The start of each name in a block, and the end of the last one. Undefined where the block does
 * not end at the next marker: damage moves every later name. Where a page within the block is lost,
 * only the names before it: fewer than `namesIn`. Where only `names` are asked for, only these,
 * with nothing to check them. Throws where the first page cannot be read.
 */
export function namesOf(
  window: ReadOnlyWindow,
  table: NameTable,
  block: number,
  names: number = namesIn(table, block),
): Uint32Array | undefined {
  const { markers, offset, hasLongNames } = table;
  const isLast = block === markers.count - 1;
  const starts = new Uint32Array(names + 1);
  const end = isLast ? markers.offset : offset + marker(window, markers, block + 1);
  let at = offset + marker(window, markers, block);
  let page = window.pageAt(at);
  let pageStart = at - (at % windowPageSizeInBytes);
  for (let name = 0; name < names; name++) {
    if (at >= end) {
      return undefined;
    }
    starts[name] = at;
    if (at - pageStart >= windowPageSizeInBytes) {
      const next = window.tryPageAt(at);
      if (next === undefined) {
        return starts.subarray(0, name + 1);
      }
      page = next;
      pageStart = at - (at % windowPageSizeInBytes);
    }
    const length = page[at - pageStart] ?? 0;
    if (length === 0) {
      return undefined;
    }
    at +=
      length < 0x80 || !hasLongNames
        ? 1 + length
        : 2 + ((length & 0x7f) | (window.uint8(at + 1) << 7));
  }
  starts[names] = at;
  if (names < namesIn(table, block)) {
    return starts;
  }
  return (isLast ? at <= end && end - at < 8 : at === end) ? starts : undefined;
}

/** Whether the first page of a block can be read. Throws where its marker cannot. */
export function isStartHeld(
  window: ReadOnlyWindow,
  { markers, offset }: NameTable,
  block: number,
): boolean {
  return window.tryPageAt(offset + marker(window, markers, block)) !== undefined;
}

/** Whether a name costs no page more, by about where it stands in its block. */
export function isNameHeld(window: ReadOnlyWindow, table: NameTable, index: number): boolean {
  const { markers, offset } = table;
  const block = Math.floor(index / namesPerMarker);
  const at = markers.offset + block * markers.widthInBytes;
  if (block >= markers.count - 1 || !window.isHeld(at, at + 2 * markers.widthInBytes)) {
    return false;
  }
  const start = marker(window, markers, block);
  const share = ((index % namesPerMarker) + 1) / namesPerMarker;
  const end = start + share * (marker(window, markers, block + 1) - start);
  return end >= start && window.isHeld(offset + start, offset + end);
}

/** The number of names in a block: the same in all but the last. */
export function namesIn({ markers, count }: NameTable, block: number): number {
  return block === markers.count - 1 ? count - block * namesPerMarker : namesPerMarker;
}

/**
 * The start of each name in a block. Throws where memory cannot be read, or holds no names there.
 */
export function soundBlock(window: ReadOnlyWindow, table: NameTable, block: number): Uint32Array {
  let starts = table.blocks.get(block);
  if (starts === undefined) {
    starts = namesOf(window, table, block);
    if (starts === undefined) {
      throw new VmcorekitError('not-mapped', {
        virtualAddress: window.start + BigInt(table.offset),
        because: `names ${block * namesPerMarker} and on do not end where the next marker says`,
      });
    }
    if (table.blocks.size >= cachedBlocks) {
      table.blocks.clear();
    }
    table.blocks.set(block, starts);
  }
  return starts;
}
