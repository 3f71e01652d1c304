import {
  type ByteOrder,
  type Damage,
  type DumpImage,
  imageOf,
  type MemoryLayout,
} from '@vmcorekit/core';
import { RawMemory } from './raw-memory.ts';
import type { SparseSource } from './sparse-source.ts';

/** A layout of a raw file, and the order of bytes in its words. */
export interface Reading {
  readonly layout: MemoryLayout;
  readonly byteOrder: ByteOrder;
}

/**
 * Raw memory as its likeliest reading has it, with the others beside it. Owns the source and the
 * file beside it.
 */
export function rawImage(
  source: SparseSource,
  [first, ...others]: readonly [Reading, ...Reading[]],
  damage: readonly Damage[],
  beside: Disposable | undefined,
): DumpImage {
  const memories: RawMemory[] = [];
  const imageFor = ({ layout, byteOrder }: Reading): DumpImage => {
    const memory = new RawMemory(source, layout.placed, byteOrder);
    memories.push(memory);
    return imageOf({ format: 'raw', memory, memoryLayout: layout, damage });
  };
  const usual = imageFor(first);
  return {
    ...usual,
    possibleLayouts: [usual, ...others.map(imageFor)],
    [Symbol.dispose]: () => {
      for (const memory of memories) {
        memory.dispose();
      }
      source[Symbol.dispose]();
      beside?.[Symbol.dispose]();
    },
  };
}
