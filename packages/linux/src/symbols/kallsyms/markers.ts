import { tryRead } from '@vmcorekit/core';
import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';
import { startOfNumbersBefore } from './sequence-numbers.ts';
import type { TokenTable } from './token-table.ts';

/** The number of names for each marker. Source: Linux, scripts/kallsyms.c. */
export const namesPerMarker = 256;
/**
 * A name takes at least a length byte and a token, and at most two length bytes and KSYM_NAME_LEN
 * (512) tokens.
 */
const leastStep = namesPerMarker * 2;
export const greatestStep: number = namesPerMarker * 514;
/**
 * Between markers and tokens come at most three bytes a symbol (`kallsyms_seqs_of_names`): room for
 * a million symbols.
 */
const searchLimitInBytes = 4 * 1024 * 1024;
/** Shorter chains of ascending words occur everywhere. */
const fewestMarkers = 3;
const numberSizeInBytes = 3;
const wordsTooMany = 2;
/**
 * The markers of four million symbols. The bound stops a hostile chain from costing a walk through
 * all memory.
 */
const mostMarkers = 16384;
const paddingInBytes = 8;

/** `kallsyms_markers`: the offset in `kallsyms_names` of every 256th name. */
export interface Markers {
  readonly offset: number;
  /** May be one or two too many: the bytes after the table may look like one more marker. */
  readonly count: number;
  readonly widthInBytes: 4 | 8;
}

/**
 * The markers that end at the tokens: words that begin with 0 and ascend by the size of 256 names.
 * Undefined where other words stand there. Throws where memory cannot be read.
 */
export function markersBefore(
  window: ReadOnlyWindow,
  { offset: end }: TokenTable,
  widthInBytes: 4 | 8,
): Markers | undefined {
  if (end % widthInBytes !== 0) {
    return undefined;
  }
  for (const padding of widthInBytes === 4 ? [0, 4] : [0]) {
    let next = Number.NaN;
    const least = Math.max(0, end - padding - mostMarkers * widthInBytes);
    for (let at = end - padding - widthInBytes; at >= least; at -= widthInBytes) {
      const value = word(window, at, widthInBytes);
      if (!Number.isNaN(next) && !isStep(next - value)) {
        break;
      }
      const count = (end - padding - at) / widthInBytes;
      if (value === 0) {
        if (count >= fewestMarkers) {
          return { offset: at, count, widthInBytes };
        }
        break;
      }
      next = value;
    }
  }
  return undefined;
}

/**
 * Searches backwards for markers that `kallsyms_seqs_of_names` follows; its size gives the
 * distance. Yields every similar place, the nearest first. Finds none where memory cannot be read.
 */
export function* markersBeforeNumbers(
  window: ReadOnlyWindow,
  tokens: TokenTable,
  widthInBytes: 4 | 8,
): Generator<Markers, void, void> {
  const end = startOfNumbersBefore(window, tokens.offset);
  const least = Math.max(0, end - searchLimitInBytes);
  const isLittle = window.byteOrder === 'little';
  let chain = 0;
  let next = 0;
  let at = Math.floor(end / widthInBytes) * widthInBytes - widthInBytes;
  while (at >= least) {
    const pageStart = at - (at % windowPageSizeInBytes);
    const page = tryRead(() => window.pageAt(pageStart));
    if (page === undefined) {
      at = pageStart - widthInBytes;
      chain = 0;
      continue;
    }
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    for (; at >= Math.max(least, pageStart); at -= widthInBytes) {
      const value = wordIn(view, at - pageStart, widthInBytes, isLittle);
      chain = chain > 0 && isStep(next - value) ? chain + 1 : 1;
      if (
        value === 0 &&
        chain >= fewestMarkers &&
        hasRoomForNumbers(tokens.offset - at - chain * widthInBytes, chain)
      ) {
        yield { offset: at, count: chain, widthInBytes };
      }
      next = value;
    }
  }
}

function hasRoomForNumbers(roomInBytes: number, markers: number): boolean {
  const least = numberSizeInBytes * namesPerMarker * (markers - wordsTooMany - 1);
  const most = numberSizeInBytes * namesPerMarker * markers + wordsTooMany * 8 + 2 * paddingInBytes;
  return roomInBytes >= least - wordsTooMany * 8 && roomInBytes <= most;
}

function isStep(size: number): boolean {
  return size >= leastStep && size <= greatestStep;
}

export function marker(window: ReadOnlyWindow, markers: Markers, index: number): number {
  return word(window, markers.offset + index * markers.widthInBytes, markers.widthInBytes);
}

/**
 * A word as a number. A value of more than 32 bits is no count or offset of kallsyms, and becomes
 * Infinity. Throws where memory cannot be read.
 */
export function word(window: ReadOnlyWindow, offset: number, sizeInBytes: 4 | 8): number {
  if (sizeInBytes === 4) {
    return window.uint32(offset);
  }
  const page = window.pageAt(offset);
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  return wordIn(view, offset % windowPageSizeInBytes, sizeInBytes, window.byteOrder === 'little');
}

function wordIn(view: DataView, at: number, sizeInBytes: 4 | 8, isLittle: boolean): number {
  if (sizeInBytes === 4) {
    return view.getUint32(at, isLittle);
  }
  return view.getUint32(at + (isLittle ? 4 : 0), isLittle) === 0
    ? view.getUint32(at + (isLittle ? 0 : 4), isLittle)
    : Number.POSITIVE_INFINITY;
}
