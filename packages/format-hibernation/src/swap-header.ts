import { type ByteSource, hasAt, readExactly, StructView } from '@vmcorekit/core';
import { pageSizeInBytes, swapHeader } from './layout.ts';

const hibernatedMark = 'S1SUSPEND\0';
/** A swap area's own mark: it stands there again once its machine was resumed. */
const swapMark = 'SWAPSPACE2';

/** The end of the swap area's first page. */
export interface SwapHeader {
  /** The page where the map begins. */
  readonly image: number;
  readonly flags: number;
  readonly crc32: number;
  readonly hwSig: number;
  /** Whether a machine was resumed from it, or refused to be. */
  readonly wasResumed: boolean;
}

export type SwapKind = 'hibernated' | 'resumed';

/**
 * What the first page of a swap area says. `resumed`: its marks are those of swap, yet it leads to
 * an image. mkswap leaves that place zero.
 */
export function swapKindOf(head: Uint8Array): SwapKind | undefined {
  if (hasAt(head, swapHeader.sig, hibernatedMark)) {
    return 'hibernated';
  }
  const isSwap =
    hasAt(head, swapHeader.sig, swapMark) && hasAt(head, swapHeader.orig_sig, swapMark);
  return isSwap && viewOf(head).uint64(swapHeader.image) !== 0n ? 'resumed' : undefined;
}

/** Throws `truncated`, or `malformed` for a number that no position has. */
export function readSwapHeader(file: ByteSource): SwapHeader {
  const bytes = readExactly(file, 0, pageSizeInBytes, 'swap header');
  const view = viewOf(bytes);
  return {
    image: view.uint53(swapHeader.image, 'image'),
    flags: view.uint32(swapHeader.flags),
    crc32: view.uint32(swapHeader.crc32),
    hwSig: view.uint32(swapHeader.hw_sig),
    wasResumed: swapKindOf(bytes) === 'resumed',
  };
}

function viewOf(bytes: Uint8Array): StructView {
  return new StructView(bytes, 'little', 'swap header');
}
