import { lzoVmcorekit } from '@vmcorekit/compressors';
import type { DumpImage, MemoryPiece } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { HibernationFormat } from '@vmcorekit/format-hibernation';
import {
  buildHibernation,
  type HibernationSpec,
  openContext,
  openFormat,
} from '@vmcorekit/testing';

const { compressors } = createToolkit([{ name: 'codecs', compressors: [lzoVmcorekit] }]);

export function openSwap(swap: HibernationSpec | Uint8Array): Promise<DumpImage> {
  const bytes = swap instanceof Uint8Array ? swap : buildHibernation(swap);
  return openFormat(new HibernationFormat(), [bytes], openContext({ compressors }));
}

/** A page that shows where it came from. */
export function pattern(seed: number): Uint8Array {
  return new Uint8Array(4096).map((_, index) => (index * 7 + (index >> 8) * 13 + seed * 31) | 1);
}

/** A page that no codec makes smaller. */
export function noiseOf(seed: number, lengthInBytes: number = 4096): Uint8Array {
  let state = seed * 2654435761 + 1;
  return new Uint8Array(lengthInBytes).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Packs a block as a hibernating kernel does by default. */
export function lzo(block: Uint8Array): Uint8Array {
  const packed = new Uint8Array(2 * block.length + 128);
  return packed.subarray(0, lzoVmcorekit.encode?.(block, packed));
}

/** Packs a block as LZ4 literals: a token, the rest of their number, and they themselves. */
export function lz4(block: Uint8Array): Uint8Array {
  const rest = block.length - 15;
  return Uint8Array.from([
    0xf0,
    ...new Uint8Array(Math.floor(rest / 255)).fill(255),
    rest % 255,
    ...block,
  ]);
}

/** Each piece of memory as `STATE START-END`. */
export function statesOf({ memory }: DumpImage, end: number): string[] {
  return Array.from(memory.pieces(0, end), (piece: MemoryPiece) =>
    [piece.state, `${piece.start.toString(16)}-${piece.end.toString(16)}`].join(' '),
  );
}

export function damageOf({ damage }: DumpImage): string[] {
  return damage.map(({ name, loses }) => `${name} ${loses}`);
}
