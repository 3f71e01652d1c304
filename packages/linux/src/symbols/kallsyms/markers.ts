import type { ReadOnlyWindow } from './read-only-window.ts';

/** Names a marker stands for. Source: Linux, scripts/kallsyms.c. */
export const namesPerMarker = 256;
/** A name takes at least a length byte and a token, at most two length bytes and KSYM_NAME_LEN (512) tokens. */
const leastStep = namesPerMarker * 2;
const greatestStep = namesPerMarker * 514;
/** Between markers and tokens lie at most three bytes a symbol (`kallsyms_seqs_of_names`): room for a million symbols. */
const searchLimitInBytes = 4 * 1024 * 1024;
/** Shorter chains of ascending words are everywhere. */
const fewestMarkers = 3;

/** `kallsyms_markers`: the offset in `kallsyms_names` of every 256th name. */
export interface Markers {
  readonly offset: number;
  /** Can be one or two too many: what follows the table may look like one more marker. */
  readonly count: number;
  /** Four bytes since Linux 4.20, a word before. */
  readonly widthInBytes: 4 | 8;
}

/**
 * Searches backwards from `end` for `kallsyms_markers`: words that begin with 0 and ascend by the size of 256 names. Up to Linux 6.1 the
 * table ends at the tokens; later `kallsyms_seqs_of_names` may lie between. Gives every place that looks like it, the nearest first.
 * Throws where memory cannot be read.
 */
export function* findMarkers(window: ReadOnlyWindow, end: number, widthInBytes: 4 | 8): Generator<Markers, void, void> {
  const least = Math.max(0, end - searchLimitInBytes);
  let chain = 0;
  let next = 0;
  for (let at = Math.floor(end / widthInBytes) * widthInBytes - widthInBytes; at >= least; at -= widthInBytes) {
    const value = word(window, at, widthInBytes);
    const step = next - value;
    if (chain > 0 && step >= leastStep && step <= greatestStep) {
      chain += 1;
    } else {
      chain = 1;
    }
    if (value === 0 && chain >= fewestMarkers) {
      yield { offset: at, count: chain, widthInBytes };
    }
    next = value;
  }
}

export function marker(window: ReadOnlyWindow, markers: Markers, index: number): number {
  return word(window, markers.offset + index * markers.widthInBytes, markers.widthInBytes);
}

function word(window: ReadOnlyWindow, offset: number, widthInBytes: 4 | 8): number {
  if (widthInBytes === 4) {
    return window.uint32(offset);
  }
  const value = window.uint64(offset);
  return value > 0xffffffffn ? Number.MAX_SAFE_INTEGER : Number(value);
}
